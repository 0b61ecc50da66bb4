package io.ztnio.tcpip.tcp.connection;

import io.ztnio.tcpip.tcp.config.TcpConfig;
import io.ztnio.tcpip.tcp.table.FlowGround;
import io.ztnio.tcpip.tcp.table.Orphans;
import io.ztnio.tcpip.tcp.table.TimeWait;
import io.ztnio.tcpip.timer.TimerWheel;

/** How a connection ends (RFC 9293 3.6): half-close, close, reset, and the wait for a peer that does not end. */
final class Teardown {
    private final TcpConnection connection;

    /** Not {@code null} once the application has closed its end for good. */
    private Orphan orphan;

    private boolean finRequested;

    /** In FIN-WAIT-2 the end; before, of an orphan, when the peer has to have acknowledged more than {@link #progress}. */
    private long deadlineNanos = TimerWheel.NEVER;

    private long progress;
    private long stalledNanos;

    Teardown(TcpConnection connection) {
        this.connection = connection;
    }

    /** Whether the application has closed its end for good. */
    boolean isOrphan() {
        return orphan != null;
    }

    /** The connection as the table of those that are left behind knows it. */
    private static final class Orphan extends Orphans.Orphan {
        private final TcpConnection connection;

        private Orphan(TcpConnection connection) {
            super(connection.source());
            this.connection = connection;
        }

        @Override
        protected long heldBytes() {
            return connection.memory.heldBytes();
        }

        @Override
        protected long usedBySource() {
            return connection.memory.usedBySource();
        }

        @Override
        protected boolean isTight() {
            return connection.memory.isTight();
        }

        @Override
        protected void shed(long nowNanos) {
            connection.ground.counters.orphansReset++;
            connection.output.reset(nowNanos);
            connection.terminate();
        }
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
        if (orphan != null) {
            // Closed already.
            return;
        }
        if (state == TcpState.SYN_SENT) {
            connection.terminate();
        } else if (state.isSynchronised() && (unread || linger == 0)) {
            // A kernel sends what is written at once, as far as it may; here it may have waited for this turn.
            connection.sender.transmit(nowNanos);
            connection.output.reset(nowNanos);
            connection.terminate();
        } else {
            shutdownOutput();
            connection.receiver.discardAll();
            becomeOrphan(nowNanos);
        }
    }

    /** Nobody waits for the end of this connection any more: there may be only so many of them. */
    private void becomeOrphan(long nowNanos) {
        Orphan made = new Orphan(connection);
        if (!connection.ground.orphans.add(made, nowNanos)) {
            made.shed(nowNanos);
            return;
        }
        orphan = made;
        connection.sender.recovery.onOrphan();
        if (connection.state == TcpState.FIN_WAIT_2) {
            deadlineNanos = nowNanos + connection.ground.config.finWait2Nanos;
        } else {
            awaitProgress(nowNanos);
        }
    }

    /**
     * An orphan whose peer acknowledges nothing new lives as long as the retransmissions of one would take. A peer that
     * answers, that its window is closed say, gets twice the time or so, as on Linux: until probes have become as rare as
     * they get. Nobody else would ever end it.
     */
    private void awaitProgress(long nowNanos) {
        progress = connection.sender.snd.una;
        stalledNanos = nowNanos;
        deadlineNanos = nowNanos + patienceNanos();
    }

    private long patienceNanos() {
        // The probe for the end of a flight (RFC 8985 7) comes before the first.
        long patience = backedOff(0);
        for (int i = 0; i <= connection.ground.config.orphanRetries; i++) {
            patience += backedOff(i);
        }
        return patience;
    }

    private long answeredPatienceNanos() {
        long patience = 0;
        for (int i = 0; backedOff(i) < connection.ground.config.maximumRtoNanos; i++) {
            patience += backedOff(i);
        }
        return Math.max(patience, patienceNanos());
    }

    /** In least timeouts, as on Linux: what was measured is what the peer said, and a lie could be minutes. */
    private long backedOff(int doublings) {
        TcpConfig config = connection.ground.config;
        long timeout = config.minimumRtoNanos;
        for (int i = 0; i < doublings && timeout < config.maximumRtoNanos; i++) {
            timeout *= 2;
        }
        return Math.min(timeout, config.maximumRtoNanos);
    }

    private void onStall(long nowNanos) {
        long last = stalledNanos + answeredPatienceNanos();
        if (connection.heardNanos() > stalledNanos && last > nowNanos) {
            deadlineNanos = last;
        } else {
            connection.fail(Failure.TIMED_OUT, true, nowNanos);
        }
    }

    /** The connection is forgotten. */
    void onTerminated() {
        if (orphan != null) {
            connection.ground.orphans.remove(orphan);
        }
    }

    void onFinAcknowledged(long nowNanos) {
        connection.user.onFinished();
        switch (connection.state) {
            case FIN_WAIT_1 -> {
                connection.state = TcpState.FIN_WAIT_2;
                if (orphan != null) {
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
            case TIME_WAIT -> connection.terminate();
            default -> connection.fail(Failure.RESET, false, nowNanos);
        }
    }

    void onTimer(long nowNanos) {
        if (deadlineNanos > nowNanos) {
            return;
        }
        if (connection.state == TcpState.FIN_WAIT_2) {
            deadlineNanos = TimerWheel.NEVER;
            connection.terminate();
        } else if (connection.sender.snd.una > progress) {
            awaitProgress(nowNanos);
        } else {
            onStall(nowNanos);
        }
    }

    /** Replaces the connection by what TIME-WAIT needs of it. */
    void compact(long nowNanos) {
        FlowGround ground = connection.ground;
        if (!ground.flows.mayWait(connection.source(), ground.part(ground.config.maximumTimeWaits))) {
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
