package io.ztnio.provider;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * A network of a {@link ZeroTier} instance as it was at one moment. Immutable.
 *
 * @param id 16 hexadecimal digits
 * @param name what its controller calls it; empty while not known
 * @param state how this node stands there
 * @param addresses the addresses that its controller has given this node there
 * @param linkLocal this node's IPv6 link-local address there, with the number behind the % that says which network it is
 *     on; empty while the network is not configured, and where there are none
 * @param explanation why it is not usable and what to do; empty if it is
 */
public record ZeroTierNetwork(
        String id,
        String name,
        State state,
        List<InetAddress> addresses,
        Optional<InetAddress> linkLocal,
        String explanation) {
    /** How a node stands on a network. */
    public enum State {
        /** Nobody has answered yet. */
        WAITING,
        /** Usable, by what its controller says or said in an earlier run. */
        OK,
        /** Private, and this node is not let in. */
        NOT_AUTHORISED,
        /** Its controller does not know it. */
        NOT_FOUND,
        /** It asks for a login. */
        LOGIN_REQUIRED
    }

    public ZeroTierNetwork {
        addresses = List.copyOf(addresses);
    }
}
