package io.ztnio.provider.routing;

import io.ztnio.tcpip.link.IpPrefix;
import io.ztnio.tcpip.link.LinkConfig;
import io.ztnio.tcpip.link.Route;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which stack an address is for. In this order:
 *
 * <ol>
 *   <li>an IPv6 address of a link's scope that names a network's {@linkplain LinkScope number} is that network's, and never
 *       the host's;
 *   <li>loopback, the wildcard and the host's own addresses are the host's;
 *   <li>the longer of what {@code ztnio.routes} and {@code ztnio.bypass} name decides, of equal ones the latter;
 *   <li>other link-local addresses and groups are the host's;
 *   <li>the longest private prefix that a network claims is that network's, unless the host is itself on a network with a
 *       strictly longer one. A network that cannot be had keeps what it claims, and what it has claimed before;
 *   <li>while nothing is known of a network, no private address is anybody's;
 *   <li>a network that may have a route to everywhere has the rest, but for the host's networks;
 *   <li>the rest is the host's.
 * </ol>
 *
 * <p>A network's word counts for {@linkplain PrivateRanges private} destinations only; for others {@code ztnio.routes} must
 * name them, or its own settings allow it.
 *
 * <p>Thread: immutable.
 */
@SuppressWarnings("ReferenceEquality") // the ways without a reason are one object each
final class RouteTable {
    private static final String KEPT = ". Until it is known what the network claims, no private address is left to the "
            + "operating system; ztnio.bypass names those that are its own, ztnio.unavailable=os all of them";

    /** What is done with an address, if need be as long as there is time. Two are the same if they are one object. */
    private static final class Way {
        static final Way HOST = new Way(Standing.USABLE, RoutingDecision.HOST, RoutingDecision.HOST);
        static final Way VIRTUAL = new Way(Standing.USABLE, RoutingDecision.VIRTUAL, RoutingDecision.VIRTUAL);

        static final Way UNKNOWN_SCOPE =
                unavailable("the number behind the % of this address is none of the networks of"
                        + " this process: their status shows theirs");

        private final Standing standing;
        private final RoutingDecision decided;
        private final RoutingDecision pending;

        private Way(Standing standing, RoutingDecision decided, RoutingDecision pending) {
            this.standing = standing;
            this.decided = decided;
            this.pending = pending;
        }

        static Way unavailable(String reason) {
            return of(Standing.UNAVAILABLE, reason);
        }

        static Way of(Standing standing, String reason) {
            return standing == Standing.USABLE
                    ? VIRTUAL
                    : new Way(standing, RoutingDecision.unavailable(reason), RoutingDecision.pending(reason));
        }
    }

    private enum Word {
        ROUTE,
        BYPASS
    }

    private final long deadlineNanos;
    private final PrefixMap<Way> host;
    private final PrefixMap<Word> settings;

    /** What networks claim, and the host's networks that are longer. */
    private final PrefixMap<Way> claims;

    /** What they claimed before, and the host's networks that are longer. */
    private final PrefixMap<Way> past;

    /** Every destination of every network, for addresses that the user has said are theirs. */
    private final PrefixMap<Way> destinations;

    private final PrefixMap<Way> own;

    /** Those of {@link #own} that the networks may claim. */
    private final PrefixMap<Way> allowedOwn;

    /** Routes to everywhere, and the host's networks. */
    private final PrefixMap<Way> defaults;

    /** For private addresses that nobody claims, and for what the user has said is virtual. */
    private final Way unclaimed;

    private final Way unclaimedRoute;
    private final Way groups;
    private final Map<Integer, Way> scopes;
    private final boolean usable;
    private final List<String> notices;

    private RouteTable(Builder builder) {
        this.deadlineNanos = builder.deadlineNanos;
        this.host = builder.host.build();
        this.settings = builder.settings.build();
        this.claims = builder.claims.build();
        this.past = builder.past.build();
        this.destinations = builder.destinations.build();
        this.own = builder.own.build();
        this.allowedOwn = builder.allowedOwn.build();
        this.defaults = builder.defaults.build();
        this.unclaimed = builder.unclaimed();
        this.unclaimedRoute = builder.unclaimedRoute();
        this.groups = builder.groups();
        this.scopes = Map.copyOf(builder.scopes);
        this.usable = builder.networks.stream().anyMatch(network -> network.standing() == Standing.USABLE);
        this.notices = List.copyOf(builder.notices);
    }

