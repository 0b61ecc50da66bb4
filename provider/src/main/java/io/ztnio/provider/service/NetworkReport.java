package io.ztnio.provider.service;

import io.ztnio.protocol.config.MulticastGroup;
import io.ztnio.protocol.config.NetworkConfig;
import io.ztnio.protocol.config.SingleSignOn;
import io.ztnio.protocol.network.FrameCounts;
import io.ztnio.protocol.network.NetworkStatus;
import io.ztnio.provider.config.NetworkSettings;
import java.util.List;
import java.util.Optional;

/**
 * A joined network as it was at one moment. Immutable.
 *
 * @param id network id
 * @param mac our MAC address on it
 * @param status how we stand with its controller
 * @param bridge whether we are an active bridge
 * @param config what its controller said last
 * @param groups the multicast groups that we take
 * @param login how to sign in, where that is asked for
 * @param settings what the user lets it do
 * @param frames what its rules have decided
 */
public record NetworkReport(
        long id,
        long mac,
        NetworkStatus status,
        boolean bridge,
        Optional<NetworkConfig> config,
        List<MulticastGroup> groups,
        SingleSignOn login,
        NetworkSettings settings,
        FrameCounts frames) {
    public NetworkReport {
        groups = List.copyOf(groups);
    }
}
