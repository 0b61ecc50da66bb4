package io.ztnio.tcpip.tcp.recovery;

/**
 * Forward RTO-recovery (RFC 5682): after a timeout, new data and what the peer acknowledges show whether it was spurious.
 *
 * <p>Thread: confined to the gate.
 */
final class ForwardRecovery {
    private enum Step {
        OFF,
        /** The first segment was sent again. */
        FIRST_ACK,
        /** New data was sent; if the next acknowledgment advances, the timeout was spurious. */
        SECOND_ACK
    }

    private Step step = Step.OFF;

    /** The first segment is sent again after a timeout. */
    void start() {
        step = Step.FIRST_ACK;
    }

    /** There is nothing to find out, or no more. */
    void stop() {
        step = Step.OFF;
    }

    /** Whether new data tests if the timeout was spurious: until then nothing is sent again. */
    boolean isTesting() {
        return step == Step.SECOND_ACK;
    }

    boolean isRunning() {
        return step != Step.OFF;
    }

    /**
     * An acknowledgment while this {@linkplain #isRunning runs} (RFC 5682 2.1 and 3.1).
     *
     * @param original whether it delivers what was sent before the timeout, and only once
     * @param partial whether it does not reach what had been sent by the timeout
     * @param mayTest whether there is new data, and room for it
     * @param news whether it says anything
     * @return whether the timeout is found to be spurious
     */
    boolean onAcknowledgment(
            boolean original, boolean selectiveAcks, boolean advances, boolean partial, boolean mayTest, boolean news) {
        if (original && (selectiveAcks || (step == Step.SECOND_ACK && advances))) {
            return true;
        }
        if (step == Step.FIRST_ACK && advances && partial && mayTest) {
            step = Step.SECOND_ACK;
        } else if (news) {
            step = Step.OFF;
        }
        return false;
    }
}
