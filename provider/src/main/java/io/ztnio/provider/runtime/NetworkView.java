package io.ztnio.provider.runtime;

import io.ztnio.protocol.config.NetworkConfig;
import io.ztnio.protocol.config.NetworkId;
import io.ztnio.protocol.network.NetworkStatus;
import java.util.Optional;

/**
 * A joined network as it was at one moment. Immutable.
 *
 * @param id network id
 * @param mac our MAC address on it
 * @param status how we stand with its controller
 * @param config what the controller, or the cache of an earlier run, said of it
 */
public record NetworkView(long id, long mac, NetworkStatus status, Optional<NetworkConfig> config) {
    /** Whether the controller has configured us: frames flow. */
    public boolean isReady() {
        return status == NetworkStatus.OK && config.isPresent();
    }

    /** A short text for logs. */
    @Override
    public String toString() {
        return "network " + NetworkId.format(id) + " " + status;
    }
}
