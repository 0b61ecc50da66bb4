package io.ztnio.protocol.controller;

import io.ztnio.protocol.config.InetPrefix;
import io.ztnio.protocol.config.ManagedAddresses;
import io.ztnio.protocol.config.NetworkConfig;
import io.ztnio.protocol.config.RequestMetadata;
import io.ztnio.protocol.config.Route;
import io.ztnio.protocol.config.SingleSignOn;
import io.ztnio.protocol.config.Specialist;
import io.ztnio.protocol.credential.Capability;
import io.ztnio.protocol.credential.CertificateOfMembership;
import io.ztnio.protocol.credential.CertificateOfOwnership;
import io.ztnio.protocol.credential.CertificateOfOwnership.Thing;
import io.ztnio.protocol.credential.Tag;
import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.rule.Rule;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Writes a member's configuration and signs its credentials ({@code protocol.md} 9.3). Thread-safe. */
final class ConfigIssuer {
    private static final long MIN_WINDOW_MILLIS = 300_000;
    static final long MAX_WINDOW_MILLIS = 7_200_000;
    private static final int OWNERSHIP_ID = 1;

    private final Identity controller;

    ConfigIssuer(Identity controller) {
        this.controller = controller;
    }

    /**
     * A configuration.
     *
     * @param addresses what the member is assigned beyond the addresses that follow from it
     * @param bridges the network's active bridges
     * @param signIn how the member signs in, if it has to
     */
    NetworkConfig issue(
            NetworkDefinition network,
            MemberDefinition member,
            Identity identity,
            List<InetPrefix> addresses,
            List<Long> bridges,
            SingleSignOn signIn,
            RequestMetadata metadata,
            long nowMillis) {
        long networkId = network.networkId();
        long window = Math.max(MIN_WINDOW_MILLIS, Math.min(MAX_WINDOW_MILLIS, network.credentialWindowMillis()));
        boolean managed = !member.noAutoAssign();
        Set<InetPrefix> assigned = new LinkedHashSet<>();
        if (managed && network.rfc4193()) {
            assigned.add(ManagedAddresses.rfc4193(networkId, member.address()));
        }
        if (managed && network.sixPlane()) {
            assigned.add(ManagedAddresses.sixPlane(networkId, member.address()));
        }
        boolean emulated = !assigned.isEmpty();
        assigned.addAll(addresses);
        List<InetPrefix> all =
                assigned.stream().limit(NetworkConfig.MAX_ADDRESSES).toList();
        TraceTarget trace = member.trace().address() == 0 ? network.trace() : member.trace();
        boolean knowsRules = metadata.rulesEngineRevision() != 0;
        return NetworkConfig.builder(networkId, member.address())
                .timestamp(nowMillis, window)
                .revision(network.revision())
                .flags((network.broadcast() ? NetworkConfig.FLAG_BROADCAST : 0)
                        | (emulated ? NetworkConfig.FLAG_NDP_EMULATION : 0))
                .multicastLimit(network.multicastLimit())
                .isPublic(!network.isPrivate())
                .name(network.name())
                .mtu(network.mtuBytes())
                .membership(CertificateOfMembership.sign(controller, networkId, nowMillis, window, identity))
                .capabilities(knowsRules ? capabilities(network, member, nowMillis) : List.of())
                .tags(knowsRules ? tags(network, member, nowMillis) : List.of())
                .ownership(ownership(networkId, member.address(), all, nowMillis))
                .specialists(bridges.stream()
                        .limit(NetworkConfig.MAX_SPECIALISTS)
                        .map(bridge -> Specialist.of(bridge, Specialist.ACTIVE_BRIDGE))
                        .toList())
                .routes(network.routes().stream().map(ConfigIssuer::sameFamily).toList())
                .addresses(all)
                .rules(knowsRules ? network.rules() : List.of(Rule.ACCEPT))
                .dns(network.dns())
                .singleSignOn(signIn)
                .trace(trace.address(), trace.level())
                .build();
    }

    private static Route sameFamily(Route route) {
        boolean mixed = route.via().isPresent()
                && route.via().get().getAddress().length
                        != route.target().address().getAddress().length;
        return mixed ? new Route(route.target()) : route;
    }

    private List<Capability> capabilities(NetworkDefinition network, MemberDefinition member, long nowMillis) {
        List<Capability> result = new ArrayList<>();
        for (CapabilityDefinition each : network.capabilities()) {
            if (member.capabilities().contains(each.id()) && result.size() < NetworkConfig.MAX_CAPABILITIES) {
                result.add(Capability.sign(
                        controller, network.networkId(), nowMillis, each.id(), each.rules(), member.address()));
            }
        }
        return result;
    }

    private List<Tag> tags(NetworkDefinition network, MemberDefinition member, long nowMillis) {
        Map<Integer, Integer> values = new TreeMap<>(Integer::compareUnsigned);
        values.putAll(network.tags());
        values.putAll(member.tags());
        List<Tag> result = new ArrayList<>();
        values.forEach((id, value) ->
                result.add(Tag.sign(controller, network.networkId(), nowMillis, id, value, member.address())));
        return result.subList(0, Math.min(result.size(), NetworkConfig.MAX_TAGS));
    }

    private List<CertificateOfOwnership> ownership(
            long networkId, long member, List<InetPrefix> addresses, long nowMillis) {
        if (addresses.isEmpty()) {
            return List.of();
        }
        List<Thing> things = addresses.stream()
                .limit(CertificateOfOwnership.MAX_THINGS)
                .map(prefix -> Thing.ip(prefix.address()))
                .toList();
        return List.of(CertificateOfOwnership.sign(controller, networkId, nowMillis, OWNERSHIP_ID, things, member));
    }
}
