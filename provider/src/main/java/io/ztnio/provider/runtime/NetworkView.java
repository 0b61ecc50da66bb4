package io.ztnio.provider.runtime;

import io.ztnio.protocol.config.NetworkConfig;
import io.ztnio.protocol.config.NetworkId;
import io.ztnio.protocol.config.SingleSignOn;
import io.ztnio.protocol.network.NetworkStatus;
import io.ztnio.provider.config.NetworkSettings;
import io.ztnio.provider.routing.LinkScope;
import io.ztnio.tcpip.link.LinkConfig;
import io.ztnio.tcpip.link.LinkLocal;
import java.net.InetAddress;
import java.util.Optional;

/**
 * A joined network as it was at one moment. Immutable.
 *
 * @param id network id
 * @param mac our MAC address on it
 * @param status how we stand with its controller
 * @param config what the controller, or the cache of an earlier run, said of it
 * @param singleSignOn how to sign in where that is asked for
 * @param settings what the user lets it do
 */
public record NetworkView(
        long id,
        long mac,
        NetworkStatus status,
        Optional<NetworkConfig> config,
        SingleSignOn singleSignOn,
        NetworkSettings settings) {
    /** Whether frames flow: the controller has configured us, or had in the last run and has not answered yet. */
    public boolean isReady() {
        return config.isPresent() && (status == NetworkStatus.OK || status == NetworkStatus.REQUESTING_CONFIGURATION);
    }

    /** Whether the controller itself has said in this run that we are configured as this says. */
    public boolean isConfirmed() {
        return config.isPresent() && status == NetworkStatus.OK;
    }

    /** Our link-local address there, with the scope that says which network it is on; empty until configured. */
    public Optional<InetAddress> linkLocal() {
        return config.map(known -> LinkLocal.of(mac, LinkScope.of(id)).address());
    }

    /** What it carries: of its configuration what it may manage. */
    Optional<LinkConfig> link() {
        return config.map(known -> AttachedNetwork.toLinkConfig(known, settings));
    }

    /** A short text for logs. */
    @Override
    public String toString() {
        return "network " + NetworkId.format(id) + " " + status;
    }
}
