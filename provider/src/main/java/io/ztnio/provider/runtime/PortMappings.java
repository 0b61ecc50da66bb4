package io.ztnio.provider.runtime;

import io.ztnio.protocol.portmap.Ipv6Route;
import io.ztnio.protocol.portmap.PinholeKeeper;
import io.ztnio.protocol.portmap.PortMapper;
import io.ztnio.protocol.portmap.RouterMapping;
import io.ztnio.provider.config.PortMappingSettings;
import io.ztnio.provider.os.OsProvider;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Has routers map an engine's ports, and open their firewalls to them ({@code protocol.md} 8.5). Thread-safe. */
final class PortMappings implements AutoCloseable {
    /** The place among what is told: those of IPv4 are in the order of the ports. */
    private static final int PINHOLES = Integer.MAX_VALUE;

    private final Consumer<List<InetSocketAddress>> onMappings;
    private final List<RouterMapping> parts = new ArrayList<>();

    private final Lock lock = new ReentrantLock();

    /** By their places; guarded by {@link #lock}. */
    private final Map<Integer, List<InetSocketAddress>> mapped = new TreeMap<>();

    private PortMappings(Consumer<List<InetSocketAddress>> onMappings) {
        this.onMappings = onMappings;
    }

    /**
     * Starts what is wanted.
     *
     * @param bound the UDP addresses bound
     * @param onMappings told on threads of their own, one at a time, where the ports can be reached, whenever that changes
     */
    static PortMappings start(
            PortMappingSettings settings,
            long node,
            List<InetSocketAddress> bound,
            Consumer<List<InetSocketAddress>> onMappings)
            throws IOException {
        PortMappings mappings = new PortMappings(onMappings);
        if (settings.enabled()) {
            try {
                mappings.map(settings, node, bound);
                if (settings.gateway().isEmpty()) {
                    mappings.open(bound);
                }
            } catch (IOException | RuntimeException | Error e) {
                mappings.close();
                throw e;
            }
        }
        return mappings;
    }

    /** Each port once: where several addresses are bound, the first that a router knows us by. */
    private void map(PortMappingSettings settings, long node, List<InetSocketAddress> bound) throws IOException {
        Map<Integer, InetAddress> ports = new LinkedHashMap<>();
        for (InetSocketAddress socket : bound) {
            if (socket.getAddress().isAnyLocalAddress()) {
                ports.putIfAbsent(socket.getPort(), new InetSocketAddress("0.0.0.0", 0).getAddress());
            } else if (socket.getAddress() instanceof Inet4Address) {
                ports.putIfAbsent(socket.getPort(), socket.getAddress());
            }
        }
        for (Map.Entry<Integer, InetAddress> port : ports.entrySet()) {
            int place = parts.size();
            parts.add(PortMapper.start(
                    OsProvider.get(),
                    new PortMapper.Target(node, port.getValue(), port.getKey()),
                    settings.gateway(),
                    new SecureRandom(),
                    PortMappings::millis,
                    external -> told(place, external.stream().toList())));
        }
    }

    /** The router that is named is asked for IPv4; whichever there is for IPv6. */
    private void open(List<InetSocketAddress> bound) throws IOException {
        Set<InetAddress> single = bound.stream()
                .map(InetSocketAddress::getAddress)
                .filter(address -> address instanceof Inet6Address && !address.isAnyLocalAddress())
                .collect(Collectors.toUnmodifiableSet());
        boolean all = bound.stream().anyMatch(socket -> socket.getAddress().isAnyLocalAddress());
        Set<Integer> ports = bound.stream()
                .filter(socket -> socket.getAddress().isAnyLocalAddress() || single.contains(socket.getAddress()))
                .map(InetSocketAddress::getPort)
                .collect(Collectors.toUnmodifiableSet());
        if (ports.isEmpty()) {
            return;
        }
        parts.add(PinholeKeeper.start(
                OsProvider.get(),
                ports,
                () -> Ipv6Route.find().map(route -> all ? route : only(route, single)),
                new SecureRandom(),
                PortMappings::millis,
                outside -> told(PINHOLES, outside)));
    }

    private static Ipv6Route only(Ipv6Route route, Set<InetAddress> bound) {
        return new Ipv6Route(
                route.gateway(), route.own().stream().filter(bound::contains).toList());
    }

    private static long millis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    private void told(int place, List<InetSocketAddress> external) {
        lock.lock();
        try {
            mapped.put(place, external);
            onMappings.accept(mapped.values().stream().flatMap(List::stream).toList());
        } finally {
            lock.unlock();
        }
    }

    /** Has everything given back at once, in the bounded time of one. */
    @Override
    public void close() {
        parts.forEach(RouterMapping::end);
        parts.forEach(RouterMapping::close);
    }
}
