package io.ztnio.protocol.config;

import io.ztnio.protocol.credential.Credential;
import io.ztnio.protocol.identity.Address;
import io.ztnio.protocol.wire.IpScope;
import io.ztnio.protocol.wire.SocketAddressField;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A configuration that a stack can be set up by, or why there is none. A signature says who wrote a configuration, not
 * that it makes sense: a controller may be hostile, or have a bug.
 *
 * <p>What cannot be (a prefix longer than its address, a gateway of the other IP version, somebody else's credentials) makes
 * the whole configuration refused, for nobody can say what was meant. What can be but is of no use to a member (a
 * multicast, loopback, link-local or unspecified address) is left out, as the reference implementation does. Immutable.
 *
 * @param config empty if it is refused
 * @param problems why, or what was left out: a phrase each that starts with the field
 */
public record CheckedConfig(Optional<NetworkConfig> config, List<String> problems) {
    /** A capability is shown to others in one packet; more does not fit beside the packet's header. */
    static final int MAX_CREDENTIAL_LENGTH = 9500;

    /** No block of addresses with a use of its own is larger than /8, but for multicast. */
    private static final int WIDE_BITS = 8;

    /** More problems than these say nothing new. */
    private static final int MAX_PROBLEMS = 8;

    public CheckedConfig {
        problems = List.copyOf(problems);
    }

    static CheckedConfig refused(String problem) {
        return new CheckedConfig(Optional.empty(), List.of(problem));
    }

    /** Checks a configuration from anywhere; one that is returned passes again, without a problem. */
    public static CheckedConfig of(NetworkConfig config) {
        Optional<String> impossible = impossible(config);
        if (impossible.isPresent()) {
            return refused(impossible.get());
        }
        List<String> problems = new ArrayList<>();
        List<InetPrefix> addresses = new ArrayList<>();
        for (InetPrefix address : config.addresses()) {
            if (!isHost(address.address())) {
                note(problems, "address " + address + " cannot be a member's");
            } else if (address.bits() == 0) {
                // The address alone: that the whole internet is on the link is not said by an address.
                note(problems, "address " + address + " has a prefix of no bits");
                addresses.add(InetPrefix.of(address.address()));
            } else {
                addresses.add(address);
            }
        }
        List<Route> routes = new ArrayList<>();
        for (Route route : config.routes()) {
            if (isDestination(route.target())
                    // Gateways are often named by their link-local address.
                    && route.via().stream().allMatch(via -> isHost(via) || via.isLinkLocalAddress())) {
                routes.add(route);
            } else {
                note(problems, "route " + route + " leads nowhere");
            }
        }
        List<Specialist> specialists = new ArrayList<>();
        for (Specialist specialist : config.specialists()) {
            if (Address.isReserved(specialist.address())) {
                note(problems, "specialist " + Address.format(specialist.address()) + " is a reserved address");
            } else {
                specialists.add(specialist);
            }
        }
        if (problems.isEmpty()) {
            return new CheckedConfig(Optional.of(config), List.of());
        }
        return new CheckedConfig(Optional.of(config.withReach(addresses, routes, specialists)), problems);
    }

    /** The same with further things that were left out. */
    CheckedConfig with(List<String> more) {
        List<String> all = new ArrayList<>(problems);
        all.addAll(more);
        return more.isEmpty() ? this : new CheckedConfig(config, all);
    }

    private static void note(List<String> problems, String problem) {
        if (problems.size() < MAX_PROBLEMS) {
            problems.add(problem);
        }
    }

    private static Optional<String> impossible(NetworkConfig config) {
        if (config.networkId() == 0 || Address.isReserved(config.issuedTo())) {
            return Optional.of("network or member: none");
        }
        for (InetPrefix address : config.addresses()) {
            if (!address.isPossible()) {
                return Optional.of("address " + address + ": the prefix is longer than the address");
            }
        }
        for (Route route : config.routes()) {
            if (!route.target().isPossible()) {
                return Optional.of("route " + route + ": the prefix is longer than the address");
            }
            if (route.via()
                    .filter(via -> isIpv6(via) != route.target().isIpv6())
                    .isPresent()) {
                return Optional.of("route " + route + ": target and gateway are of different IP versions");
            }
        }
        List<Credential> credentials = new ArrayList<>(config.capabilities());
        credentials.addAll(config.tags());
        credentials.addAll(config.ownership());
        config.membership().ifPresent(credentials::add);
        for (Credential credential : credentials) {
            Optional<String> wrong = wrong(config, credential);
            if (wrong.isPresent()) {
                return wrong;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> wrong(NetworkConfig config, Credential credential) {
        String name = credential.type().name().toLowerCase(Locale.ROOT).replace('_', ' ');
        if (credential.networkId() != config.networkId()) {
            return Optional.of(name + " of another network, " + NetworkId.format(credential.networkId()));
        }
        if (credential.issuedTo() != config.issuedTo()) {
            return Optional.of(name + " of another member, " + Address.format(credential.issuedTo()));
        }
        if (credential.signedBy() != NetworkId.controller(config.networkId())) {
            return Optional.of(name + " signed by " + Address.format(credential.signedBy())
                    + ", who is not the network's controller");
        }
        return credential.encodedLength() > MAX_CREDENTIAL_LENGTH
                ? Optional.of(name + " of " + credential.encodedLength() + " bytes, which no packet holds")
                : Optional.empty();
    }

    /** Whether a member, or a gateway, may have this address. */
    public static boolean isHost(InetAddress address) {
        return !isMapped(address)
                && switch (IpScope.of(address)) {
                    case PRIVATE, PSEUDOPRIVATE, SHARED, GLOBAL -> true;
                    case NONE, MULTICAST, LOOPBACK, LINK_LOCAL -> false;
                };
    }

    /**
     * Whether a route may lead to these addresses. The default route may, and the halves of it that some prefer: they begin
     * with addresses of no use and go far beyond them.
     */
    public static boolean isDestination(InetPrefix target) {
        InetAddress first = target.network().address();
        return isHost(first) || (target.bits() < WIDE_BITS && IpScope.of(first) == IpScope.NONE);
    }

    /** An IPv4 address in IPv6 clothes: the JDK and the wire disagree on what it is. */
    private static boolean isMapped(InetAddress address) {
        return isIpv6(address) && SocketAddressField.isMappedIpv4(address.getAddress());
    }

    private static boolean isIpv6(InetAddress address) {
        return address instanceof Inet6Address;
    }
}
