package io.ztnio.provider.routing;

import io.ztnio.tcpip.link.IpPrefix;
import java.net.InetAddress;
import java.util.List;
import java.util.Set;

/**
 * What the operating system has: its addresses, and the networks that its interfaces are on. Immutable.
 *
 * @param addresses of every interface that is up
 * @param connected without those of single addresses
 */
public record HostRoutes(Set<InetAddress> addresses, List<Connected> connected) {
    public static final HostRoutes NONE = new HostRoutes(Set.of(), List.of());

    public HostRoutes {
        addresses = Set.copyOf(addresses);
        connected = List.copyOf(connected);
    }

    /**
     * A network that an interface is on.
     *
     * @param device the interface's name
     */
    public record Connected(IpPrefix prefix, String device) {}
}
