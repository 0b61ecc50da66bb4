package io.ztnio.provider.config;

import io.ztnio.overlay.identity.PublicIdentity;
import io.ztnio.tcpip.link.IpPrefix;
import java.util.List;
import java.util.Optional;

/**
 * What the overlay needs besides what both stacks need. Immutable.
 *
 * @param peers nodes to ask for the others, {@code host:port}
 * @param key the networks' key, if there is one
 * @param allowed who is let in; empty for everybody with the key
 * @param addresses own addresses with their on-link prefixes, besides the derived one
 * @param name what this node calls itself
 * @param insecure whether nothing is encrypted
 * @param hub where nodes within one process meet
 */
public record OverlaySettings(
        List<String> peers,
        Optional<String> key,
        List<PublicIdentity> allowed,
        List<IpPrefix> addresses,
        Optional<String> name,
        boolean insecure,
        String hub) {
    public OverlaySettings {
        peers = List.copyOf(peers);
        allowed = List.copyOf(allowed);
        addresses = List.copyOf(addresses);
    }

    /** Does not show the key. */
    @Override
    public String toString() {
        return "OverlaySettings[peers=" + peers + ", key=" + (key.isPresent() ? "..." : "none") + ", allowed=" + allowed
                + ", addresses=" + addresses + ", name=" + name + ", insecure=" + insecure + ", hub=" + hub + "]";
    }
}
