package io.ztnio.provider.sender;

import io.ztnio.protocol.crypto.CipherSuite;
import io.ztnio.protocol.crypto.PeerKeys;
import io.ztnio.protocol.vl1.SendLane;
import java.net.InetSocketAddress;

/**
 * One peer's data on its way through a worker, with the keys that the worker seals it with.
 *
 * <p>Thread: the keys and {@link #onSent} are the worker's, the rest the gate's.
 */
final class PeerLane implements SendLane {
    private final SendRing ring;
    private final PeerKeys keys;

    /** The gate's; stands still once the lane is closed. */
    private long offered;

    /** The worker's. */
    private long sentCount;

    /** {@link #sentCount} for the gate to see. */
    private volatile long sent;

    private volatile boolean closed;

    PeerLane(SendRing ring, PeerKeys keys) {
        this.ring = ring;
        this.keys = keys;
    }

    @Override
    public Handover offer(
            CipherSuite suite, int socket, InetSocketAddress remote, int mtu, byte[] packet, int offset, int length) {
        if (closed) {
            return Handover.FULL;
        }
        Handover handover = ring.offer(this, suite, socket, remote, mtu, packet, offset, length);
        if (handover == Handover.TAKEN) {
            offered++;
        }
        return handover;
    }

    @Override
    public Handover offerSealed(int socket, InetSocketAddress remote, int mtu, byte[] packet, int offset, int length) {
        return offer(null, socket, remote, mtu, packet, offset, length);
    }

    @Override
    public boolean isBehind() {
        return ring.isBehind();
    }

    @Override
    public boolean isCongested() {
        return ring.isCongested();
    }

    @Override
    public void close() {
        closed = true;
        // Either this sees the last packet gone, or the worker sees the lane closed, or both do.
        if (sent == offered) {
            keys.wipe();
        }
    }

    PeerKeys keys() {
        return keys;
    }

    void onSent() {
        long now = ++sentCount;
        sent = now;
        if (closed && now == offered) {
            keys.wipe();
        }
    }
}
