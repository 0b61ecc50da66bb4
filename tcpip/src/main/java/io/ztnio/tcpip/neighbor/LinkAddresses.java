package io.ztnio.tcpip.neighbor;

import java.net.InetAddress;

/** What neighbour discovery needs to know of a link's addresses. */
public interface LinkAddresses {
    /** Whether it is one of the link's own unicast addresses. */
    boolean isOwn(InetAddress address);

    /** Another station says that an own address is its. */
    void onConflict(InetAddress own, long mac, long nowNanos);

    /** Whether another station may have the address: it is one host's, and no own one on any link. */
    boolean mayBeNeighbor(InetAddress address);

    /** Whether to answer those who ask for own addresses; if not, another does. */
    boolean isAnswering();

    /** Whether the address is a neighbour's: reached without a gateway. */
    boolean isOnLink(InetAddress address);

    /** The own address to ask for {@code target} from, or {@code null} if the link has none of its IP version. */
    InetAddress sourceFor(InetAddress target);
}
