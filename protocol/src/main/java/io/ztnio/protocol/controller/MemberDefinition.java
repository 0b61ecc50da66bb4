package io.ztnio.protocol.controller;

import io.ztnio.protocol.config.InetPrefix;
import io.ztnio.protocol.identity.Identity;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A member of a network as its operator wants it ({@code protocol.md} 9.6). Immutable.
 *
 * @param identity the first identity that asked under this address; others are refused
 * @param noAutoAssign whether addresses are only those given here
 * @param addresses assigned addresses; those that a pool gave are added here
 * @param tags values by tag ID, beyond the network's
 * @param capabilities IDs of capabilities
 */
public record MemberDefinition(
        long address,
        Optional<Identity> identity,
        boolean authorized,
        boolean activeBridge,
        boolean noAutoAssign,
        List<InetPrefix> addresses,
        Map<Integer, Integer> tags,
        List<Integer> capabilities) {
    public MemberDefinition {
        addresses = List.copyOf(addresses);
        tags = Map.copyOf(tags);
        capabilities = List.copyOf(capabilities);
    }

    /** A member that is not authorized. */
    public static MemberDefinition of(long address) {
        return new MemberDefinition(address, Optional.empty(), false, false, false, List.of(), Map.of(), List.of());
    }

    public MemberDefinition withIdentity(Identity value) {
        return new MemberDefinition(
                address,
                Optional.of(value.withoutSecret()),
                authorized,
                activeBridge,
                noAutoAssign,
                addresses,
                tags,
                capabilities);
    }

    public MemberDefinition withAuthorized(boolean value) {
        return new MemberDefinition(
                address, identity, value, activeBridge, noAutoAssign, addresses, tags, capabilities);
    }

    public MemberDefinition withActiveBridge(boolean value) {
        return new MemberDefinition(address, identity, authorized, value, noAutoAssign, addresses, tags, capabilities);
    }

    public MemberDefinition withNoAutoAssign(boolean value) {
        return new MemberDefinition(address, identity, authorized, activeBridge, value, addresses, tags, capabilities);
    }

    public MemberDefinition withAddresses(List<InetPrefix> value) {
        return new MemberDefinition(
                address, identity, authorized, activeBridge, noAutoAssign, value, tags, capabilities);
    }

    public MemberDefinition withTags(Map<Integer, Integer> value) {
        return new MemberDefinition(
                address, identity, authorized, activeBridge, noAutoAssign, addresses, value, capabilities);
    }

    public MemberDefinition withCapabilities(List<Integer> value) {
        return new MemberDefinition(address, identity, authorized, activeBridge, noAutoAssign, addresses, tags, value);
    }
}
