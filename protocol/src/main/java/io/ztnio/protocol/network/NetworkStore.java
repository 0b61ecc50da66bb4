package io.ztnio.protocol.network;

import io.ztnio.protocol.store.StateStore;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * Keeps small files across restarts, by relative names with slashes, such as {@code networks.d/0123456789000001.conf}.
 * Failures are the implementation's to report: saving is best effort. Called on the node's thread.
 */
public interface NetworkStore {
    /** Keeps nothing. */
    NetworkStore NONE = new NetworkStore() {
        @Override
        public Optional<byte[]> load(String name) {
            return Optional.empty();
        }

        @Override
        public void save(String name, byte[] content) {}

        @Override
        public void delete(String name) {}

        @Override
        public void setAside(String name, String problem) {}

        @Override
        public List<String> list(String directory) {
            return List.of();
        }
    };

    /**
     * Keeps files in a node's store; {@code onFailure} hears the names of those that could not be read or written, or were
     * set aside.
     */
    static NetworkStore of(StateStore store, BiConsumer<String, IOException> onFailure) {
        return new StoredNetworks(store, onFailure);
    }

    Optional<byte[]> load(String name);

    void save(String name, byte[] content);

    /** Deletes a file if it is there. */
    void delete(String name);

    /**
     * Puts a file that cannot be understood out of the way, and says so.
     *
     * @param problem what is wrong with it, a phrase
     */
    void setAside(String name, String problem);

    /** Full names of the files directly in a directory. */
    List<String> list(String directory);
}
