package io.ztnio.provider.runtime;

import io.ztnio.protocol.network.NetworkStore;
import io.ztnio.protocol.store.StateStore;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** The networks' part of the state store. What cannot be read counts as absent, and is logged. Thread-safe. */
final class NetworkFiles implements NetworkStore {
    private static final System.Logger LOG = System.getLogger("io.ztnio.engine");

    private final StateStore store;

    NetworkFiles(StateStore store) {
        this.store = store;
    }

    @Override
    public Optional<byte[]> load(String name) {
        try {
            return store.get(name);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "cannot read " + name + ": " + e.getMessage());
            return Optional.empty();
        }
    }

    @Override
    public void save(String name, byte[] content) {
        try {
            store.put(name, content);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "cannot write " + name + ": " + e.getMessage());
        }
    }

    @Override
    public void delete(String name) {
        try {
            store.delete(name);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "cannot delete " + name + ": " + e.getMessage());
        }
    }

    @Override
    public List<String> list(String directory) {
        try {
            return store.list(directory);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "cannot list " + directory + ": " + e.getMessage());
            return List.of();
        }
    }
}
