package io.ztnio.provider.runtime;

import io.ztnio.protocol.portmap.PortMapper;
import io.ztnio.provider.config.PortMappingSettings;
import io.ztnio.provider.os.OsProvider;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Has a router map an engine's port ({@code protocol.md} 8.5). Thread-safe. */
final class PortMappings {
    private PortMappings() {}

    /**
     * Starts that if it is wanted, and if a socket can be reached by IPv4: for the first of those.
     *
     * @param bound the UDP addresses bound
     * @param onMapping told on a thread of its own where the port can be reached, and when that is no longer so
     */
    static Optional<PortMapper> start(
            PortMappingSettings settings,
            long node,
            List<InetSocketAddress> bound,
            Consumer<Optional<InetSocketAddress>> onMapping)
            throws IOException {
        Optional<InetSocketAddress> socket = bound.stream()
                .filter(local -> local.getAddress() instanceof Inet4Address
                        || local.getAddress().isAnyLocalAddress())
                .findFirst();
        if (!settings.enabled() || socket.isEmpty()) {
            return Optional.empty();
        }
        InetSocketAddress any = new InetSocketAddress("0.0.0.0", socket.get().getPort());
        InetSocketAddress local = socket.get().getAddress().isAnyLocalAddress() ? any : socket.get();
        PortMapper.Target target = new PortMapper.Target(node, local.getAddress(), local.getPort());
        return Optional.of(PortMapper.start(
                OsProvider.get(),
                target,
                settings.gateway(),
                new SecureRandom(),
                () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()),
                onMapping));
    }
}
