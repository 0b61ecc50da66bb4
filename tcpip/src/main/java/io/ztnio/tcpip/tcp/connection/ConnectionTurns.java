package io.ztnio.tcpip.tcp.connection;

import io.ztnio.tcpip.tcp.congestion.Pacer;
import io.ztnio.tcpip.tcp.segment.SegmentWriter;
import java.util.Arrays;

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

    private TcpConnection[] dirty = new TcpConnection[16];
    private int dirtyCount;

    /** The connections of the round that goes on, and how many of them had their part. */
    private TcpConnection[] flushing = new TcpConnection[16];

    private int flushingCount;
    private int flushedCount;

    /** Connections that a congested link holds back. */
    private TcpConnection[] held = new TcpConnection[16];

    private int heldCount;

    /** @param writer by which all of them send */
    public ConnectionTurns(SegmentWriter writer) {
        this.writer = writer;
    }

    /** Gives a connection a part of the turn. */
    void add(TcpConnection connection) {
        if (dirtyCount == dirty.length) {
            dirty = Arrays.copyOf(dirty, dirtyCount * 2);
        }
        dirty[dirtyCount++] = connection;
    }

    /** Gives a connection a part of the turn in which its pacer lets more out. */
    void addPaced(TcpConnection connection, long releaseNanos) {
        paced.add(connection, releaseNanos);
    }

    /** Remembers a connection for {@link #resume}. */
    void hold(TcpConnection connection) {
        if (connection.heldByLink) {
            return;
        }
        connection.heldByLink = true;
        if (heldCount == held.length) {
            held = Arrays.copyOf(held, heldCount * 2);
        }
        held[heldCount++] = connection;
    }

    /** A link that was congested takes more: the next turn goes on with the connections that it held back. */
    public void resume() {
        for (int i = 0; i < heldCount; i++) {
            TcpConnection connection = held[i];
            held[i] = null;
            connection.heldByLink = false;
            connection.markDirty();
        }
        heldCount = 0;
    }

    /** Round by round until nobody has more to send or it is enough; the next turn goes on where this one ended. */
    public void flush(long nowNanos) {
        paced.release(nowNanos);
        long enough = writer.sentBytes() + BYTES_PER_TURN;
        for (int round = 0; round < ROUNDS_PER_TURN; round++) {
            if (flushedCount == flushingCount) {
                TcpConnection[] next = dirty;
                dirty = flushing;
                flushing = next;
                flushingCount = dirtyCount;
                flushedCount = 0;
                dirtyCount = 0;
            }
            while (flushedCount < flushingCount) {
                if (writer.sentBytes() >= enough) {
                    return;
                }
                TcpConnection connection = flushing[flushedCount];
                flushing[flushedCount++] = null;
                connection.flush(nowNanos);
            }
            if (dirtyCount == 0) {
                return;
            }
        }
    }

    /** Whether somebody has more to do at once. */
    public boolean hasMore() {
        return dirtyCount > 0 || flushedCount < flushingCount;
    }

    /** When a pacer lets somebody go on, or {@link Long#MAX_VALUE}. */
    public long nextPacedNanos() {
        return paced.nextNanos();
    }
}
