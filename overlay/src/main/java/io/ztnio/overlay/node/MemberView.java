package io.ztnio.overlay.node;

import io.ztnio.overlay.identity.NodeId;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/**
 * A member of a network, other than ourselves, as it was at one moment. Immutable.
 *
 * @param id node id
 * @param online whether there is a session with it
 * @param name what it calls itself
 * @param addresses on the network: the derived one first, then those that it announced and nobody else has
 * @param endpoint where it is, or was, reached
 */
public record MemberView(
        long id,
        boolean online,
        Optional<String> name,
        List<InetAddress> addresses,
        Optional<InetSocketAddress> endpoint) {
    public MemberView {
        addresses = List.copyOf(addresses);
    }

    @Override
    public String toString() {
        return NodeId.format(id)
                + (online ? " online " : " offline ")
                + name.orElse("")
                + addresses
                + endpoint.map(InetSocketAddress::toString).orElse("");
    }
}
