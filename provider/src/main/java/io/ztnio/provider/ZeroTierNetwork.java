package io.ztnio.provider;

import io.ztnio.provider.config.NetworkSettings;
import java.net.InetAddress;
import java.util.List;

/**
 * A network of a {@link ZeroTier} instance as it was at one moment. Immutable.
 *
 * @param id 16 hexadecimal digits
 * @param name what its controller calls it; empty while not known
 * @param state how this node stands there
 * @param addresses this node's addresses there
 * @param explanation why it is not usable and what to do; empty if it is
 * @param settings what it may do
 */
public record ZeroTierNetwork(
        String id,
        String name,
        State state,
        List<InetAddress> addresses,
        String explanation,
        NetworkSettings settings) {
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
