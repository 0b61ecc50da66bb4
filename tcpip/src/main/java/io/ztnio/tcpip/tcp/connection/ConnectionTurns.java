package io.ztnio.tcpip.tcp.connection;

import io.ztnio.tcpip.TurnFailures;
import io.ztnio.tcpip.tcp.congestion.Pacer;
import io.ztnio.tcpip.tcp.segment.SegmentWriter;

/**
 * Which connections of a layer have something to do in this turn or the next, and which wait: for the link, or for their
 * {@link Pacer}.
 *
 * <p>Thread: confined to the gate.
 */
public final class ConnectionTurns {
    /** Bursts that one connection may send in a turn before others of the stack get theirs. */
    private static final int ROUNDS_PER_TURN = 32;

    /** After so much output, whole bursts, a turn ends: so that acknowledgments get in before the next. */
    static final int BYTES_PER_TURN = 256 << 10;

    private final SegmentWriter writer;
    private final PacingQueue paced = new PacingQueue();

    private final TurnFailures failures = new TurnFailures();

    private TurnQueue<TcpConnection> dirty = new TurnQueue<>();

    /** What is left of the round that goes on. */
    private TurnQueue<TcpConnection> flushing = new TurnQueue<>();

    /** Connections that a congested link holds back. */
    private final TurnQueue<TcpConnection> held = new TurnQueue<>();

    /** @param writer by which all of them send */
    public ConnectionTurns(SegmentWriter writer) {
        this.writer = writer;
    }

    /** Gives a connection a part of the turn. */
    void add(TcpConnection connection) {
        dirty.add(connection.turn);
    }

    /** Gives a connection a part of the turn in which its pacer lets more out. */
    void addPaced(TcpConnection connection, long releaseNanos) {
        paced.add(connection, releaseNanos);
    }

    /** Remembers a connection for {@link #resume}. */
    void hold(TcpConnection connection) {
        held.add(connection.hold);
    }

    /** A link that was congested takes more: the next turn goes on with the connections that it held back. */
    public void resume() {
        for (TcpConnection next = held.poll(); next != null; next = held.poll()) {
            next.markDirty();
        }
    }

    /**
     * Round by round until nobody has more to send or it is enough; the next turn goes on where this one ended. What a
     * connection throws costs that connection, and is thrown when all have had their part.
     */
    public void flush(long nowNanos) {
        paced.release(nowNanos);
        long enough = writer.sentBytes() + BYTES_PER_TURN;
        for (int round = 0; round < ROUNDS_PER_TURN && writer.sentBytes() < enough; round++) {
            if (flushing.isEmpty()) {
                TurnQueue<TcpConnection> next = dirty;
                dirty = flushing;
                flushing = next;
            }
            flushRound(enough, nowNanos);
            if (dirty.isEmpty()) {
                break;
            }
        }
        failures.rethrow();
    }

    private void flushRound(long enough, long nowNanos) {
        while (writer.sentBytes() < enough) {
            TcpConnection next = flushing.poll();
            if (next == null) {
                return;
            }
            try {
                next.flush(nowNanos);
            } catch (Throwable e) {
                failures.add(e);
            }
        }
    }

    /** Whether somebody has more to do at once. */
    public boolean hasMore() {
        return !dirty.isEmpty() || !flushing.isEmpty();
    }

    /** When a pacer lets somebody go on, or {@link Long#MAX_VALUE}. */
    public long nextPacedNanos() {
        return paced.nextNanos();
    }
}