    /**
     * A table.
     *
     * @param networks all that are configured
     * @param history what each of them has claimed until now
     * @param deadlineNanos until when what is waited for is pending, on the clock of {@link #decide}
     */
    static RouteTable of(
            RoutingSettings settings,
            HostRoutes host,
            Collection<NetworkClaims> networks,
            ClaimHistory history,
            long deadlineNanos) {
        return new RouteTable(new Builder(settings, host, List.copyOf(networks), history, deadlineNanos));
    }

    RoutingDecision decide(InetAddress remote, long nowNanos) {
        int scope = LinkScope.named(remote);
        return at(nowNanos, scope != 0 ? scoped(scope) : way(IpKey.of(remote)));
    }

    RoutingDecision decideLocal(InetAddress local, long nowNanos) {
        int scope = LinkScope.named(local);
        return at(nowNanos, scope != 0 ? scoped(scope) : localWay(IpKey.of(local)));
    }

    private Way scoped(int scope) {
        return scopes.getOrDefault(scope, Way.UNKNOWN_SCOPE);
    }

    /** Whether a network claims the address or the user says it is virtual: no path of the node's own leads through it. */
    boolean isClaimed(InetAddress address) {
        if (LinkScope.named(address) != 0) {
            return true;
        }
        IpKey plain = IpKey.of(address);
        if (isHosts(plain)) {
            return false;
        }
        Word word = settings.find(plain);
        if (word != null) {
            return word == Word.ROUTE;
        }
        Way way = isSpecial(plain) ? null : claims.find(plain);
        return way != null && way != Way.HOST;
    }

    /**
     * Whether it is a group or 255.255.255.255, and nothing says in which stack: neither a network's number nor {@code
     * ztnio.routes} or {@code ztnio.bypass}.
     */
    boolean isForAll(InetAddress address) {
        IpKey plain = IpKey.of(address);
        return (plain.isGroup() || plain.isEverybody())
                && LinkScope.named(address) == 0
                && settings.find(plain) == null;
    }

    /** Whether some network can be had now. */
    boolean hasUsable() {
        return usable;
    }

    long deadlineNanos() {
        return deadlineNanos;
    }

    /** Where a network and one that the host is on overlap, and what to do if the wrong one has won: sentences. */
    List<String> notices() {
        return notices;
    }

    private RoutingDecision at(long nowNanos, Way way) {
        return way.standing == Standing.WAITING && nowNanos - deadlineNanos < 0 ? way.pending : way.decided;
    }

    private Way way(IpKey address) {
        if (isHosts(address)) {
            return Way.HOST;
        }
        Word word = settings.find(address);
        if (word != null) {
            return word == Word.BYPASS ? Way.HOST : routed(address);
        }
        if (isSpecial(address)) {
            return Way.HOST;
        }
        Way way = claims.find(address);
        if (way == null) {
            way = past.find(address);
        }
        if (way != null) {
            return way;
        }
        if (unclaimed != Way.HOST && PrivateRanges.contain(address)) {
            return unclaimed;
        }
        Way everywhere = defaults.find(address);
        return everywhere == null ? Way.HOST : everywhere;
    }

    /** {@code ztnio.routes} names it. */
    private Way routed(IpKey address) {
        if (isSpecial(address)) {
            return groups;
        }
        Way way = destinations.find(address);
        if (way == null) {
            way = past.find(address);
        }
        return way == null || way == Way.HOST ? unclaimedRoute : way;
    }

    private Way localWay(IpKey address) {
        if (isHosts(address)) {
            return Way.HOST;
        }
        Word word = settings.find(address);
        if (word == Word.BYPASS) {
            return Way.HOST;
        }
        boolean routed = word == Word.ROUTE;
        Way way = (routed ? own : allowedOwn).find(address);
        if (way == null) {
            way = way(address);
            // A destination, but no address of ours: the host's stack says so in its own words.
            boolean nobodys = way == unclaimedRoute && unclaimed == Way.HOST;
            return way == Way.VIRTUAL || nobodys ? Way.HOST : way;
        }
        return way;
    }

    private boolean isHosts(IpKey address) {
        return address.isLoopback() || address.isWildcard() || host.find(address) != null;
    }

