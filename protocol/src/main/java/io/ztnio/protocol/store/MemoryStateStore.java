package io.ztnio.protocol.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** Keeps values for as long as the object lives: for tests and for nodes that shall leave no trace. Thread-safe. */
public final class MemoryStateStore implements StateStore {
    private final TreeMap<String, byte[]> values = new TreeMap<>();

    /** An empty store. */
    public MemoryStateStore() {
        // Nothing to set up; spelled out because the package is exported.
    }

    @Override
    public synchronized Optional<byte[]> get(String key) {
        byte[] value = values.get(StateKey.check(key));
        return value == null ? Optional.empty() : Optional.of(value.clone());
    }

    @Override
    public synchronized void put(String key, byte[] value) {
        values.put(StateKey.check(key), value.clone());
    }

    @Override
    public synchronized void delete(String key) {
        values.remove(StateKey.check(key));
    }

    @Override
    public synchronized List<String> list(String directory) {
        String prefix = StateKey.check(directory) + "/";
        List<String> keys = new ArrayList<>();
        for (String key : values.tailMap(prefix).keySet()) {
            if (!key.startsWith(prefix)) {
                break;
            }
            if (key.indexOf('/', prefix.length()) < 0) {
                keys.add(key);
            }
        }
        return keys;
    }
}
