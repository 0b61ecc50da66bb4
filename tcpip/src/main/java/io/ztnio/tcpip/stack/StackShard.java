package io.ztnio.tcpip.stack;

import io.ztnio.tcpip.DropReason;
import io.ztnio.tcpip.Gate;
import io.ztnio.tcpip.TurnFailures;
import io.ztnio.tcpip.tcp.TcpGroup;
import java.util.random.RandomGenerator;

/**
 * One of the stacks of {@link StackShards}: some of the node's TCP connections, with a gate of their own. Frames come and
 * go through a ring each way.
 *
 * <p>Thread: {@link #turn} inside the shard's gate; the rest is thread-safe.
 */
public final class StackShard {
    final int index;
    final Gate gate;
    final IpStack stack;

    /** From the node's gate to the shard's, and back. */
    final FrameRing inbound = new FrameRing();

    final FrameRing outbound = new FrameRing();

    /** Inside the node's gate: frames were handed over since the last wake-up. */
    boolean handedOver;

    /** The shard waits for the node to make room for what it sends. */
    volatile boolean stalled;

    private final TurnFailures failures = new TurnFailures();

    StackShard(int index, Gate gate, TcpGroup group, RandomGenerator random) {
        this.index = index;
        this.gate = gate;
        this.stack = new IpStack(gate, group, random);
    }

    /** Whether a turn of the node has frames to send: to be asked after every turn, outside the shard's gate. */
    public boolean hasOutbound() {
        return !outbound.isEmpty();
    }

    /**
     * Takes in what was handed over, and ends the turn as {@link Stack#turn}. While the node has not sent half of what it
     * was given, nothing is added.
     *
     * @return when to call again at the latest, or {@code Long.MAX_VALUE}
     */
    public long turn(long nowNanos) {
        for (int left = inbound.size(); left > 0; left--) {
            try {
                inbound.link().receive(this, inbound);
            } catch (Throwable e) {
                failures.add(e);
            }
            inbound.remove();
        }
        long next = Long.MAX_VALUE;
        try {
            next = turnUnlessStalled(nowNanos);
        } catch (Throwable e) {
            failures.add(e);
        }
        failures.rethrow();
        return next;
    }

    private long turnUnlessStalled(long nowNanos) {
        if (outbound.isCrowded()) {
            stalled = true;
            // The node may have made room before it could see that.
            if (outbound.isCrowded()) {
                return Long.MAX_VALUE;
            }
            stalled = false;
        }
        return stack.turn(nowNanos);
    }

    /** TCP connections, half-open ones and those in TIME-WAIT included. Inside the shard's gate. */
    int connections() {
        return stack.connections();
    }

    /** Inside the shard's gate. */
    void send(
            SharedLink link, long destinationMac, int etherType, byte[] buffer, int offset, int length, long nowNanos) {
        if (!outbound.offer(link, link.mac(), destinationMac, etherType, buffer, offset, length, nowNanos)) {
            stack.drops().count(DropReason.HAND_OVER_FULL);
        }
    }
}
