package io.ztnio.provider;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.stream.Stream;

/**
 * A {@link ZeroTier} instance as it was at one moment. Immutable.
 *
 * @param address the node's ZeroTier address, ten hexadecimal digits; empty while it has not started
 * @param running whether the node runs
 * @param online whether a root of its planet answers
 * @param udpAddresses where its UDP sockets are bound
 * @param networks the networks, in the order in which they were named
 */
public record ZeroTierStatus(
        String address,
        boolean running,
        boolean online,
        List<InetSocketAddress> udpAddresses,
        List<ZeroTierNetwork> networks) {
    public ZeroTierStatus {
        udpAddresses = List.copyOf(udpAddresses);
        networks = List.copyOf(networks);
    }

    /** This node's addresses on all networks, each once: those that controllers gave it, then the link-local ones. */
    public List<InetAddress> addresses() {
        return Stream.concat(
                        networks.stream().flatMap(network -> network.addresses().stream()),
                        networks.stream().flatMap(network -> network.linkLocal().stream()))
                .distinct()
                .toList();
    }
}
