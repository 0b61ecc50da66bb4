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

/** Picks addresses for members from a network's pools ({@code protocol.md} 9.3). Thread-safe. */
final class AddressAssignment {
    private static final int MAX_TRIALS = 1000;
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
     * A free IPv4 address: the member's own address picks where to start, so that it gets the same one again.
     *
     * @param taken addresses in use on the network
     */
    static Optional<InetPrefix> ipv4(NetworkDefinition network, long member, Set<InetAddress> taken) {
        for (AddressPool pool : network.pools()) {
            if (!pool.isIpv4()) {
                continue;
            }
            long first = BigEndian.getInt(pool.first().getAddress(), 0) & 0xffffffffL;
            long last = BigEndian.getInt(pool.last().getAddress(), 0) & 0xffffffffL;
            long size = last - first;
            if (first == 0 || size < 0) {
                continue;
            }
            for (int k = 0; k < MAX_TRIALS && k < Math.max(1, size); k++) {
                long candidate = first + (size == 0 ? 0 : ((member & 0xffffffffL) + k) % size);
                Optional<InetPrefix> free = freeIpv4(network, (int) candidate, taken);
                if (free.isPresent()) {
                    return free;
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<InetPrefix> freeIpv4(NetworkDefinition network, int candidate, Set<InetAddress> taken) {
        if ((candidate & 0xff) == 0xff) {
            return Optional.empty();
        }
        byte[] ip = new byte[4];
        BigEndian.putInt(ip, 0, candidate);
        InetAddress address = SocketAddressField.address(ip);
        if (taken.contains(address)) {
            return Optional.empty();
        }
        return network.routes().stream()
                .filter(route -> route.target().contains(ip))
                .findFirst()
                .map(route -> new InetPrefix(address, route.target().bits()));
    }

    /** A free IPv6 address on an on-link route: the pool's start plus the member's address if that fits, else any. */
    static Optional<InetPrefix> ipv6(
            NetworkDefinition network, long member, Set<InetAddress> taken, RandomGenerator random) {
        List<Route> onLink =
                network.routes().stream().filter(route -> route.via().isEmpty()).toList();
        for (AddressPool pool : network.pools()) {
            byte[] first = pool.first().getAddress();
            byte[] last = pool.last().getAddress();
            if (pool.isIpv4() || BigEndian.getLong(first, 0) != BigEndian.getLong(last, 0)) {
                continue;
            }
            long start = BigEndian.getLong(first, 8);
            long size = BigEndian.getLong(last, 8) - start;
            for (int k = 0; k < MAX_TRIALS; k++) {
                boolean wide = Long.compareUnsigned(size, MEMBER_ADDRESSES) >= 0;
                long distance = k == 0 && wide
                        ? member
                        : size == -1 ? random.nextLong() : Long.remainderUnsigned(random.nextLong(), size + 1);
                byte[] ip = first.clone();
                BigEndian.putLong(ip, 8, start + distance);
                InetAddress address = SocketAddressField.address(ip);
                Optional<InetPrefix> prefix = onRoute(address, onLink);
                if (prefix.isPresent() && !taken.contains(address)) {
                    return prefix;
                }
            }
        }
        return Optional.empty();
    }
}
