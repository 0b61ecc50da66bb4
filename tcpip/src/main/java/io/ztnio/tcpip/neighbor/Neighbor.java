package io.ztnio.tcpip.neighbor;

import io.ztnio.tcpip.DropReason;
import io.ztnio.tcpip.link.Link;
import java.net.InetAddress;
import java.util.ArrayDeque;

/**
 * One neighbour and what is known of its MAC address. Senders may keep it until {@link #isEvicted}.
 *
 * <p>Thread: confined to the gate.
 */
public final class Neighbor {
    private enum State {
        NEW,
        /** Asked for; packets wait. */
        INCOMPLETE,
        REACHABLE,
        /** Not heard of for long: in use, but being asked. */
        PROBE,
        /** Follows from the IP address. */
        IMPLIED
    }

    private final NeighborCache cache;
    private final InetAddress address;
    private final byte[] addressBytes;
    private State state = State.NEW;
    private long mac;
    private long confirmedNanos;
    private long usedNanos;
    private long deadlineNanos;
    private int requests;
    private boolean evicted;
    private ArrayDeque<byte[]> waiting;
    private int waitingBytes;

    Neighbor(NeighborCache cache, InetAddress address, long nowNanos) {
        this.cache = cache;
        this.address = address;
        this.addressBytes = address.getAddress();
        this.usedNanos = nowNanos;
    }

    public InetAddress address() {
        return address;
    }

    /** Whether the cache forgot it; ask the cache again. */
    public boolean isEvicted() {
        return evicted;
    }

    /** Whether packets can be sent to it without asking first. */
    public boolean isResolved() {
        return state != State.NEW && state != State.INCOMPLETE;
    }

    /** Meaningful if {@link #isResolved}. */
    public long mac() {
        return mac;
    }

    byte[] addressBytes() {
        return addressBytes;
    }

    long usedNanos() {
        return Math.max(usedNanos, confirmedNanos);
    }

    long deadlineNanos() {
        return deadlineNanos;
    }

    /** Sends an IP packet to it, now or once its MAC address is known. {@link Link#send} has the rules for the bytes. */
    public void send(byte[] buffer, int offset, int length, long nowNanos) {
        usedNanos = nowNanos;
        switch (state) {
            case IMPLIED, PROBE -> cache.link().send(mac, cache.etherType(), buffer, offset, length, nowNanos);
            case REACHABLE -> {
                cache.link().send(mac, cache.etherType(), buffer, offset, length, nowNanos);
                if (nowNanos - confirmedNanos > NeighborCache.REACHABLE_NANOS) {
                    ask(State.PROBE, nowNanos);
                }
            }
            case INCOMPLETE -> hold(buffer, offset, length);
            case NEW -> {
                long implied = cache.impliedMac(this);
                if (implied == Solicitor.UNKNOWN_MAC) {
                    hold(buffer, offset, length);
                    ask(State.INCOMPLETE, nowNanos);
                } else {
                    mac = implied;
                    state = State.IMPLIED;
                    cache.link().send(mac, cache.etherType(), buffer, offset, length, nowNanos);
                }
            }
        }
    }

    /** Something was received from the neighbour that shows that {@code observed} is, or is still, its MAC address. */
    void confirm(long observed, long nowNanos) {
        if (state == State.IMPLIED) {
            return;
        }
        mac = observed;
        confirmedNanos = nowNanos;
        if (state != State.REACHABLE) {
            cache.settled(this);
            state = State.REACHABLE;
        }
        release(nowNanos);
    }

    /** A request went unanswered for its time: asks again or gives up. */
    void onDeadline(long nowNanos) {
        if (requests < NeighborCache.MAX_REQUESTS) {
            requests++;
            deadlineNanos = nowNanos + NeighborCache.REQUEST_INTERVAL_NANOS;
            cache.solicit(this, state == State.PROBE, nowNanos);
            return;
        }
        cache.evict(this);
        ArrayDeque<byte[]> packets = waiting;
        waiting = null;
        if (packets != null) {
            for (byte[] packet : packets) {
                cache.unresolved(packet, nowNanos);
            }
        }
    }

    void evicted() {
        evicted = true;
    }

    /** Drops what waits. */
    void discardWaiting() {
        if (waiting != null) {
            for (int i = waiting.size(); i > 0; i--) {
                cache.drop(DropReason.NEIGHBOUR_UNRESOLVED);
            }
            waiting = null;
        }
    }

    private void ask(State next, long nowNanos) {
        state = next;
        requests = 1;
        deadlineNanos = nowNanos + NeighborCache.REQUEST_INTERVAL_NANOS;
        cache.pending(this);
        cache.solicit(this, next == State.PROBE, nowNanos);
    }

    private void hold(byte[] buffer, int offset, int length) {
        if (waiting == null) {
            waiting = new ArrayDeque<>(4);
        }
        if (waitingBytes + length > NeighborCache.MAX_WAITING_BYTES
                || waiting.size() == NeighborCache.MAX_WAITING_PACKETS) {
            cache.drop(DropReason.NEIGHBOUR_QUEUE_FULL);
            return;
        }
        byte[] packet = new byte[Link.HEADROOM + length + Link.TAILROOM];
        System.arraycopy(buffer, offset, packet, Link.HEADROOM, length);
        waiting.add(packet);
        waitingBytes += length;
    }

    private void release(long nowNanos) {
        ArrayDeque<byte[]> packets = waiting;
        if (packets == null) {
            return;
        }
        waiting = null;
        waitingBytes = 0;
        for (byte[] packet : packets) {
            int length = packet.length - Link.HEADROOM - Link.TAILROOM;
            cache.link().send(mac, cache.etherType(), packet, Link.HEADROOM, length, nowNanos);
        }
    }
}
