package io.ztnio.protocol.vl1;

import io.ztnio.protocol.wire.DropCounters;
import java.util.EnumMap;
import java.util.Map;

/**
 * What a node has counted since it started; VL1 counts, others read. Thread: confined to the node; {@link #drops()} is a
 * copy.
 */
public final class Counters {
    private final DropCounters<DropReason> drops = new DropCounters<>(DropReason.class);
    private long datagramsIn;
    private long bytesIn;
    private long datagramsOut;
    private long bytesOut;
    private long packetsIn;
    private long packetsOut;
    private long relayed;

    /** All zero. */
    public Counters() {}

    /** Datagrams received, whatever became of them. */
    public long datagramsIn() {
        return datagramsIn;
    }

    public long bytesIn() {
        return bytesIn;
    }

    public long datagramsOut() {
        return datagramsOut;
    }

    public long bytesOut() {
        return bytesOut;
    }

    /** Packets for us that were authentic. */
    public long packetsIn() {
        return packetsIn;
    }

    /** Packets of ours that were sent. */
    public long packetsOut() {
        return packetsOut;
    }

    /** Datagrams forwarded for others. */
    public long relayed() {
        return relayed;
    }

    /** How often {@code reason} made us drop something. */
    public long dropped(DropReason reason) {
        return drops.get(reason);
    }

    /** The reasons that occurred, with their counts. */
    public Map<DropReason, Long> drops() {
        Map<DropReason, Long> result = new EnumMap<>(DropReason.class);
        for (DropReason reason : DropReason.values()) {
            if (drops.get(reason) != 0) {
                result.put(reason, drops.get(reason));
            }
        }
        return result;
    }

    /** Something was dropped. */
    public void drop(DropReason reason) {
        drops.count(reason);
    }

    /** A datagram came. */
    public void received(int lengthBytes) {
        datagramsIn++;
        bytesIn += lengthBytes;
    }

    /** A datagram was handed over that will be sent. */
    public void sent(int lengthBytes) {
        datagramsOut++;
        bytesOut += lengthBytes;
    }

    /** Datagrams were handed over that will be sent, {@code lengthBytes} all together. */
    public void sent(int datagrams, int lengthBytes) {
        datagramsOut += datagrams;
        bytesOut += lengthBytes;
    }

    /** A packet for us was authentic. */
    public void authenticated() {
        packetsIn++;
    }

    /** A packet of ours was sent. */
    public void packetSent() {
        packetsOut++;
    }

    /** A datagram was forwarded for others. */
    public void forwarded() {
        relayed++;
    }
}
