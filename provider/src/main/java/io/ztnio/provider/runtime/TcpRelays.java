package io.ztnio.provider.runtime;

import io.ztnio.protocol.relay.TcpRelayTransport;
import io.ztnio.protocol.transport.DatagramTransport;
import io.ztnio.protocol.world.World;
import io.ztnio.provider.config.TcpRelaySettings;
import io.ztnio.provider.os.OsProvider;
import io.ztnio.provider.service.NodeReport;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Which relay over TCP a node may use ({@code protocol.md} 8.13). Thread-safe. */
final class TcpRelays {
    /** The public one: of nodes of the public planet only. */
    private static final String PUBLIC_HOST = "204.80.128.1";

    private static final int PUBLIC_PORT = 443;

    private TcpRelays() {}

    /** The sockets, with a relay beside them if there is one for this planet. */
    static DatagramTransport over(DatagramTransport udp, TcpRelaySettings settings, Optional<World> planet) {
        if (settings.named().isPresent()) {
            String named = settings.named().get();
            int colon = named.lastIndexOf(':');
            String host = named.substring(0, colon);
            String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
            return relay(udp, bare, Integer.parseInt(named.substring(colon + 1)), settings.forced(), true);
        }
        boolean ofPublic =
                settings.publicAllowed() && planet.filter(Planets::isPublic).isPresent();
        return ofPublic ? relay(udp, PUBLIC_HOST, PUBLIC_PORT, settings.forced(), false) : udp;
    }

    /** What is told of it, whenever that is asked. */
    static Supplier<NodeReport.TcpRelay> report(DatagramTransport transport, TcpRelaySettings settings) {
        return () -> transport instanceof TcpRelayTransport relay
                ? new NodeReport.TcpRelay(
                        true, settings.forced(), relay.isRelaying(), relay.relay(), relay.bytesIn(), relay.bytesOut())
                : NodeReport.TcpRelay.NONE;
    }

    private static DatagramTransport relay(
            DatagramTransport udp, String host, int port, boolean forced, boolean named) {
        return new TcpRelayTransport(
                udp,
                OsProvider.get(),
                host,
                port,
                forced,
                named,
                () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()));
    }
}
