package io.ztnio.overlay.store;

import io.ztnio.protocol.store.StateStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A store whose keys are the same on every platform: a backslash is a slash, and what Windows cannot name is refused. The
 * keys {@code planet} and {@code roots} are one: both read {@code planet}, or {@code roots} if only that is there, and both
 * write {@code planet}.
 *
 * <p>Thread: thread-safe.
 */
public final class OverlayStore implements StateStore {
    private static final String PLANET = "planet";
    private static final String ROOTS = "roots";
    private static final Set<String> DEVICES = Set.of("con", "prn", "aux", "nul");

    private final StateStore store;

    /** A view of {@code store}, which refuses keys that lead out of it. */
    public OverlayStore(StateStore store) {
        this.store = store;
    }

    /** The key as it is stored under. */
    static String normalized(String key) {
        String normalized = key.replace('\\', '/');
        for (String part : normalized.split("/", -1)) {
            String name = part.toLowerCase(Locale.ROOT);
            int dot = name.indexOf('.');
            String stem = dot < 0 ? name : name.substring(0, dot);
            if (name.endsWith(".") || DEVICES.contains(stem) || stem.matches("(com|lpt)[0-9]")) {
                throw new IllegalArgumentException(
                        "'" + key + "' is not a key of a state store: not every system" + " can name a file so");
            }
        }
        return normalized;
    }

    private static boolean isPlanet(String key) {
        return key.equals(PLANET) || key.equals(ROOTS);
    }

    @Override
    public Optional<byte[]> get(String key) throws IOException {
        String name = normalized(key);
        if (!isPlanet(name)) {
            return store.get(name);
        }
        Optional<byte[]> planet = store.get(PLANET);
        return planet.isPresent() ? planet : store.get(ROOTS);
    }

    @Override
    public void put(String key, byte[] value) throws IOException {
        String name = normalized(key);
        store.put(isPlanet(name) ? PLANET : name, value);
    }

    @Override
    public void delete(String key) throws IOException {
        String name = normalized(key);
        if (isPlanet(name)) {
            store.delete(PLANET);
            store.delete(ROOTS);
        } else {
            store.delete(name);
        }
    }

    @Override
    public String setAside(String key) throws IOException {
        String name = normalized(key);
        return isPlanet(name) ? StateStore.super.setAside(name) : store.setAside(name);
    }

    @Override
    public List<String> list(String directory) throws IOException {
        return new ArrayList<>(store.list(normalized(directory)));
    }
}
