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
 * @param trace whom it tells what becomes of frames, if not whom the network says
 * @param signIn what it has to do with signing in
 */
public record MemberDefinition(
        long address,
        Optional<Identity> identity,
        boolean authorized,
        boolean activeBridge,
        boolean noAutoAssign,
        List<InetPrefix> addresses,
        Map<Integer, Integer> tags,
        List<Integer> capabilities,
        TraceTarget trace,
        SignIn signIn) {
    /**
     * Signing in, on networks that ask for it.
     *
     * @param isExempt whether the member need not sign in
     * @param untilMillis how long it is signed in, epoch milliseconds; 0 if it never was
     */
    public record SignIn(boolean isExempt, long untilMillis) {
        static final SignIn NEVER = new SignIn(false, 0);
    }

    public MemberDefinition {
        addresses = List.copyOf(addresses);
        tags = Map.copyOf(tags);
        capabilities = List.copyOf(capabilities);
    }

    /** A member that is not authorized. */
    public static MemberDefinition of(long address) {
        return new MemberDefinition(
                address,
                Optional.empty(),
                false,
                false,
                false,
                List.of(),
                Map.of(),
                List.of(),
                TraceTarget.NONE,
                SignIn.NEVER);
    }

    public MemberDefinition withIdentity(Identity value) {
        return with(
                Optional.of(value.withoutSecret()),
                authorized,
                activeBridge,
                noAutoAssign,
                addresses,
                tags,
                capabilities);
    }

    public MemberDefinition withAuthorized(boolean value) {
        return with(identity, value, activeBridge, noAutoAssign, addresses, tags, capabilities);
    }

    public MemberDefinition withActiveBridge(boolean value) {
        return with(identity, authorized, value, noAutoAssign, addresses, tags, capabilities);
    }

    public MemberDefinition withNoAutoAssign(boolean value) {
        return with(identity, authorized, activeBridge, value, addresses, tags, capabilities);
    }

    public MemberDefinition withAddresses(List<InetPrefix> value) {
        return with(identity, authorized, activeBridge, noAutoAssign, value, tags, capabilities);
    }

    public MemberDefinition withTags(Map<Integer, Integer> value) {
        return with(identity, authorized, activeBridge, noAutoAssign, addresses, value, capabilities);
    }

    public MemberDefinition withCapabilities(List<Integer> value) {
        return with(identity, authorized, activeBridge, noAutoAssign, addresses, tags, value);
    }

    private MemberDefinition with(
            Optional<Identity> newIdentity,
            boolean newAuthorized,
            boolean newActiveBridge,
            boolean newNoAutoAssign,
            List<InetPrefix> newAddresses,
            Map<Integer, Integer> newTags,
            List<Integer> newCapabilities) {
        return new MemberDefinition(
                address,
                newIdentity,
                newAuthorized,
                newActiveBridge,
                newNoAutoAssign,
                newAddresses,
                newTags,
                newCapabilities,
                trace,
                signIn);
    }
}
