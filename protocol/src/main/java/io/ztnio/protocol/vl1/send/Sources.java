package io.ztnio.protocol.vl1.send;

import io.ztnio.protocol.limit.SourceKey;
import java.net.InetSocketAddress;

/** Whom a datagram counts for where sources have their limits. Thread: confined to the node. */
public final class Sources {
    private static final long RELAYED = 0xfffdL << 40;

    private final Upstreams upstreams;

    public Sources(Upstreams upstreams) {
        this.upstreams = upstreams;
    }

    /**
     * The source of a datagram: where it came from, or, if an upstream may have relayed it, whom it says that it is of.
     *
     * @param address ZeroTier address, perhaps not authentic
     */
    public long of(InetSocketAddress from, long address, long nowMillis) {
        return upstreams.areAt(from, nowMillis) ? RELAYED | address : SourceKey.of(from);
    }
}
