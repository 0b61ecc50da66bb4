package io.ztnio.provider.runtime;

import io.ztnio.protocol.config.AdHocNetworks;
import io.ztnio.protocol.config.NetworkConfig;
import io.ztnio.protocol.config.NetworkId;
import io.ztnio.protocol.network.MembershipFile;
import io.ztnio.protocol.store.StateStore;
import io.ztnio.provider.config.ZtnioConfig;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the networks carried when this state was last used: it is theirs although the node cannot start. Stateless; reads
 * only, and needs no lock on a home.
 */
final class CachedNetworks {
    private static final System.Logger LOG = System.getLogger("io.ztnio");

    private CachedNetworks() {}

    /** By network id; without those of which nothing is known. */
    static Map<Long, NetworkConfig> read(ZtnioConfig config, StateStore store) {
        Map<Long, NetworkConfig> configs = new HashMap<>();
        for (long id : config.networks()) {
            try {
                read(store, id).ifPresent(found -> configs.put(id, found));
            } catch (IOException | IllegalArgumentException e) {
                LOG.log(
                        System.Logger.Level.DEBUG,
                        "the cached configuration of network " + NetworkId.format(id) + " is not readable: " + e);
            }
        }
        return configs;
    }

    private static Optional<NetworkConfig> read(StateStore store, long id) throws IOException {
        if (NetworkId.isAdHoc(id)) {
            // Its prefixes follow from its id, whoever is a member.
            return AdHocNetworks.config(id, 1, 0);
        }
        return store.get(MembershipFile.key(id))
                .flatMap(content -> MembershipFile.check(content).config())
                .filter(found -> found.networkId() == id);
    }
}
