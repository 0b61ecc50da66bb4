package io.ztnio.provider.config;

import io.ztnio.protocol.config.InetPrefix;
import io.ztnio.protocol.vl1.Bonding;
import io.ztnio.protocol.vl1.PathRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a node's packets find their ways outside, and whose threads wait for them. Immutable.
 *
 * @param rules about physical addresses
 * @param ignoredInterfaces beginnings of the names of interfaces whose addresses peers are not told
 * @param secondPort a second UDP port, 0 for a free one; empty for none
 * @param tcpRelay the relay over TCP
 * @param bonding how several links to a peer are used
 * @param portMapping the port of the router's that is to be ours
 * @param receiving whose threads wait for datagrams and open them
 */
public record PathSettings(
        PathRules rules,
        List<String> ignoredInterfaces,
        OptionalInt secondPort,
        TcpRelaySettings tcpRelay,
        Bonding bonding,
        PortMappingSettings portMapping,
        ReceiveSettings receiving) {
    /** Nothing is said. */
    public static final PathSettings NONE = new PathSettings(
            PathRules.NONE,
            List.of(),
            OptionalInt.empty(),
            TcpRelaySettings.NONE,
            Bonding.NONE,
            PortMappingSettings.NONE,
            ReceiveSettings.NONE);

    private static final List<InetPrefix> EVERYWHERE = List.of(InetPrefix.parse("0.0.0.0/0"), InetPrefix.parse("::/0"));

    public PathSettings {
        ignoredInterfaces = List.copyOf(ignoredInterfaces);
    }

    /** The same with another relay and another mapping. */
    PathSettings with(TcpRelaySettings relay, PortMappingSettings mapping) {
        return new PathSettings(rules, ignoredInterfaces, secondPort, relay, bonding, mapping, receiving);
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
        return new PathSettings(replacement, ignoredInterfaces, secondPort, tcpRelay, bonding, portMapping, receiving);
    }

    /** The same with another answer to whose threads wait for datagrams. */
    PathSettings withReceiving(ReceiveSettings replacement) {
        return new PathSettings(rules, ignoredInterfaces, secondPort, tcpRelay, bonding, portMapping, replacement);
    }

    /** The same with another way to use the links to every peer that is not named. */
    PathSettings withBonding(Optional<Bonding.Policy> policy) {
        Bonding replacement = new Bonding(policy.map(Bonding.Terms::of), bonding.byPeer());
        return new PathSettings(rules, ignoredInterfaces, secondPort, tcpRelay, replacement, portMapping, receiving);
    }
}
