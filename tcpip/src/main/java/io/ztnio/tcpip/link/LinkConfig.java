package io.ztnio.tcpip.link;

import java.util.List;

/**
 * What an attached link carries.
 *
 * @param addresses own addresses with the length of their on-link prefix
 * @param routes further destinations reachable through this link
 * @param mtuBytes largest IP packet, 1280 to 10000
 */
public record LinkConfig(List<IpPrefix> addresses, List<Route> routes, int mtuBytes) {
    public LinkConfig {
        addresses = List.copyOf(addresses);
        routes = List.copyOf(routes);
        if (mtuBytes < 1280 || mtuBytes > 10_000) {
            throw new IllegalArgumentException("MTU " + mtuBytes + " is not within 1280 to 10000");
        }
    }
}
