package io.ztnio.provider.config;

import java.util.Optional;

/**
 * Which relay over TCP a node uses when UDP is blocked. Immutable.
 *
 * @param named {@code host:port}; empty if none is named
 * @param publicAllowed whether, if none is named, a node of the public planet uses the public one
 * @param forced whether UDP is not used at all
 */
public record TcpRelaySettings(Optional<String> named, boolean publicAllowed, boolean forced) {
    /** None, ever. */
    public static final TcpRelaySettings NONE = new TcpRelaySettings(Optional.empty(), false, false);
}
