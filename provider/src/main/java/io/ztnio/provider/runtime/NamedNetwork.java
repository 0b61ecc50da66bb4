package io.ztnio.provider.runtime;

import io.ztnio.provider.routing.Standing;
import io.ztnio.tcpip.link.IpPrefix;
import io.ztnio.tcpip.link.LinkConfig;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** What a network says of names, as it was at one moment. Immutable. */
public interface NamedNetwork {
    /** Network id. */
    long id();

    /** How it stands. */
    Standing standing();

    /** While it is not usable: why, and what to do. */
    String reason();

    /** What it carries, or carried; empty while nothing is known of it. */
    Optional<LinkConfig> link();

    /** The domain that its controller pushes, as it was written; empty for none. */
    String domain();

    /** Whether its own settings let it answer for its domain; {@code ztnio.dns} does for all networks. */
    default boolean allowsDns() {
        return false;
    }

    /** The DNS servers that its controller pushes. */
    List<InetAddress> servers();

    /**
     * The addresses of a member that are known or follow from its id, on this network.
     *
     * @param member a node's address, 40 bits
     */
    List<InetAddress> addressesOf(long member);

    /** The member that has an address on this network, if that is known or follows from the address. */
    OptionalLong memberOf(InetAddress address);

    /** Whether members tell names at all. */
    boolean tellsNames();

    /** Members that have told a name. */
    List<NamedMember> named();

    /** Whether the network has an address among its own or behind it. */
    default boolean covers(InetAddress address) {
        return link().filter(carried -> carried.addresses().stream().anyMatch(own -> own.contains(address))
                        || carried.routes().stream()
                                .anyMatch(route -> route.target().contains(address)))
                .isPresent();
    }

    /** The own address to ask a neighbour from: on its prefix if there is one, else of its IP version. */
    default Optional<InetAddress> sourceFor(InetAddress neighbour) {
        List<IpPrefix> own = link().map(LinkConfig::addresses).orElse(List.of());
        return own.stream()
                .filter(prefix -> prefix.contains(neighbour))
                .findFirst()
                .or(() -> own.stream()
                        .filter(prefix -> prefix.address().getClass() == neighbour.getClass())
                        .findFirst())
                .map(IpPrefix::address);
    }
}
