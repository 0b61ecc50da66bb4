package io.ztnio.tcpip.link;

import java.net.InetAddress;
import java.util.Objects;
import java.util.Optional;

/**
 * A destination behind a link.
 *
 * @param target destinations, host bits zero
 * @param gateway the neighbour that forwards to them, or empty when they are neighbours themselves
 */
public record Route(IpPrefix target, Optional<InetAddress> gateway) {
    public Route {
        Objects.requireNonNull(target, "target");
        Objects.requireNonNull(gateway, "gateway");
    }
}
