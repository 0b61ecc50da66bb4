package io.ztnio.tcpip.tcp.connection;

import io.ztnio.tcpip.tcp.table.FlowGround;
import io.ztnio.tcpip.tcp.table.TimeWait;
import io.ztnio.tcpip.timer.TimerWheel;

/** How a connection ends (RFC 9293 3.6): half-close, close, reset, and the wait for a peer that does not end. */
final class Teardown {
    private final TcpConnection connection;
    private boolean orphan;
    private boolean finRequested;

    private long deadlineNanos = TimerWheel.NEVER;

    Teardown(TcpConnection connection) {
        this.connection = connection;
    }

    /** Whether the application has closed its end for good. */
    boolean isOrphan() {
        return orphan;
    }

    /** The application will write no more. */
    void shutdownOutput() {
        switch (connection.state) {
            case ESTABLISHED -> finish(TcpState.FIN_WAIT_1);
            case CLOSE_WAIT -> finish(TcpState.LAST_ACK);
            case SYN_SENT, SYN_RECEIVED -> finRequested = true;
            default -> {}
        }
    }

    private void finish(TcpState next) {
        connection.state = next;
        connection.sender.queueFin();
        connection.markDirty();
    }

    /** What was asked for during the handshake. */
    void afterEstablished() {
        if (finRequested) {
            finRequested = false;
            shutdownOutput();
        }
    }

    /**
     * The application has closed.
     *
     * @param unread whether it leaves received data behind (RFC 2525 2.17)
     * @param linger its SO_LINGER in seconds, or -1
     */
    void close(boolean unread, int linger, long nowNanos) {
        TcpState state = connection.state;
        if (state == TcpState.SYN_SENT) {
            connection.terminate();
        } else if (state.isSynchronised() && (unread || linger == 0)) {
            // A kernel sends what is written at once, as far as it may; here it may have waited for this turn.
            connection.sender.transmit(nowNanos);
            connection.output.reset(nowNanos);
            connection.terminate();
        } else {
            shutdownOutput();
            connection.receiver.discard();
            becomeOrphan(nowNanos);
            if (connection.state == TcpState.FIN_WAIT_2) {
                deadlineNanos = nowNanos + connection.ground.config.finWait2Nanos;
            }
        }
    }

    /** Nobody waits for the end of this connection any more: there may be only so many of them. */
    private void becomeOrphan(long nowNanos) {
        if (!connection.ground.orphans.add()) {
            connection.ground.counters.orphansReset++;
            connection.output.reset(nowNanos);
            connection.terminate();
            return;
        }
        orphan = true;
        connection.sender.recovery.onOrphan();
    }

    /** The connection is forgotten. */
    void onTerminated() {
        if (orphan) {
            orphan = false;
            connection.ground.orphans.remove();
        }
    }

    void onFinAcknowledged(long nowNanos) {
        connection.user.onFinished();
        switch (connection.state) {
            case FIN_WAIT_1 -> {
                connection.state = TcpState.FIN_WAIT_2;
                if (orphan) {
                    deadlineNanos = nowNanos + connection.ground.config.finWait2Nanos;
                }
            }
            case CLOSING -> connection.state = TcpState.TIME_WAIT;
            case LAST_ACK -> connection.terminate();
            default -> {}
        }
    }

    void onFinReceived(long nowNanos) {
        connection.user.onEndOfStream();
        switch (connection.state) {
            case ESTABLISHED -> connection.state = TcpState.CLOSE_WAIT;
            case FIN_WAIT_1 ->
                connection.state = connection.sender.isFinAcknowledged() ? TcpState.TIME_WAIT : TcpState.CLOSING;
            case FIN_WAIT_2 -> connection.state = TcpState.TIME_WAIT;
            default -> {}
        }
        connection.markDirty();
    }

    /** A RST that is to be believed. */
    void onReset(long nowNanos) {
        switch (connection.state) {
            case SYN_RECEIVED -> connection.fail(Failure.REFUSED, false, nowNanos);
            case CLOSE_WAIT -> connection.fail(Failure.BROKEN_PIPE, false, nowNanos);
            case CLOSING, LAST_ACK, TIME_WAIT -> connection.terminate();
            default -> connection.fail(Failure.RESET, false, nowNanos);
        }
    }

    void onTimer(long nowNanos) {
        if (deadlineNanos <= nowNanos) {
            deadlineNanos = TimerWheel.NEVER;
            connection.terminate();
        }
    }

    /** Replaces the connection by what TIME-WAIT needs of it. */
    void compact(long nowNanos) {
        FlowGround ground = connection.ground;
        if (ground.flows.timeWaits() >= ground.part(ground.config.maximumTimeWaits)) {
            ground.counters.timeWaitsSkipped++;
            connection.terminate();
            return;
        }
        TimeWait rest = new TimeWait(
                connection,
                connection.timestamps,
                connection.sender.snd.nxt,
                connection.receiver.nxt,
                connection.receiver.advertise());
        connection.terminate();
        ground.flows.add(rest);
        rest.start(nowNanos);
    }

    long nextDeadlineNanos() {
        return deadlineNanos;
    }
}
