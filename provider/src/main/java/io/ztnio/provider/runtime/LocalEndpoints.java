package io.ztnio.provider.runtime;

import io.ztnio.protocol.config.InetPrefix;
import io.ztnio.protocol.vl1.Bonding;
import io.ztnio.provider.routing.HostRoutes;
import io.ztnio.tcpip.link.IpPrefix;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Which local addresses a node binds, and which it tells its peers of ({@code protocol.md} 8.5, 8.14). Thread-safe. */
final class LocalEndpoints {
    /** Virtual interfaces: a path over another overlay, or over this very one, is no path. */
    private static final Pattern VIRTUAL_INTERFACE = Pattern.compile("(zt|tun|tap|wg|utun).*");

    private static final System.Logger LOG = System.getLogger("io.ztnio.engine");

    private LocalEndpoints() {}

    /** The addresses to bind UDP sockets to: those configured, or every address at once. */
    static List<InetSocketAddress> toBind(List<InetAddress> configured, int port) {
        if (configured.isEmpty()) {
            return List.of(new InetSocketAddress(port));
        }
        return configured.stream()
                .map(address -> new InetSocketAddress(address, port))
                .toList();
    }

    /**
     * The addresses at which the bound sockets can be reached; a wildcard stands for those of all interfaces.
     *
     * @param loopback whether loopback addresses count
     * @param ignored beginnings of the names of interfaces that do not count
     */
    static List<InetSocketAddress> toAdvertise(List<InetSocketAddress> bound, boolean loopback, List<String> ignored) {
        List<InetSocketAddress> endpoints = new ArrayList<>();
        for (InetSocketAddress socket : bound) {
            if (!socket.getAddress().isAnyLocalAddress()) {
                endpoints.add(socket);
                continue;
            }
            for (InetAddress address : interfaceAddresses(loopback, ignored)) {
                endpoints.add(new InetSocketAddress(address, socket.getPort()));
            }
        }
        return endpoints.stream().distinct().toList();
    }

    /** The addresses of the interfaces that can carry the protocol, without link-local ones. */
    private static List<InetAddress> interfaceAddresses(boolean loopback, List<String> ignored) {
        return addresses(device -> !VIRTUAL_INTERFACE.matcher(device.getName()).matches()
                        && ignored.stream().noneMatch(device.getName()::startsWith))
                .stream()
                .filter(address -> !address.isLinkLocalAddress() && (loopback || !address.isLoopbackAddress()))
                .toList();
    }

    /** The names of the interfaces that are up and not virtual, each with its addresses. */
    static Map<String, List<InetAddress>> addressesByInterface() {
        Map<String, List<InetAddress>> addresses = new HashMap<>();
        forEachDevice(
                device -> !VIRTUAL_INTERFACE.matcher(device.getName()).matches(),
                device -> addresses.put(device.getName(), Collections.list(device.getInetAddresses())));
        return addresses;
    }

    /** Every address that the operating system has, and the networks that it is on. */
    static HostRoutes hostRoutes() {
        Set<InetAddress> addresses = new HashSet<>();
        List<HostRoutes.Connected> connected = new ArrayList<>();
        forEachDevice(device -> true, device -> {
            addresses.addAll(Collections.list(device.getInetAddresses()));
            for (InterfaceAddress address : device.getInterfaceAddresses()) {
                prefix(address).ifPresent(prefix -> connected.add(new HostRoutes.Connected(prefix, device.getName())));
            }
        });
        return new HostRoutes(addresses, connected);
    }

    /**
     * On which interfaces the bound sockets are, and which networks interfaces are on.
     *
     * @param bound a wildcard is on all of them
     */
    static Bonding.Interfaces interfaces(List<InetSocketAddress> bound) {
        Map<InetAddress, String> names = new HashMap<>();
        List<Bonding.Interfaces.Attached> attached = new ArrayList<>();
        forEachDevice(device -> !VIRTUAL_INTERFACE.matcher(device.getName()).matches(), device -> {
            for (InterfaceAddress address : device.getInterfaceAddresses()) {
                names.put(address.getAddress(), device.getName());
                attached.add(new Bonding.Interfaces.Attached(
                        new InetPrefix(address.getAddress(), address.getNetworkPrefixLength()), device.getName()));
            }
        });
        return new Bonding.Interfaces(
                bound.stream()
                        .map(socket -> names.getOrDefault(socket.getAddress(), ""))
                        .toList(),
                attached);
    }

    /** The network of an interface; empty for a single address, a link-local one, and what the JDK does not know. */
    private static Optional<IpPrefix> prefix(InterfaceAddress address) {
        InetAddress own = address.getAddress();
        int bits = address.getNetworkPrefixLength();
        boolean isNetwork = bits > 0 && bits < own.getAddress().length * 8;
        return isNetwork && !own.isLinkLocalAddress() && !own.isLoopbackAddress()
                ? Optional.of(new IpPrefix(own, bits))
                : Optional.empty();
    }

    /** The addresses of an interface; none if there is no such one. */
    static List<InetAddress> addressesOf(String device) {
        return addresses(candidate -> candidate.getName().equals(device));
    }

    private static List<InetAddress> addresses(Predicate<NetworkInterface> which) {
        List<InetAddress> addresses = new ArrayList<>();
        forEachDevice(which, device -> addresses.addAll(Collections.list(device.getInetAddresses())));
        return addresses;
    }

    private static void forEachDevice(Predicate<NetworkInterface> which, Consumer<NetworkInterface> action) {
        try {
            for (NetworkInterface device : Collections.list(NetworkInterface.getNetworkInterfaces())) {
                if (device.isUp() && which.test(device)) {
                    action.accept(device);
                }
            }
        } catch (SocketException e) {
            // An interface vanished while it was looked at: the next look finds the rest.
            LOG.log(System.Logger.Level.DEBUG, "looking at the network interfaces: " + e);
        }
    }
}
