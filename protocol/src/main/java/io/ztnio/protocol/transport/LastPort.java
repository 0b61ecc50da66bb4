package io.ztnio.protocol.transport;

import io.ztnio.protocol.store.StateStore;
import java.io.IOException;
import java.net.BindException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The UDP port of the last run. A node that may choose takes it again: peers go on sending to the path they know for
 * minutes after it died ({@code protocol.md} 8.3, ZT_PEER_PATH_EXPIRATION), and nothing that a restarted node does on
 * another port changes their mind sooner. Thread-safe.
 */
public final class LastPort {
    private static final int MAX_PORT = 0xffff;

    private final StateStore store;
    private final String key;

    /** Opens the sockets of a node on a port. */
    @FunctionalInterface
    public interface Opener<T extends Carrier> {
        /**
         * Opens them.
         *
         * @throws BindException if the port, which may be 0, cannot be had
         */
        T open(int port) throws IOException;
    }

    /** @param key of the state that holds the port in decimal */
    public LastPort(StateStore store, String key) {
        this.store = store;
        this.key = key;
    }

    /**
     * Opens the sockets of a node, and remembers their port.
     *
     * @param port 0 for that of the last run, or any if that cannot be had
     * @throws IOException if they cannot be opened, or the store fails
     */
    public <T extends Carrier> T open(int port, Opener<T> opener) throws IOException {
        T carrier = port == 0 ? openAny(opener) : opener.open(port);
        try {
            int bound = carrier.localAddresses().get(0).getPort();
            store.put(key, Integer.toString(bound).getBytes(StandardCharsets.US_ASCII));
            return carrier;
        } catch (IOException | RuntimeException e) {
            carrier.close();
            throw e;
        }
    }

    private <T extends Carrier> T openAny(Opener<T> opener) throws IOException {
        Optional<Integer> last = read();
        if (last.isPresent()) {
            try {
                return opener.open(last.get());
            } catch (BindException e) {
                // Somebody else has it now: any other is as good.
                return opener.open(0);
            }
        }
        return opener.open(0);
    }

    private Optional<Integer> read() throws IOException {
        return store.get(key)
                .map(content -> new String(content, StandardCharsets.US_ASCII).strip())
                .filter(text -> text.matches("\\d{1,5}"))
                .map(Integer::valueOf)
                .filter(port -> port > 0 && port <= MAX_PORT);
    }
}
