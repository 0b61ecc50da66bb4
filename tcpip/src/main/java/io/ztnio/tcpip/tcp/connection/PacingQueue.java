package io.ztnio.tcpip.tcp.connection;

import io.ztnio.tcpip.tcp.congestion.Pacer;
import java.util.Arrays;

/**
 * Connections that wait for their {@link Pacer}, by time: a binary heap, as the timer wheel's millisecond is too coarse
 * for a quantum. A connection is in it at most once. Thread: confined to the gate.
 */
final class PacingQueue {
    private TcpConnection[] connections = new TcpConnection[16];
    private long[] nanos = new long[16];
    private int size;

    /** Marks the connection dirty when its time has come. */
    void add(TcpConnection connection, long releaseNanos) {
        if (connection.waitsForPacer) {
            return;
        }
        if (size == connections.length) {
            // Both or none, should there be no memory for one.
            TcpConnection[] moreConnections = Arrays.copyOf(connections, size * 2);
            nanos = Arrays.copyOf(nanos, size * 2);
            connections = moreConnections;
        }
        connection.waitsForPacer = true;
        int slot = size++;
        while (slot > 0 && releaseNanos < nanos[(slot - 1) >>> 1]) {
            move((slot - 1) >>> 1, slot);
            slot = (slot - 1) >>> 1;
        }
        connections[slot] = connection;
        nanos[slot] = releaseNanos;
    }

    /** Lets everybody go whose time has come. */
    void release(long nowNanos) {
        while (size > 0 && nanos[0] <= nowNanos) {
            TcpConnection connection = connections[0];
            removeFirst();
            connection.waitsForPacer = false;
            connection.markDirty();
        }
    }

    /** When {@link #release} has something to do, or {@link Long#MAX_VALUE}. */
    long nextNanos() {
        return size == 0 ? Long.MAX_VALUE : nanos[0];
    }

    private void removeFirst() {
        size--;
        TcpConnection last = connections[size];
        long lastNanos = nanos[size];
        connections[size] = null;
        if (size == 0) {
            return;
        }
        int slot = 0;
        for (int child = 1; child < size; child = 2 * slot + 1) {
            if (child + 1 < size && nanos[child + 1] < nanos[child]) {
                child++;
            }
            if (nanos[child] >= lastNanos) {
                break;
            }
            move(child, slot);
            slot = child;
        }
        connections[slot] = last;
        nanos[slot] = lastNanos;
    }

    private void move(int from, int to) {
        connections[to] = connections[from];
        nanos[to] = nanos[from];
    }
}
