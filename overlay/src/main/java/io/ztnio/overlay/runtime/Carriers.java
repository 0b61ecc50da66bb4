package io.ztnio.overlay.runtime;

import io.ztnio.overlay.transport.Carrier;
import io.ztnio.overlay.transport.UdpCarrier;
import io.ztnio.protocol.store.StateStore;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.spi.SelectorProvider;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Opens what carries a node's datagrams. A node that may choose its UDP port takes that of its last run (file
 * {@code udp.port}): the others look for it there. Stateless.
 */
final class Carriers {
    static final String PORT_KEY = "udp.port";
    private static final int MAX_PORT = 0xffff;

    private Carriers() {}

    static Carrier open(OverlayConfig config, StateStore store) throws IOException {
        if (config.hub().isPresent()) {
            return config.hub().get().attach();
        }
        Carrier carrier = config.port() != 0 ? open(config, config.port()) : openAny(config, lastPort(store));
        int port = carrier.localAddresses().get(0).getPort();
        store.put(PORT_KEY, Integer.toString(port).getBytes(StandardCharsets.US_ASCII));
        return carrier;
    }

    private static Carrier openAny(OverlayConfig config, Optional<Integer> last) throws IOException {
        if (last.isPresent()) {
            try {
                return open(config, last.get());
            } catch (BindException e) {
                // Somebody else has it now: any other is as good.
                return open(config, 0);
            }
        }
        return open(config, 0);
    }

    private static Carrier open(OverlayConfig config, int port) throws IOException {
        SelectorProvider os = config.os().orElseGet(SelectorProvider::provider);
        List<InetSocketAddress> bind =
                config.bind().isEmpty() ? List.of(new InetSocketAddress(port)) : bindAll(config.bind(), port);
        return UdpCarrier.open(os, bind, config.offload());
    }

    private static List<InetSocketAddress> bindAll(List<InetAddress> addresses, int port) {
        return addresses.stream()
                .map(address -> new InetSocketAddress(address, port))
                .toList();
    }

    private static Optional<Integer> lastPort(StateStore store) throws IOException {
        return store.get(PORT_KEY)
                .map(content -> new String(content, StandardCharsets.US_ASCII).strip())
                .filter(text -> text.matches("\\d{1,5}"))
                .map(Integer::valueOf)
                .filter(port -> port > 0 && port <= MAX_PORT);
    }
}
