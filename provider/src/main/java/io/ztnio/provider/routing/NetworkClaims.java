package io.ztnio.provider.routing;

import io.ztnio.provider.config.NetworkSettings;
import io.ztnio.tcpip.link.IpPrefix;
import io.ztnio.tcpip.link.LinkConfig;
import java.util.Objects;
import java.util.Optional;

/**
 * A configured network: how it stands and which addresses are its own. Immutable.
 *
 * @param id network id
 * @param reason while it is not usable, a sentence: why, and what to do
 * @param link what it carries, or carried when it was last heard of; empty while nothing is known
 * @param settings what the user lets it claim of that
 */
public record NetworkClaims(
        long id, Standing standing, String reason, Optional<LinkConfig> link, NetworkSettings settings) {
    public NetworkClaims {
        Objects.requireNonNull(standing, "standing");
        Objects.requireNonNull(reason, "reason");
        Objects.requireNonNull(link, "link");
        Objects.requireNonNull(settings, "settings");
    }

    /** A network of whose settings nothing is said. */
    public NetworkClaims(long id, Standing standing, String reason, Optional<LinkConfig> link) {
        this(id, standing, reason, link, NetworkSettings.DEFAULT);
    }

    public static NetworkClaims usable(long id, LinkConfig link) {
        return new NetworkClaims(id, Standing.USABLE, "", Optional.of(link));
    }

    /** Whether the network's word counts for a destination. */
    boolean allows(IpPrefix destination) {
        if (!settings.manages(destination)) {
            return false;
        }
        if (isDefault(destination)) {
            return settings.allowDefault();
        }
        return settings.allowGlobal() || PrivateRanges.contain(destination);
    }

    /** Whether a destination is everything. */
    static boolean isDefault(IpPrefix destination) {
        return destination.bits() == 0;
    }
}
