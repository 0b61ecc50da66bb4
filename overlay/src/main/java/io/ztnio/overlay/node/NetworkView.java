package io.ztnio.overlay.node;

import io.ztnio.tcpip.link.IpPrefix;
import io.ztnio.tcpip.link.LinkConfig;
import io.ztnio.tcpip.link.Route;
import java.util.List;

/**
 * A joined network as it was at one moment. Immutable.
 *
 * @param id network id
 * @param mac our MAC address on it
 * @param addresses our addresses with their on-link prefixes: the derived one first
 * @param routes further destinations reachable through it
 * @param mtuBytes largest IP packet
 * @param members the others that are known
 */
public record NetworkView(
        long id, long mac, List<IpPrefix> addresses, List<Route> routes, int mtuBytes, List<MemberView> members) {
    public NetworkView {
        addresses = List.copyOf(addresses);
        routes = List.copyOf(routes);
        members = List.copyOf(members);
    }

    /** What the stack's link carries. */
    public LinkConfig linkConfig() {
        return new LinkConfig(addresses, routes, mtuBytes);
    }

    /** Members that are there. */
    public long online() {
        return members.stream().filter(MemberView::online).count();
    }
}
