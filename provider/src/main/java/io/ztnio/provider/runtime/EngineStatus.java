package io.ztnio.provider.runtime;

import io.ztnio.protocol.vl1.PeerStatus;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * An engine as it was at one moment. Immutable.
 *
 * @param address ZeroTier address
 * @param online whether a root answers, or we are one
 * @param localAddresses UDP addresses bound
 * @param surfaces our UDP addresses as others see them
 */
public record EngineStatus(
        long address,
        boolean online,
        List<InetSocketAddress> localAddresses,
        List<InetSocketAddress> surfaces,
        List<NetworkView> networks,
        List<PeerStatus> peers) {
    public EngineStatus {
        localAddresses = List.copyOf(localAddresses);
        surfaces = List.copyOf(surfaces);
        networks = List.copyOf(networks);
        peers = List.copyOf(peers);
    }
}
