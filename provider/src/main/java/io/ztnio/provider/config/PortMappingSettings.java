package io.ztnio.provider.config;

import java.net.InetAddress;
import java.util.Optional;

/**
 * Whether a router is asked to map the node's port. Immutable.
 *
 * @param enabled whether it is asked at all
 * @param gateway its IPv4 address; empty for the default router
 */
public record PortMappingSettings(boolean enabled, Optional<InetAddress> gateway) {
    /** Nobody is asked. */
    public static final PortMappingSettings NONE = new PortMappingSettings(false, Optional.empty());
}
