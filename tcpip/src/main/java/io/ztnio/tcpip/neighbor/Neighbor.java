package io.ztnio.tcpip.neighbor;

import io.ztnio.tcpip.DropReason;
import io.ztnio.tcpip.link.Link;
import java.net.InetAddress;
import java.util.ArrayDeque;

/**
 * One neighbour and what is known of its MAC address. Senders may keep it until {@link #isEvicted}.
 *
 * <p>While a station is known, another one that claims the address gets it only if the first one does not answer when it is
 * asked: one message from somebody who should not have sent it moves no traffic.
 *
 * <p>Thread: confined to the gate.
 */
public final class Neighbor {
    private enum State {
        NEW,
        /** Asked for; packets wait. */
        INCOMPLETE,
        REACHABLE,
        /** Not heard of for long, or disputed: in use, but being asked. */
        PROBE,
        /** Follows from the IP address. */
        IMPLIED
    }

    private final NeighborCache cache;
    private final InetAddress address;
    private final byte[] addressBytes;
    private final ArrayDeque<byte[]> waiting = new ArrayDeque<>(0);
    private int waitingBytes;
    private State state = State.NEW;
    private long mac = Link.UNKNOWN_MAC;
    /** Who has the address if the one with {@link #mac} does not answer. */
    private long rivalMac = Link.UNKNOWN_MAC;

    private long undisputedUntilNanos = Long.MIN_VALUE;
    private long confirmedNanos;
    private long usedNanos;
    private long deadlineNanos;
    private int requests;
    private boolean evicted;

    Neighbor(NeighborCache cache, InetAddress address, long nowNanos) {
        this.cache = cache;
        this.address = address;
        this.addressBytes = address.getAddress();
        this.usedNanos = nowNanos;
        this.confirmedNanos = nowNanos;
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

    /** {@link Link#UNKNOWN_MAC} unless {@link #isResolved}. */
    public long mac() {
        return mac;
    }

    private void mac(long other) {
        if (mac != other) {
            cache.leaves(this);
            mac = other;
            cache.comes(this);
        }
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

    int waitingPackets() {
        return waiting.size();
    }

    int waitingBytes() {
        return waitingBytes;
    }

    /** Sends an IP packet to it, now or once its MAC address is known. {@link Link#send} has the rules for the bytes. */
    public void send(byte[] buffer, int offset, int length, long nowNanos) {
        usedNanos = nowNanos;
        switch (state) {
            case IMPLIED, PROBE -> cache.link().send(mac, cache.etherType(), buffer, offset, length, nowNanos);
            case REACHABLE -> {
                if (nowNanos - confirmedNanos <= NeighborCache.REACHABLE_NANOS) {
                    cache.link().send(mac, cache.etherType(), buffer, offset, length, nowNanos);
                } else if (cache.mayHave(this, mac)) {
                    cache.link().send(mac, cache.etherType(), buffer, offset, length, nowNanos);
                    ask(State.PROBE, nowNanos);
                } else {
                    // The network has said since whose address it is.
                    mac(Link.UNKNOWN_MAC);
                    hold(buffer, offset, length);
                    ask(State.INCOMPLETE, nowNanos);
                }
            }
            case INCOMPLETE -> hold(buffer, offset, length);
            case NEW -> {
                if (imply()) {
                    cache.link().send(mac, cache.etherType(), buffer, offset, length, nowNanos);
                } else {
                    hold(buffer, offset, length);
                    ask(State.INCOMPLETE, nowNanos);
                }
            }
        }
    }

    /** Takes the MAC address that follows from the IP address, if one does. */
    boolean imply() {
        long implied = cache.impliedMac(this);
        if (implied == Solicitor.UNKNOWN_MAC) {
            return false;
        }
        mac(implied);
        state = State.IMPLIED;
        return true;
    }

    /** Whether the MAC address follows from the IP address. */
    boolean isImplied() {
        return state == State.IMPLIED;
    }

    /** Something was received from the neighbour that shows that {@code observed} is, or is still, its MAC address. */
    void confirm(long observed, long nowNanos) {
        if (state == State.IMPLIED) {
            return;
        }
        if (state == State.PROBE) {
            rivalMac = Link.UNKNOWN_MAC;
            undisputedUntilNanos = nowNanos + NeighborCache.UNDISPUTED_NANOS;
        }
        mac(observed);
        confirmedNanos = nowNanos;
        if (state != State.REACHABLE) {
            cache.settled(this);
            state = State.REACHABLE;
        }
        release(nowNanos);
    }

    /**
     * Another station than the known one says that it has the address: the known one is asked.
     *
     * @param mayReplace whether the other one gets the address if there is no answer; else whoever answers everybody
     */
    void dispute(long claimed, boolean mayReplace, long nowNanos) {
        cache.drop(DropReason.NEIGHBOUR_CONFLICT);
        if (rivalMac != Link.UNKNOWN_MAC || nowNanos < undisputedUntilNanos) {
            return;
        }
        if (mayReplace) {
            rivalMac = claimed;
        }
        if (state == State.REACHABLE) {
            ask(State.PROBE, nowNanos);
        }
    }

    /** A request went unanswered for its time: asks again or gives up. */
    void onDeadline(long nowNanos) {
        if (requests < NeighborCache.MAX_REQUESTS) {
            requests++;
            deadlineNanos = nowNanos + NeighborCache.REQUEST_INTERVAL_NANOS;
            cache.solicit(this, state == State.PROBE, nowNanos);
            return;
        }
        if (rivalMac != Link.UNKNOWN_MAC) {
            // It has to answer in its turn.
            mac(rivalMac);
            rivalMac = Link.UNKNOWN_MAC;
            requests = 1;
            deadlineNanos = nowNanos + NeighborCache.REQUEST_INTERVAL_NANOS;
            cache.solicit(this, true, nowNanos);
            return;
        }
        cache.evict(this);
        for (byte[] packet = waiting.poll(); packet != null; packet = waiting.poll()) {
            left(packet);
            cache.unresolved(packet, nowNanos);
        }
    }

    void evicted() {
        evicted = true;
    }

    /** Drops what waits. */
    void discardWaiting() {
        for (byte[] packet = waiting.poll(); packet != null; packet = waiting.poll()) {
            left(packet);
            cache.drop(DropReason.NEIGHBOUR_UNRESOLVED);
        }
    }

    /** Drops what has waited longest. */
    void dropOldest() {
        left(waiting.remove());
        cache.drop(DropReason.NEIGHBOUR_QUEUE_FULL);
    }

    private void ask(State next, long nowNanos) {
        state = next;
        requests = 1;
        deadlineNanos = nowNanos + NeighborCache.REQUEST_INTERVAL_NANOS;
        cache.pending(this);
        cache.solicit(this, next == State.PROBE, nowNanos);
    }

    private void hold(byte[] buffer, int offset, int length) {
        byte[] packet = new byte[Link.HEADROOM + length + Link.TAILROOM];
        System.arraycopy(buffer, offset, packet, Link.HEADROOM, length);
        waiting.add(packet);
        waitingBytes += packet.length;
        cache.waiting().added(this, packet.length);
    }

    private void left(byte[] packet) {
        waitingBytes -= packet.length;
        cache.waiting().removed(this, packet.length);
    }

    private void release(long nowNanos) {
        for (byte[] packet = waiting.poll(); packet != null; packet = waiting.poll()) {
            left(packet);
            int length = packet.length - Link.HEADROOM - Link.TAILROOM;
            cache.link().send(mac, cache.etherType(), packet, Link.HEADROOM, length, nowNanos);
        }
    }
}
