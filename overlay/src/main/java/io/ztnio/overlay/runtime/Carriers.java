package io.ztnio.overlay.runtime;

import io.ztnio.protocol.store.StateStore;
import io.ztnio.protocol.transport.Carrier;
import io.ztnio.protocol.transport.DatagramTransport;
import io.ztnio.protocol.transport.LastPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.spi.SelectorProvider;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * Opens a node's UDP sockets. A node that may choose its port takes that of its last run (file {@code udp.port}): the
 * others look for it there. Stateless.
 */
final class Carriers {
    static final String PORT_KEY = "udp.port";

    private Carriers() {}

    static Carrier open(OverlayConfig config, StateStore store, BiConsumer<String, IOException> onFailure)
            throws IOException {
        return new LastPort(store, PORT_KEY, onFailure).open(config.port(), port -> open(config, port));
    }

    private static DatagramTransport open(OverlayConfig config, int port) throws IOException {
        SelectorProvider os = config.os().orElseGet(SelectorProvider::provider);
        List<InetSocketAddress> bind =
                config.bind().isEmpty() ? List.of(new InetSocketAddress(port)) : bindAll(config.bind(), port);
        return DatagramTransport.open(os, bind, config.offload());
    }

    private static List<InetSocketAddress> bindAll(List<InetAddress> addresses, int port) {
        return addresses.stream()
                .map(address -> new InetSocketAddress(address, port))
                .toList();
    }
}
