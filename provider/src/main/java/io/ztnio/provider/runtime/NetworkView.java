package io.ztnio.provider.runtime;

import io.ztnio.protocol.config.NetworkConfig;
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

    /** Whether the controller has answered, be it with a no. */
    boolean isDecided() {
        return isReady() || status == NetworkStatus.ACCESS_DENIED || status == NetworkStatus.NOT_FOUND;
    }
}
