package io.ztnio.protocol.vl1;

import io.ztnio.protocol.wire.IpScope;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Predicate;

/**
 * Which physical addresses may carry our traffic ({@code protocol.md} 8.4), and how. The rule that roots answer only
 * from their published addresses is not part of this. Thread: implementations are immutable.
 */
@FunctionalInterface
public interface PathPolicy {
    /** UDP payload that every usual path takes. */
    int DEFAULT_MTU = 1432;

    /**
     * Whether {@code remote} may be a path to {@code peer}.
     *
     * @param peer ZeroTier address of the other side
     */
    boolean allows(long peer, InetSocketAddress remote);

    /** Largest datagram to send to {@code remote}, 1400 to 10324 bytes. */
    default int mtu(InetSocketAddress remote) {
        return DEFAULT_MTU;
    }

    /** Whether longer datagrams than {@link #mtu} may be tried to {@code remote}: not where somebody has said how long they are. */
    default boolean findsMtu(InetSocketAddress remote) {
        return true;
    }

    /** ID of the trusted path (no cryptography at all, {@code protocol.md} 3.5) to {@code remote}; 0 for none. */
    default long trustedPathId(InetSocketAddress remote) {
        return 0;
    }

    /** Where to look for a peer without a direct path, by configuration ({@code protocol.md} 8.8). */
    default List<InetSocketAddress> hints(long peer) {
        return List.of();
    }

    /** The reference's rule: private and global addresses; never loopback, link-local or multicast ones. */
    static PathPolicy standard() {
        return (peer, remote) -> isUsable(remote, false);
    }

    /** As {@link #standard}, and loopback addresses too: for a whole planet on one machine. */
    static PathPolicy withLoopback() {
        return (peer, remote) -> isUsable(remote, true);
    }

    /** This policy without the addresses that {@code excluded} names, such as those of virtual networks. */
    default PathPolicy except(Predicate<InetAddress> excluded) {
        PathPolicy base = this;
        return new PathPolicy() {
            @Override
            public boolean allows(long peer, InetSocketAddress remote) {
                return base.allows(peer, remote) && !excluded.test(remote.getAddress());
            }

            @Override
            public int mtu(InetSocketAddress remote) {
                return base.mtu(remote);
            }

            @Override
            public boolean findsMtu(InetSocketAddress remote) {
                return base.findsMtu(remote);
            }

            @Override
            public long trustedPathId(InetSocketAddress remote) {
                return base.trustedPathId(remote);
            }

            @Override
            public List<InetSocketAddress> hints(long peer) {
                return base.hints(peer);
            }
        };
    }

    private static boolean isUsable(InetSocketAddress remote, boolean loopback) {
        InetAddress ip = remote.getAddress();
        if (ip == null || remote.getPort() == 0) {
            return false;
        }
        if (ip instanceof Inet6Address) {
            byte[] bytes = ip.getAddress();
            // 2001:470::/32, a tunnel broker whose paths are worse than any other.
            if (bytes[0] == 0x20 && bytes[1] == 0x01 && bytes[2] == 0x04 && bytes[3] == 0x70) {
                return false;
            }
        }
        return switch (IpScope.of(ip)) {
            case PRIVATE, PSEUDOPRIVATE, SHARED, GLOBAL -> true;
            case LOOPBACK -> loopback;
            default -> false;
        };
    }
}