    private static boolean isSpecial(IpKey address) {
        return address.isGroup() || address.isLinkLocal();
    }

    /** The destinations of a link: what its own addresses are on, and its routes. */
    static List<IpPrefix> destinations(LinkConfig link) {
        List<IpPrefix> all = new ArrayList<>(link.addresses());
        link.routes().stream().map(Route::target).forEach(all::add);
        return all;
    }

    private static boolean covers(IpPrefix wide, IpPrefix narrow) {
        return wide.bits() <= narrow.bits() && wide.contains(narrow.address());
    }

    /** Puts the parts together. */
    private static final class Builder {
        private final RoutingSettings said;
        private final List<NetworkClaims> networks;
        private final long deadlineNanos;
        private final PrefixMap.Builder<Way> host = new PrefixMap.Builder<>();
        private final PrefixMap.Builder<Word> settings = new PrefixMap.Builder<>();
        private final PrefixMap.Builder<Way> claims = new PrefixMap.Builder<>();
        private final PrefixMap.Builder<Way> past = new PrefixMap.Builder<>();
        private final PrefixMap.Builder<Way> destinations = new PrefixMap.Builder<>();
        private final PrefixMap.Builder<Way> own = new PrefixMap.Builder<>();
        private final Map<Integer, Way> scopes = new HashMap<>();
        private final PrefixMap.Builder<Way> allowedOwn = new PrefixMap.Builder<>();
        private final PrefixMap.Builder<Way> defaults = new PrefixMap.Builder<>();
        private boolean everywhere;
        private final List<Claim> claimed = new ArrayList<>();
        private final List<IpPrefix> lost = new ArrayList<>();
        private final List<String> notices = new ArrayList<>();

        private record Claim(IpPrefix prefix, long network) {}

        Builder(
                RoutingSettings said,
                HostRoutes hostRoutes,
                List<NetworkClaims> networks,
                ClaimHistory history,
                long deadlineNanos) {
            this.said = said;
            // Where two networks claim the same, the one that can be had.
            this.networks = networks.stream()
                    .sorted(Comparator.comparing(NetworkClaims::standing))
                    .toList();
            this.deadlineNanos = deadlineNanos;
            hostRoutes.addresses().forEach(address -> host.put(single(address), Way.HOST));
            said.bypass().forEach(prefix -> settings.put(prefix, Word.BYPASS));
            said.routes().forEach(prefix -> settings.put(prefix, Word.ROUTE));
            for (NetworkClaims network : this.networks) {
                scopes.putIfAbsent(LinkScope.of(network.id()), Way.of(network.standing(), network.reason()));
                network.link().ifPresent(link -> add(network, link));
                addPast(network, history);
            }
            // Behind the networks: of equal prefixes theirs counts, or a foreign LAN could draw what is private.
            hostRoutes.connected().forEach(this::addConnected);
        }

        private static IpPrefix single(InetAddress address) {
            return new IpPrefix(address, address.getAddress().length * 8);
        }

        private void add(NetworkClaims network, LinkConfig link) {
            Way way = Way.of(network.standing(), network.reason());
            for (IpPrefix address : link.addresses()) {
                IpPrefix one = single(address.address());
                own.put(one, way);
                if (network.allows(one)) {
                    allowedOwn.put(one, way);
                }
                claim(network, one, way);
            }
            for (IpPrefix destination : destinations(link)) {
                boolean reachable = hasAddress(link, destination);
                Way there = reachable ? way : withoutAddress(network, destination);
                destinations.put(destination, there);
                // All of an IP version is not cut off because a network has a route for it and no address.
                if (reachable || !NetworkClaims.isDefault(destination)) {
                    claim(network, destination, there);
                }
            }
        }

        private void claim(NetworkClaims network, IpPrefix prefix, Way way) {
            if (!network.allows(prefix)) {
                return;
            }
            if (NetworkClaims.isDefault(prefix)) {
                // Not with the others: the node's own paths lead somewhere.
                defaults.put(prefix, way);
                everywhere = true;
            } else {
                claims.put(prefix, way);
                claimed.add(new Claim(ClaimHistory.start(prefix), network.id()));
            }
        }

