package io.ztnio.provider.config;

import io.ztnio.protocol.config.InetPrefix;
import io.ztnio.protocol.vl1.Bonding;
import io.ztnio.protocol.vl1.PathRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a node's packets find their ways outside, and whose thread waits for them. Immutable.
 *
 * @param rules about physical addresses
 * @param ignoredInterfaces beginnings of the names of interfaces whose addresses peers are not told
 * @param secondPort a second UDP port, 0 for a free one; empty for none
 * @param tcpRelay the relay over TCP
 * @param bonding how several links to a peer are used
 * @param portMapping the port of the router's that is to be ours
 * @param led whether a thread that waits for one of the node's channels may wait for datagrams in place of the node's
 */
public record PathSettings(
        PathRules rules,
        List<String> ignoredInterfaces,
        OptionalInt secondPort,
        TcpRelaySettings tcpRelay,
        Bonding bonding,
        PortMappingSettings portMapping,
        boolean led) {
    /** Nothing is said. */
    public static final PathSettings NONE = new PathSettings(
            PathRules.NONE,
            List.of(),
            OptionalInt.empty(),
            TcpRelaySettings.NONE,
            Bonding.NONE,
            PortMappingSettings.NONE,
            false);

    private static final List<InetPrefix> EVERYWHERE = List.of(InetPrefix.parse("0.0.0.0/0"), InetPrefix.parse("::/0"));

    public PathSettings {
        ignoredInterfaces = List.copyOf(ignoredInterfaces);
    }

    /** The same with another relay and another mapping. */
    PathSettings with(TcpRelaySettings relay, PortMappingSettings mapping) {
        return new PathSettings(rules, ignoredInterfaces, secondPort, relay, bonding, mapping, led);
    }

    /** The same with a longest datagram for every address of which the rules say none; 0 for none. */
    PathSettings withMtu(int bytes) {
        if (bytes == 0) {
            return this;
        }
        List<PathRules.Physical> physical = new ArrayList<>(rules.physical());
        for (InetPrefix all : EVERYWHERE) {
            physical.add(new PathRules.Physical(all, false, 0, bytes));
        }
        PathRules replacement = new PathRules(physical, rules.virtual());
        return new PathSettings(replacement, ignoredInterfaces, secondPort, tcpRelay, bonding, portMapping, led);
    }

    /** The same with another answer to whose thread waits for datagrams. */
    PathSettings withLed(boolean byWaitingThreads) {
        return new PathSettings(rules, ignoredInterfaces, secondPort, tcpRelay, bonding, portMapping, byWaitingThreads);
    }

    /** The same with another way to use the links to every peer that is not named. */
    PathSettings withBonding(Optional<Bonding.Policy> policy) {
        Bonding replacement = new Bonding(policy.map(Bonding.Terms::of), bonding.byPeer());
        return new PathSettings(rules, ignoredInterfaces, secondPort, tcpRelay, replacement, portMapping, led);
    }
}
