package io.ztnio.protocol.vl1.send;

import io.ztnio.protocol.limit.TokenBuckets;
import io.ztnio.protocol.vl1.Counters;
import io.ztnio.protocol.vl1.DropReason;
import io.ztnio.protocol.vl1.peer.RemotePeer;
import java.net.InetSocketAddress;
import java.util.random.RandomGenerator;

/**
 * How many bytes we send to a place beyond those that came from there, while it is not proved that the peer is there: whoever
 * writes another's address on its datagrams has us send little more to that than it sends to us. Thread: confined to the node.
 */
public final class ReplyBudget {
    /** What a source may have at once. */
    static final int BURST_BYTES = 16_384;

    static final int BYTES_PER_SECOND = 4_096;
    private static final int SOURCES = 4096;

    private final Sources sources;
    private final Counters counters;
    private final TokenBuckets bytes;

    /** @param random salts what strangers could aim at */
    public ReplyBudget(Sources sources, Counters counters, RandomGenerator random) {
        this.sources = sources;
        this.counters = counters;
        this.bytes = new TokenBuckets(SOURCES, BURST_BYTES, BYTES_PER_SECOND, random.nextLong());
    }

    /**
     * Whether a packet may go to where a peer perhaps is; if not, that is counted.
     *
     * @param causeBytes length of the packet that came from there
     */
    public boolean admit(RemotePeer peer, InetSocketAddress remote, int lengthBytes, int causeBytes, long nowMillis) {
        int beyond = lengthBytes - causeBytes;
        if (beyond <= 0
                || peer.paths().leadTo(remote, nowMillis)
                || bytes.admit(sources.of(remote, peer.address(), nowMillis), beyond, nowMillis)) {
            return true;
        }
        counters.drop(DropReason.REPLY_LIMITED);
        return false;
    }
}
