package io.ztnio.protocol.transport;

import io.ztnio.protocol.store.DamagedFileException;
import io.ztnio.protocol.store.StateStore;
import java.io.IOException;
import java.net.BindException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * The UDP port of the last run. A node that may choose takes it again: peers go on sending to the path they know for
 * minutes after it died ({@code protocol.md} 8.3, ZT_PEER_PATH_EXPIRATION), and nothing that a restarted node does on
 * another port changes their mind sooner. Thread-safe.
 */
public final class LastPort {
    private static final int MAX_PORT = 0xffff;

    private final StateStore store;
    private final String key;
    private final BiConsumer<String, IOException> onFailure;

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

    /**
     * Reads and opens nothing.
     *
     * @param key of the state that holds the port in decimal
     * @param onFailure told if that cannot be read and was set aside, or cannot be written: its key, and a message
     */
    public LastPort(StateStore store, String key, BiConsumer<String, IOException> onFailure) {
        this.store = store;
        this.key = key;
        this.onFailure = onFailure;
    }

    /**
     * Opens the sockets of a node, and remembers their port. A port that cannot be remembered, on a full disk say, is told
     * and no reason not to open.
     *
     * @param port 0 for that of the last run, or any if that cannot be had
     * @throws IOException if they cannot be opened, or what is damaged cannot be set aside
     */
    public <T extends Carrier> T open(int port, Opener<T> opener) throws IOException {
        Optional<Integer> last = read();
        T carrier = port == 0 ? openAny(last, opener) : opener.open(port);
        try {
            remember(carrier.localAddresses().get(0).getPort(), last);
            return carrier;
        } catch (RuntimeException | Error e) {
            carrier.close();
            throw e;
        }
    }

    private void remember(int bound, Optional<Integer> last) {
        if (last.isPresent() && last.get() == bound) {
            return;
        }
        try {
            store.put(key, Integer.toString(bound).getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            onFailure.accept(key, new IOException("cannot be written, so the next run may have another port: " + e, e));
        }
    }

    private <T extends Carrier> T openAny(Optional<Integer> last, Opener<T> opener) throws IOException {
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
        Optional<byte[]> stored;
        try {
            stored = store.get(key);
        } catch (IOException e) {
            onFailure.accept(key, new DamagedFileException(e.getMessage(), store.setAside(key)));
            return Optional.empty();
        }
        return stored.map(content -> new String(content, StandardCharsets.US_ASCII).strip())
                .filter(text -> text.matches("\\d{1,5}"))
                .map(Integer::valueOf)
                .filter(port -> port > 0 && port <= MAX_PORT);
    }
}
