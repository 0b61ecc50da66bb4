package io.ztnio.provider.runtime;

import io.ztnio.protocol.store.StateStore;
import io.ztnio.protocol.transport.DatagramTransport;
import java.io.IOException;
import java.net.BindException;
import java.nio.channels.spi.SelectorProvider;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The UDP port of the last run. A node that may choose takes it again: peers go on sending to the path they know for
 * minutes after it died ({@code protocol.md} 8.3, ZT_PEER_PATH_EXPIRATION), and nothing that a restarted node does on
 * another port changes their mind sooner. Thread-safe.
 */
final class LastPort {
    /** The name and content of the daemon's file. */
    private static final String KEY = "zerotier-one.port";

    private static final int MAX_PORT = 0xffff;

    private LastPort() {}

    /**
     * Opens the sockets of a node.
     *
     * @throws IOException if they cannot be opened, or the store fails
     */
    static DatagramTransport open(SelectorProvider os, EngineConfig config) throws IOException {
        DatagramTransport transport = config.port() == 0 ? openAny(os, config) : open(os, config, config.port());
        int port = transport.localAddresses().get(0).getPort();
        config.store().put(KEY, Integer.toString(port).getBytes(StandardCharsets.US_ASCII));
        return transport;
    }

    private static DatagramTransport openAny(SelectorProvider os, EngineConfig config) throws IOException {
        Optional<Integer> last = read(config.store());
        if (last.isPresent()) {
            try {
                return open(os, config, last.get());
            } catch (BindException e) {
                // Somebody else has it now: any other is as good.
                return open(os, config, 0);
            }
        }
        return open(os, config, 0);
    }

    private static DatagramTransport open(SelectorProvider os, EngineConfig config, int port) throws IOException {
        return DatagramTransport.open(
                os, LocalEndpoints.toBind(config.bind(), port), config.offload(), config.threads());
    }

    private static Optional<Integer> read(StateStore store) throws IOException {
        return store.get(KEY)
                .map(content -> new String(content, StandardCharsets.US_ASCII).strip())
                .filter(text -> text.matches("\\d{1,5}"))
                .map(Integer::valueOf)
                .filter(port -> port > 0 && port <= MAX_PORT);
    }
}
