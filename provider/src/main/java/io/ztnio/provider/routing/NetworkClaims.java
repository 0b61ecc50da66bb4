package io.ztnio.provider.routing;

import io.ztnio.tcpip.link.LinkConfig;
import java.util.Objects;
import java.util.Optional;

/**
 * A configured network: how it stands and which addresses are its own. Immutable.
 *
 * @param id network id
 * @param reason while it is not usable, a sentence: why, and what to do
 * @param link what it carries, or carried when it was last heard of; empty while nothing is known
 */
public record NetworkClaims(long id, Standing standing, String reason, Optional<LinkConfig> link) {
    public NetworkClaims {
        Objects.requireNonNull(standing, "standing");
        Objects.requireNonNull(reason, "reason");
        Objects.requireNonNull(link, "link");
    }

    public static NetworkClaims usable(long id, LinkConfig link) {
        return new NetworkClaims(id, Standing.USABLE, "", Optional.of(link));
    }
}
