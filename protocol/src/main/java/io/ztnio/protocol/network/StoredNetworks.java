package io.ztnio.protocol.network;

import io.ztnio.protocol.store.DamagedFileException;
import io.ztnio.protocol.store.StateStore;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/** A {@link NetworkStore} in a node's {@link StateStore}. Thread: confined to the node. */
final class StoredNetworks implements NetworkStore {
    private final StateStore store;
    private final BiConsumer<String, IOException> onFailure;

    StoredNetworks(StateStore store, BiConsumer<String, IOException> onFailure) {
        this.store = store;
        this.onFailure = onFailure;
    }

    @Override
    public Optional<byte[]> load(String name) {
        try {
            return store.get(name);
        } catch (IOException e) {
            onFailure.accept(name, e);
            return Optional.empty();
        }
    }

    @Override
    public void save(String name, byte[] content) {
        try {
            store.put(name, content);
        } catch (IOException e) {
            onFailure.accept(name, e);
        }
    }

    @Override
    public void delete(String name) {
        try {
            store.delete(name);
        } catch (IOException e) {
            onFailure.accept(name, e);
        }
    }

    @Override
    public void setAside(String name, String problem) {
        try {
            onFailure.accept(name, new DamagedFileException(problem, store.setAside(name)));
        } catch (IOException e) {
            onFailure.accept(name, e);
        }
    }

    @Override
    public List<String> list(String directory) {
        try {
            return store.list(directory);
        } catch (IOException e) {
            onFailure.accept(directory, e);
            return List.of();
        }
    }
}
