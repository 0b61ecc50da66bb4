package io.ztnio.provider.runtime;

import io.ztnio.protocol.transport.DatagramTransport;
import io.ztnio.protocol.vl1.Bonding;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Sockets of single interfaces, beside the one for all addresses, for links that bonds name ({@code protocol.md} 8.12): where one
 * address of a peer is reached by two interfaces, routes alone cannot tell them apart. Immutable.
 */
final class NamedLinks {
    /** Each is one more way that whatever has to find a path tries. */
    static final int MOST = 16;

    private static final System.Logger LOG = System.getLogger("io.ztnio.engine");

    /** Whether bonds are wanted at all. */
    private final boolean bonds;

    /** Of each interface that is named, whether a policy uses it with IPv4, and with IPv6. */
    private final Map<String, boolean[]> named = new LinkedHashMap<>();

    NamedLinks(Bonding bonding) {
        bonds = !bonding.equals(Bonding.NONE);
        Stream.concat(bonding.standard().stream(), bonding.byPeer().values().stream())
                .flatMap(terms -> terms.links().stream())
                .filter(Bonding.Link::enabled)
                .forEach(link -> {
                    boolean[] families = named.computeIfAbsent(link.name(), name -> new boolean[2]);
                    families[0] |= link.family().allows(false);
                    families[1] |= link.family().allows(true);
                });
    }

    /**
     * What is bound besides every address; nothing if no interface is named.
     *
     * @param loopback whether loopback addresses count
     */
    List<InetAddress> addresses(boolean loopback) {
        List<InetAddress> addresses = new ArrayList<>();
        named.forEach((name, families) -> LocalEndpoints.addressesOf(name).stream()
                .filter(address -> families[address.getAddress().length == 4 ? 0 : 1])
                .filter(address -> !address.isLinkLocalAddress() && (loopback || !address.isLoopbackAddress()))
                .forEach(addresses::add));
        return addresses.size() > MOST ? addresses.subList(0, MOST) : addresses;
    }

    /** Names of interfaces that are not up with an address: misspelt, or not there yet. */
    List<String> missing() {
        return named.keySet().stream()
                .filter(name -> LocalEndpoints.addressesOf(name).isEmpty())
                .toList();
    }

    /** Has each socket of a single address leave by that address's interface, if there are bonds and the system can do so. */
    void pin(DatagramTransport transport) {
        List<InetSocketAddress> bound = transport.localAddresses();
        List<String> devices = LocalEndpoints.interfaces(bound).bySocket();
        for (int socket = 0; bonds && socket < bound.size(); socket++) {
            String device = devices.get(socket);
            if (!device.isEmpty() && !bound.get(socket).getAddress().isLoopbackAddress()) {
                String by = transport.pin(socket, device)
                        ? "goes by "
                        : "goes where the system's routes for this source address say, which may not be ";
                LOG.log(System.Logger.Level.DEBUG, "what leaves by " + bound.get(socket) + " " + by + device);
            }
        }
    }
}
