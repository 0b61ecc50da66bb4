package io.ztnio.protocol.vl1;

import io.ztnio.protocol.config.InetPrefix;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What an operator says of physical addresses: the sections "physical" and "virtual" of {@code protocol.md} 8.14. Where several
 * prefixes contain an address, the longest of those that say something counts; a blacklist counts in any case. Immutable.
 *
 * @param physical by prefix, for all peers
 * @param virtual by ZeroTier address of a peer
 */
public record PathRules(List<Physical> physical, Map<Long, Virtual> virtual) {
    /** Nothing is said. */
    public static final PathRules NONE = new PathRules(List.of(), Map.of());

    /** Smallest and largest datagram that may be configured. */
    public static final int MIN_MTU = 1400;

    public static final int MAX_MTU = 10_324;

    /**
     * About all addresses of a prefix.
     *
     * @param blacklisted whether they are no paths
     * @param trustedPathId of packets without cryptography, both ways; 0 for none
     * @param mtu bytes of the largest datagram; 0 for the usual one
     */
    public record Physical(InetPrefix prefix, boolean blacklisted, long trustedPathId, int mtu) {
        public Physical {
            if (mtu != 0 && (mtu < MIN_MTU || mtu > MAX_MTU)) {
                throw new IllegalArgumentException("an MTU is " + MIN_MTU + " to " + MAX_MTU + ", not " + mtu);
            }
        }
    }

    /**
     * About one peer.
     *
     * @param tried where to look for it while it has no direct path
     * @param blacklist where it is not
     */
    public record Virtual(List<InetSocketAddress> tried, List<InetPrefix> blacklist) {
        public Virtual {
            tried = List.copyOf(tried);
            blacklist = List.copyOf(blacklist);
        }
    }

    public PathRules {
        physical = physical.stream()
                .sorted(Comparator.comparingInt((Physical rule) -> rule.prefix().bits())
                        .reversed())
                .toList();
        virtual = Map.copyOf(virtual);
    }

    /** A policy with these rules besides. */
    public PathPolicy applyTo(PathPolicy base) {
        return equals(NONE) ? base : new Ruled(base);
    }

    private Stream<Physical> about(InetAddress ip) {
        byte[] bytes = ip.getAddress();
        return physical.stream().filter(rule -> rule.prefix().contains(bytes));
    }

    private boolean isBlacklisted(long peer, InetAddress ip) {
        Virtual ofPeer = virtual.get(peer);
        byte[] bytes = ip.getAddress();
        return about(ip).anyMatch(Physical::blacklisted)
                || (ofPeer != null && ofPeer.blacklist().stream().anyMatch(prefix -> prefix.contains(bytes)));
    }

    private final class Ruled implements PathPolicy {
        private final PathPolicy base;

        private Ruled(PathPolicy base) {
            this.base = base;
        }

        @Override
        public boolean allows(long peer, InetSocketAddress remote) {
            return base.allows(peer, remote) && !isBlacklisted(peer, remote.getAddress());
        }

        @Override
        public int mtu(InetSocketAddress remote) {
            return first(remote, rule -> rule.mtu() != 0).map(Physical::mtu).orElseGet(() -> base.mtu(remote));
        }

        @Override
        public boolean findsMtu(InetSocketAddress remote) {
            return first(remote, rule -> rule.mtu() != 0).isEmpty() && base.findsMtu(remote);
        }

        @Override
        public long trustedPathId(InetSocketAddress remote) {
            return first(remote, rule -> rule.trustedPathId() != 0)
                    .map(Physical::trustedPathId)
                    .orElseGet(() -> base.trustedPathId(remote));
        }

        @Override
        public List<InetSocketAddress> hints(long peer) {
            Virtual ofPeer = virtual.get(peer);
            return ofPeer == null ? base.hints(peer) : ofPeer.tried();
        }

        private Optional<Physical> first(InetSocketAddress remote, Predicate<Physical> says) {
            return physical.isEmpty()
                    ? Optional.empty()
                    : about(remote.getAddress()).filter(says).findFirst();
        }
    }
}