        private static boolean hasAddress(LinkConfig link, IpPrefix destination) {
            boolean ipv4 = destination.address() instanceof Inet4Address;
            return link.addresses().stream().anyMatch(own -> own.address() instanceof Inet4Address == ipv4);
        }

        private static Way withoutAddress(NetworkClaims network, IpPrefix destination) {
            if (network.standing() != Standing.USABLE) {
                return Way.of(network.standing(), network.reason());
            }
            int version = destination.address() instanceof Inet4Address ? 4 : 6;
            return Way.unavailable(String.format(
                    "network %016x has %s, but no IPv%d address for this node: assign one at its controller",
                    network.id(), destination, version));
        }

        private void addPast(NetworkClaims network, ClaimHistory history) {
            for (IpPrefix prefix : history.of(network.id())) {
                if (!network.allows(prefix)) {
                    // Whose it is now, the user has said.
                    continue;
                }
                String reason = network.standing() == Standing.USABLE
                        ? String.format(
                                "network %016x had %s and has it no more: its controller changed it. Use an address"
                                        + " that it has now, or name this one in ztnio.bypass to leave it to the operating"
                                        + " system",
                                network.id(), prefix)
                        : network.reason();
                past.put(
                        prefix,
                        Way.of(
                                network.standing() == Standing.WAITING ? Standing.WAITING : Standing.UNAVAILABLE,
                                reason));
                lost.add(prefix);
            }
        }

        private void addConnected(HostRoutes.Connected connected) {
            IpPrefix prefix = connected.prefix();
            Optional<Claim> widest = claimed.stream()
                    .filter(claim -> covers(claim.prefix(), prefix))
                    .max(Comparator.comparingInt(claim -> claim.prefix().bits()));
            if (widest.isPresent()) {
                notice(connected, widest.get());
            }
            if (claimed.stream().anyMatch(claim -> isLonger(prefix, claim.prefix()))) {
                claims.put(prefix, Way.HOST);
            }
            if (lost.stream().anyMatch(claim -> isLonger(prefix, claim))) {
                past.put(prefix, Way.HOST);
            }
            if (everywhere) {
                defaults.put(prefix, Way.HOST);
            }
        }

        private static boolean isLonger(IpPrefix connected, IpPrefix claim) {
            return connected.bits() > claim.bits() && covers(claim, connected);
        }

        private void notice(HostRoutes.Connected connected, Claim claim) {
            IpPrefix prefix = ClaimHistory.start(connected.prefix());
            boolean said = this.said.routes().stream().anyMatch(route -> covers(route, prefix))
                    || this.said.bypass().stream().anyMatch(route -> covers(route, prefix));
            if (said) {
                return;
            }
            notices.add(
                    prefix.bits() > claim.prefix().bits()
                            ? String.format(
                                    "%s stays with the operating system, which is on it (%s), although network %016x"
                                            + " claims the wider %s; ztnio.routes=%s gives it to the network",
                                    prefix, connected.device(), claim.network(), claim.prefix(), prefix)
                            : String.format(
                                    "%s goes to network %016x, although the operating system is on it too (%s);"
                                            + " ztnio.bypass=%s leaves it to the operating system",
                                    prefix, claim.network(), connected.device(), prefix));
        }

        Way unclaimed() {
            List<NetworkClaims> unknown = networks.stream()
                    .filter(network ->
                            network.link().isEmpty() && network.settings().allowManaged())
                    .toList();
            // Whoever may still say that it is its own is waited for, whatever the others said.
            return unknown.stream()
                    .filter(network -> network.standing() == Standing.WAITING)
                    .findFirst()
                    .or(() -> unknown.stream().findFirst())
                    .map(network -> Way.of(network.standing(), network.reason() + KEPT))
                    .orElse(Way.HOST);
        }

        Way unclaimedRoute() {
            return networks.stream()
                    .filter(network -> network.standing() != Standing.USABLE)
                    .findFirst()
                    .map(network -> Way.of(network.standing(), network.reason()))
                    .orElseGet(() ->
                            Way.unavailable("ztnio.routes names this address, but no network has a route to it: add"
                                    + " one at its controller, or take the address out of ztnio.routes"));
        }

        Way groups() {
            return networks.stream()
                    .findFirst()
                    .map(network -> Way.of(network.standing(), network.reason()))
                    .orElse(Way.HOST);
        }
    }
}
