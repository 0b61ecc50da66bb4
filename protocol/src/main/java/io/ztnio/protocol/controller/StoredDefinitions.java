package io.ztnio.protocol.controller;

import io.ztnio.protocol.config.NetworkId;
import io.ztnio.protocol.identity.Address;
import io.ztnio.protocol.network.NetworkStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A controller's networks and members in {@code controller.d/network}: a file for each. Files that are damaged are set
 * aside. Thread: confined to the node.
 */
final class StoredDefinitions {
    private static final String DIRECTORY = "controller.d/network";
    private static final String SUFFIX = ".conf";

    private final NetworkStore store;

    StoredDefinitions(NetworkStore store) {
        this.store = store;
    }

    List<NetworkDefinition> networks() {
        return all(DIRECTORY, DefinitionCodec::readNetwork);
    }

    /** The members that a network has or had. */
    List<MemberDefinition> members(long networkId) {
        return all(members(NetworkId.format(networkId)), DefinitionCodec::readMember);
    }

    void save(NetworkDefinition network) {
        store.save(file(network.networkId()), DefinitionCodec.write(network));
    }

    void save(long networkId, MemberDefinition member) {
        store.save(file(networkId, member.address()), DefinitionCodec.write(member));
    }

    /** Deletes a network, not its members. */
    void delete(long networkId) {
        store.delete(file(networkId));
    }

    private <T> List<T> all(String folder, Function<byte[], T> parser) {
        List<T> result = new ArrayList<>();
        for (String file : store.list(folder)) {
            if (file.endsWith(SUFFIX)) {
                read(file, parser).ifPresent(result::add);
            }
        }
        return result;
    }

    private <T> Optional<T> read(String file, Function<byte[], T> parser) {
        try {
            return store.load(file).map(parser);
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
