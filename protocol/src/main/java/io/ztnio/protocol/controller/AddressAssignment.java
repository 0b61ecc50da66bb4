package io.ztnio.protocol.controller;

import io.ztnio.protocol.config.InetPrefix;
import io.ztnio.protocol.config.Route;
import io.ztnio.protocol.wire.BigEndian;
import io.ztnio.protocol.wire.SocketAddressField;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/** Picks addresses for members from a network's pools ({@code protocol.md} 9.3). Thread-safe. */
final class AddressAssignment {
    private static final long MEMBER_ADDRESSES = (1L << 40) - 1;

    private AddressAssignment() {}

    /** The prefix of the longest route that has the address; empty if no route has it. */
    static Optional<InetPrefix> onRoute(InetAddress address, List<Route> routes) {
        int best = -1;
        for (Route route : routes) {
            if (route.target().contains(address.getAddress())) {
                best = Math.max(best, route.target().bits());
            }
        }
        return best < 0 ? Optional.empty() : Optional.of(new InetPrefix(address, best));
    }

    /**
     * A free IPv4 address: the member's own address picks where to start, so that it gets the same one again. Both ends of a
     * pool are given; x.x.x.255 is not, as by the reference, nor are a subnet's own two addresses and those of gateways.
     *
     * @param taken addresses in use on the network
     */
    static Optional<InetPrefix> ipv4(NetworkDefinition network, long member, Set<InetAddress> taken) {
        Set<InetAddress> gateways = gateways(network);
        for (AddressPool pool : network.pools()) {
            if (!pool.isIpv4()) {
                continue;
            }
            long first = BigEndian.getInt(pool.first().getAddress(), 0) & 0xffffffffL;
            long last = BigEndian.getInt(pool.last().getAddress(), 0) & 0xffffffffL;
            long size = last - first + 1;
            // Candidates differ: after so many of them one must be free.
            long unusable = (long) taken.size()
                    + gateways.size()
                    + size / 256
                    + 2
                    + 2L * network.routes().size();
            for (long k = 0; k < Math.min(size, unusable + 1); k++) {
                int candidate = (int) (first + ((member & 0xffffffffL) + k) % size);
                Optional<InetPrefix> free = freeIpv4(network, candidate, taken, gateways);
                if (free.isPresent()) {
                    return free;
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<InetPrefix> freeIpv4(
            NetworkDefinition network, int candidate, Set<InetAddress> taken, Set<InetAddress> gateways) {
        if ((candidate & 0xff) == 0xff) {
            return Optional.empty();
        }
        byte[] ip = new byte[4];
        BigEndian.putInt(ip, 0, candidate);
        InetAddress address = SocketAddressField.address(ip);
        if (taken.contains(address) || gateways.contains(address)) {
            return Optional.empty();
        }
        return network.routes().stream()
                .filter(route -> route.target().contains(ip))
                .findFirst()
                .map(route -> new InetPrefix(address, route.target().bits()))
                .filter(prefix -> !isOfTheSubnet(candidate, prefix.bits()));
    }

    /** Whether it is a subnet's first address, which names it, or its last, which is its broadcast address. */
    private static boolean isOfTheSubnet(int ip, int bits) {
        if (bits >= 31) {
            return false;
        }
        int hostMask = -1 >>> bits;
        return (ip & hostMask) == 0 || (ip & hostMask) == hostMask;
    }

    private static Set<InetAddress> gateways(NetworkDefinition network) {
        return network.routes().stream().flatMap(route -> route.via().stream()).collect(Collectors.toSet());
    }

    /** A free IPv6 address on an on-link route: the pool's start plus the member's address if that fits, else any. */
    static Optional<InetPrefix> ipv6(
            NetworkDefinition network, long member, Set<InetAddress> taken, RandomGenerator random) {
        Set<InetAddress> gateways = gateways(network);
        List<Route> onLink =
                network.routes().stream().filter(route -> route.via().isEmpty()).toList();
        for (AddressPool pool : network.pools()) {
            if (pool.isIpv4() || !isWithinOneSubnet(pool)) {
                continue;
            }
            long start = BigEndian.getLong(pool.first().getAddress(), 8);
            long size = BigEndian.getLong(pool.last().getAddress(), 8) - start;
            boolean wide = Long.compareUnsigned(size, MEMBER_ADDRESSES) >= 0;
            long from = wide
                    ? member
                    : size == -1 ? random.nextLong() : Long.remainderUnsigned(random.nextLong(), size + 1);
            // Candidates differ: after so many of them one must be free.
            long unusable = (long) taken.size() + gateways.size() + onLink.size();
            for (long k = 0; k <= unusable && Long.compareUnsigned(k, size) <= 0; k++) {
                long distance = size == -1 ? from + k : Long.remainderUnsigned(from + k, size + 1);
                byte[] ip = pool.first().getAddress();
                BigEndian.putLong(ip, 8, start + distance);
                InetAddress address = SocketAddressField.address(ip);
                Optional<InetPrefix> prefix = onRoute(address, onLink);
                // The first address of a subnet is its routers' (RFC 4291 2.6.1).
                boolean routers = prefix.filter(
                                p -> p.bits() < 127 && p.network().address().equals(address))
                        .isPresent();
                if (prefix.isPresent() && !routers && !taken.contains(address) && !gateways.contains(address)) {
                    return prefix;
                }
            }
        }
        return Optional.empty();
    }

    /** Whether an IPv6 pool lies in one /64: more are not given from, as by the reference. */
    static boolean isWithinOneSubnet(AddressPool pool) {
        return BigEndian.getLong(pool.first().getAddress(), 0)
                == BigEndian.getLong(pool.last().getAddress(), 0);
    }
}
