package io.ztnio.protocol.controller;

import io.ztnio.protocol.config.NetworkId;
import io.ztnio.protocol.identity.Address;
import io.ztnio.protocol.json.JsonObject;
import io.ztnio.protocol.network.NetworkStore;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A controller's networks and members in {@code controller.d/network}: a file of JSON for each, as ZeroTier's controller has
 * them ({@code protocol.md} 9.6). Files that are damaged are set aside. Thread: confined to the node.
 */
final class StoredDefinitions {
    private static final String DIRECTORY = "controller.d/network";
    private static final String SUFFIX = ".json";
    private static final String NETWORK_ID = "[0-9a-f]{16}";
    private static final String MEMBER_ID = "[0-9a-f]{10}";
    private static final int HEX = 16;

    private final NetworkStore store;

    StoredDefinitions(NetworkStore store) {
        this.store = store;
    }

    /** Records of networks by ID. */
    SortedMap<Long, JsonObject> networks() {
        return all(DIRECTORY, NETWORK_ID);
    }

    /** Records of the members that a network has or had, by address. */
    SortedMap<Long, JsonObject> members(long networkId) {
        return all(members(NetworkId.format(networkId)), MEMBER_ID);
    }

    void saveNetwork(long networkId, JsonObject record) {
        store.save(file(networkId), bytes(record));
    }

    void saveMember(long networkId, long address, JsonObject record) {
        store.save(file(networkId, address), bytes(record));
    }

    /** Deletes a network, not its members. */
    void deleteNetwork(long networkId) {
        store.delete(file(networkId));
    }

    void deleteMember(long networkId, long address) {
        store.delete(file(networkId, address));
    }

    private static byte[] bytes(JsonObject record) {
        return record.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** What a folder's files hold. The name of a file tells whose it is, and what is in it says the same. */
    private SortedMap<Long, JsonObject> all(String folder, String idPattern) {
        SortedMap<Long, JsonObject> result = new TreeMap<>(Long::compareUnsigned);
        for (String file : store.list(folder)) {
            if (file.matches(".*/" + idPattern + "\\.json")) {
                String id = file.substring(folder.length() + 1, file.length() - SUFFIX.length());
                read(file, id).ifPresent(record -> result.put(Long.parseUnsignedLong(id, HEX), record));
            }
        }
        return result;
    }

    private Optional<JsonObject> read(String file, String id) {
        try {
            Optional<JsonObject> record =
                    store.load(file).map(bytes -> JsonObject.parse(new String(bytes, StandardCharsets.UTF_8)));
            if (record.isPresent()
                    && !record.get().text("id", "").toLowerCase(Locale.ROOT).equals(id)) {
                throw new IllegalArgumentException("its id is not " + id);
            }
            return record;
        } catch (IllegalArgumentException e) {
            store.setAside(file, e.getMessage());
            return Optional.empty();
        }
    }

    private static String members(String networkId) {
        return DIRECTORY + "/" + networkId + "/member";
    }

    private static String file(long networkId) {
        return DIRECTORY + "/" + NetworkId.format(networkId) + SUFFIX;
    }

    private static String file(long networkId, long member) {
        return members(NetworkId.format(networkId)) + "/" + Address.format(member) + SUFFIX;
    }
}
