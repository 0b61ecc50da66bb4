package io.ztnio.protocol.node;

import io.ztnio.protocol.store.DamagedFileException;
import io.ztnio.protocol.store.StateStore;
import io.ztnio.protocol.world.World;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** Reads what a node can do without: what is damaged is set aside, what cannot be read is passed over. Both are told. */
final class CacheReader {
    private final StateStore store;
    private final BiConsumer<String, IOException> onFailure;

    CacheReader(StateStore store, BiConsumer<String, IOException> onFailure) {
        this.store = store;
        this.onFailure = onFailure;
    }

    /**
     * The values of a folder.
     *
     * @param suffix of their keys
     * @param damage what is said of a value that {@code parser} does not know
     * @param most values that are read
     */
    <T> List<T> read(String folder, String suffix, String damage, Function<byte[], Optional<T>> parser, int most) {
        List<T> values = new ArrayList<>();
        for (String key : keys(folder)) {
            if (key.endsWith(suffix) && values.size() < most) {
                read(key, damage, parser).ifPresent(values::add);
            }
        }
        return values;
    }

    /** A moon, if it is there. */
    Optional<World> moon(long id) {
        return read(NodeState.moonKey(id), NodeState.NOT_A_MOON, NodeState::moon)
                .filter(world -> world.id() == id);
    }

    private List<String> keys(String folder) {
        try {
            return store.list(folder);
        } catch (IOException e) {
            onFailure.accept(folder, e);
            return List.of();
        }
    }

    private <T> Optional<T> read(String key, String damage, Function<byte[], Optional<T>> parser) {
        try {
            Optional<byte[]> content = store.get(key);
            Optional<T> value = content.flatMap(parser);
            if (content.isPresent() && value.isEmpty()) {
                onFailure.accept(
                        key,
                        new DamagedFileException(damage + ", " + content.get().length + " bytes", store.setAside(key)));
            }
            return value;
        } catch (IOException e) {
            onFailure.accept(key, e);
            return Optional.empty();
        }
    }
}
