package io.ztnio.provider.runtime;

import io.ztnio.protocol.config.AdHocNetworks;
import io.ztnio.protocol.config.NetworkConfig;
import io.ztnio.protocol.config.NetworkId;
import io.ztnio.protocol.network.MembershipFile;
import io.ztnio.protocol.store.StateStore;
import io.ztnio.provider.config.NetworkSettings;
import io.ztnio.tcpip.link.LinkConfig;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the networks carried when this state was last used: it is theirs although the node cannot start. Stateless; reads
 * only, and needs no lock on a home.
 */
final class CachedNetworks {
    private static final System.Logger LOG = System.getLogger("io.ztnio");

    /**
     * A network.
     *
     * @param config as far as it is known
     * @param settings what the user lets it do
     */
    record Cached(Optional<NetworkConfig> config, NetworkSettings settings) {
        /** Of which nothing is known. */
        static final Cached NOTHING = new Cached(Optional.empty(), NetworkSettings.DEFAULT);

        Optional<LinkConfig> link() {
            return config.map(known -> AttachedNetwork.toLinkConfig(known, settings));
        }
    }

    private CachedNetworks() {}

    /** By network id; without those of which nothing can be read. */
    static Map<Long, Cached> read(Collection<Long> networks, StateStore store) {
        Map<Long, Cached> found = new HashMap<>();
        for (long id : networks) {
            try {
                NetworkSettings settings = StoredSettings.parse(store.get(MembershipFile.settingsKey(id)));
                found.put(id, new Cached(config(store, id), settings));
            } catch (IOException | IllegalArgumentException e) {
                LOG.log(
                        System.Logger.Level.DEBUG,
                        "the cached configuration of network " + NetworkId.format(id) + " is not readable: " + e);
            }
        }
        return found;
    }

    private static Optional<NetworkConfig> config(StateStore store, long id) throws IOException {
        if (NetworkId.isAdHoc(id)) {
            // Its prefixes follow from its id, whoever is a member.
            return AdHocNetworks.config(id, 1, 0);
        }
        return store.get(MembershipFile.key(id))
                .flatMap(content -> MembershipFile.check(content).config())
                .filter(found -> found.networkId() == id);
    }
}
