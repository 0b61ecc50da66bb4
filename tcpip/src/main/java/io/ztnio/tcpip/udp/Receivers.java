package io.ztnio.tcpip.udp;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * To whom an endpoint has sent lately, so that ICMP errors about what it never sent are told from others. A place for each
 * of some hashes: newer receivers push out older ones, and then an error may be taken for unrelated.
 *
 * <p>Thread: confined to the gate.
 */
final class Receivers {
    /** Errors come back within a round trip; queues on the way may be long. */
    static final long RECENT_NANOS = 30_000_000_000L;

    private static final int SLOTS = 256;

    private InetSocketAddress last;
    private long lastNanos;
    /** Made when there is a second one. */
    private InetSocketAddress[] receivers;

    private long[] sentNanos;

    /** A datagram is sent. */
    void add(InetSocketAddress receiver, long nowNanos) {
        if (last != null && !receiver.equals(last)) {
            if (receivers == null) {
                receivers = new InetSocketAddress[SLOTS];
                sentNanos = new long[SLOTS];
            }
            int slot = slot(last.getAddress(), last.getPort());
            receivers[slot] = last;
            sentNanos[slot] = lastNanos;
        }
        last = receiver;
        lastNanos = nowNanos;
    }

    /** Whether a datagram was sent there lately. */
    boolean contains(InetAddress address, int port, long nowNanos) {
        if (last == null) {
            return false;
        }
        if (isRecent(last, lastNanos, address, port, nowNanos)) {
            return true;
        }
        int slot = slot(address, port);
        return receivers != null
                && receivers[slot] != null
                && isRecent(receivers[slot], sentNanos[slot], address, port, nowNanos);
    }

    private static boolean isRecent(InetSocketAddress to, long sent, InetAddress address, int port, long nowNanos) {
        return nowNanos - sent <= RECENT_NANOS && to.getPort() == port && address.equals(to.getAddress());
    }

    private static int slot(InetAddress address, int port) {
        return ((address.hashCode() * 31 + port) * 0x9e37_79b9) >>> 24;
    }
}
