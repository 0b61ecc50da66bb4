package io.ztnio.protocol.controller;

import io.ztnio.protocol.collect.LongMap;
import io.ztnio.protocol.config.Dictionary;
import io.ztnio.protocol.config.InetPrefix;
import io.ztnio.protocol.config.NetworkConfig;
import io.ztnio.protocol.config.NetworkConfigCodec;
import io.ztnio.protocol.config.NetworkId;
import io.ztnio.protocol.config.RequestMetadata;
import io.ztnio.protocol.controller.ControlledNetwork.Entry;
import io.ztnio.protocol.credential.CredentialPacket;
import io.ztnio.protocol.credential.CredentialType;
import io.ztnio.protocol.credential.Revocation;
import io.ztnio.protocol.identity.Address;
import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.message.NetworkConfigChunk;
import io.ztnio.protocol.message.NetworkConfigRequest;
import io.ztnio.protocol.network.LocalMember;
import io.ztnio.protocol.network.NetworkController;
import io.ztnio.protocol.network.NetworkStore;
import io.ztnio.protocol.vl1.InboundPacket;
import io.ztnio.protocol.vl1.Vl1;
import io.ztnio.protocol.wire.ErrorCode;
import io.ztnio.protocol.wire.Verb;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The controller of all networks whose ID starts with this node's address ({@code protocol.md} 9). Definitions are kept in
 * the store; members are pushed what changes.
 *
 * <p>Thread: confined to the node. Times are epoch milliseconds.
 */
public final class Controller implements NetworkController {
    private static final long REQUEST_INTERVAL_MILLIS = 1000;
    private static final long ONLINE_MILLIS = 120_000;
    private static final long AUTHORIZED_MILLIS = 180_000;

    private final Vl1 vl1;
    private final StoredDefinitions store;
    private final LocalMember local;
    private final Identity identity;
    private final ConfigIssuer issuer;
    private final LongMap<ControlledNetwork> networks = new LongMap<>();

    /** A controller with the networks that the store has. */
    public Controller(Vl1 vl1, NetworkStore store, LocalMember local) {
        this.vl1 = vl1;
        this.store = new StoredDefinitions(store);
        this.local = local;
        this.identity = vl1.identity();
        this.issuer = new ConfigIssuer(identity);
        for (NetworkDefinition definition : this.store.networks()) {
            if (isOurs(definition.networkId())) {
                networks.put(definition.networkId(), withMembers(definition));
            }
        }
    }

    /** A network with the members that it has had before: their identities and addresses stay theirs. */
    private ControlledNetwork withMembers(NetworkDefinition definition) {
        ControlledNetwork network = new ControlledNetwork(definition);
        store.members(definition.networkId()).forEach(network::put);
        return network;
    }

    /** Our networks, in no order. */
    public List<NetworkDefinition> networks() {
        List<NetworkDefinition> result = new ArrayList<>();
        for (long networkId : networks.keys()) {
            result.add(networks.get(networkId).definition);
        }
        return result;
    }

    public Optional<NetworkDefinition> network(long networkId) {
        return Optional.ofNullable(networks.get(networkId)).map(network -> network.definition);
    }

    /**
     * Creates or changes a network, and tells its members.
     *
     * @throws IllegalArgumentException if the ID is not one of ours
     */
    public void put(NetworkDefinition definition, long nowMillis) {
        pushToAll(define(definition), nowMillis);
    }

    /**
     * Creates or changes a network whose members are known: they are let in, and whoever else was let in before is put out of a
     * private network. Who is in a public network has let himself in, and is left alone.
     *
     * @throws IllegalArgumentException if the ID is not one of ours
     */
    public void put(NetworkDefinition definition, Set<Long> members, long nowMillis) {
        ControlledNetwork network = define(definition);
        authorizeOnly(network, members, nowMillis);
        pushToAll(network, nowMillis);
    }

    private ControlledNetwork define(NetworkDefinition definition) {
        long networkId = definition.networkId();
        if (!isOurs(networkId)) {
            throw new IllegalArgumentException("network " + NetworkId.format(networkId) + " is not controlled by "
                    + Address.format(identity.address()));
        }
        ControlledNetwork network = networks.get(networkId);
        if (network == null) {
            network = withMembers(definition);
            networks.put(networkId, network);
        }
        network.definition = definition.toBuilder()
                .revision(network.definition.revision() + 1)
                .build();
        store.save(network.definition);
        return network;
    }

    /**
     * Serves a network no longer: whoever asks is told that it is not there. Its members are remembered, for when it is defined
     * again.
     */
    public void withdraw(long networkId) {
        if (networks.remove(networkId) != null) {
            store.delete(networkId);
        }
    }

    /** Members of a network, those who were refused among them. */
    public List<MemberDefinition> members(long networkId) {
        ControlledNetwork network = networks.get(networkId);
        return network == null
                ? List.of()
                : network.entries().stream().map(entry -> entry.definition).toList();
    }

    public Optional<MemberDefinition> member(long networkId, long address) {
        return Optional.ofNullable(networks.get(networkId))
                .map(network -> network.members.get(address))
                .map(entry -> entry.definition);
    }

    /** Lets a member in. It learns so at once if it has asked not long ago, otherwise when it asks next. */
    public void authorize(long networkId, long address, long nowMillis) {
        putMember(
                networkId,
                member(networkId, address).orElse(MemberDefinition.of(address)).withAuthorized(true),
                nowMillis);
    }

    /** Puts a member out: the others are told at once. */
    public void deauthorize(long networkId, long address, long nowMillis) {
        putMember(
                networkId,
                member(networkId, address).orElse(MemberDefinition.of(address)).withAuthorized(false),
                nowMillis);
    }

    private void authorizeOnly(ControlledNetwork network, Set<Long> addresses, long nowMillis) {
        long networkId = network.definition.networkId();
        if (network.definition.isPrivate()) {
            for (Entry entry : network.entries()) {
                if (entry.definition.authorized() && !addresses.contains(entry.definition.address())) {
                    deauthorize(networkId, entry.definition.address(), nowMillis);
                }
            }
        }
        for (long address : addresses) {
            if (member(networkId, address).filter(MemberDefinition::authorized).isEmpty()) {
                authorize(networkId, address, nowMillis);
            }
        }
    }

    /**
     * Creates or changes a member. One without identity keeps that of the member it replaces.
     *
     * @throws IllegalArgumentException if there is no such network
     */
    public void putMember(long networkId, MemberDefinition wanted, long nowMillis) {
        ControlledNetwork network = networks.get(networkId);
        if (network == null) {
            throw new IllegalArgumentException("no network " + NetworkId.format(networkId));
        }
        Entry old = network.members.get(wanted.address());
        Optional<Identity> known =
                wanted.identity().isPresent() || old == null ? wanted.identity() : old.definition.identity();
        MemberDefinition member = known.map(wanted::withIdentity).orElse(wanted);
        boolean expelled = old != null && old.definition.authorized() && !member.authorized();
        Entry entry = network.put(member);
        save(network, entry);
        if (expelled) {
            expel(network, entry, nowMillis);
        } else if (isOnline(entry, nowMillis)) {
            push(network, entry, nowMillis);
        }
    }

    @Override
    public void onRequest(InboundPacket packet, NetworkConfigRequest request, long nowMillis) {
        RequestMetadata metadata =
                RequestMetadata.read(Dictionary.parse(request.metadata().toByteArray()));
        long networkId = request.networkId();
        Identity asking = packet.sender().identity();
        ErrorCode error = answer(networkId, asking, metadata, packet, nowMillis);
        if (error != ErrorCode.NONE) {
            vl1.beginError(packet, error).putLong(networkId);
            vl1.sendReply(packet, nowMillis);
        }
    }

    @Override
    public void onLocalRequest(long networkId, RequestMetadata metadata, long nowMillis) {
        ErrorCode error = answer(networkId, identity, metadata, null, nowMillis);
        if (error != ErrorCode.NONE) {
            local.onLocalError(networkId, error);
        }
    }

    /** Sends a configuration, or nothing if asked too often; otherwise gives the reason why not. */
    private ErrorCode answer(
            long networkId, Identity asking, RequestMetadata metadata, InboundPacket packet, long nowMillis) {
        if (!isOurs(networkId)) {
            return ErrorCode.NONE;
        }
        ControlledNetwork network = networks.get(networkId);
        if (network == null) {
            return ErrorCode.OBJ_NOT_FOUND;
        }
        Entry entry = network.entry(asking.address());
        if (entry == null) {
            return ErrorCode.NETWORK_ACCESS_DENIED;
        }
        if (nowMillis - entry.lastRequestMillis <= REQUEST_INTERVAL_MILLIS) {
            return ErrorCode.NONE;
        }
        entry.lastRequestMillis = nowMillis;
        if (entry.definition.identity().isPresent()
                && !entry.definition.identity().get().equals(asking)) {
            return ErrorCode.NETWORK_ACCESS_DENIED;
        }
        MemberDefinition before = entry.definition;
        MemberDefinition member = before.identity().isPresent() ? before : before.withIdentity(asking);
        if (!member.authorized() && admits(network.definition, metadata, nowMillis)) {
            member = member.withAuthorized(true);
        }
        network.put(member);
        entry.metadata = metadata;
        if (!member.authorized()) {
            if (!member.equals(before)) {
                save(network, entry);
            }
            return ErrorCode.NETWORK_ACCESS_DENIED;
        }
        assignAddresses(network, entry);
        if (!entry.definition.equals(before)) {
            save(network, entry);
        }
        send(network, entry, packet, nowMillis);
        tell(network, entry, nowMillis);
        return ErrorCode.NONE;
    }

    private static boolean admits(NetworkDefinition network, RequestMetadata metadata, long nowMillis) {
        if (!network.isPrivate()) {
            return true;
        }
        Long expiry = metadata.token().isEmpty() ? null : network.authTokens().get(metadata.token());
        return expiry != null && (expiry == 0 || expiry > nowMillis);
    }

    /** Gives the member one address of each family that has a pool, if it has none yet. */
    private void assignAddresses(ControlledNetwork network, Entry entry) {
        MemberDefinition member = entry.definition;
        if (member.noAutoAssign() || network.definition.pools().isEmpty()) {
            return;
        }
        List<InetPrefix> usable = usable(network.definition, member);
        boolean needsIpv4 = usable.stream().allMatch(InetPrefix::isIpv6);
        boolean needsIpv6 = usable.stream().noneMatch(InetPrefix::isIpv6);
        if (!needsIpv4 && !needsIpv6) {
            return;
        }
        Set<InetAddress> taken = network.taken();
        List<InetPrefix> addresses = new ArrayList<>(member.addresses());
        if (needsIpv6) {
            AddressAssignment.ipv6(network.definition, member.address(), taken, vl1.random())
                    .ifPresent(addresses::add);
        }
        if (needsIpv4) {
            AddressAssignment.ipv4(network.definition, member.address(), taken).ifPresent(addresses::add);
        }
        if (addresses.size() > member.addresses().size()) {
            network.put(member.withAddresses(addresses));
        }
    }

    private static List<InetPrefix> usable(NetworkDefinition network, MemberDefinition member) {
        return member.addresses().stream()
                .map(prefix -> AddressAssignment.onRoute(prefix.address(), network.routes()))
                .flatMap(Optional::stream)
                .toList();
    }

    /**
     * Signs and sends a configuration.
     *
     * @param request what it answers; {@code null} for a push
     */
    private void send(ControlledNetwork network, Entry entry, InboundPacket request, long nowMillis) {
        MemberDefinition member = entry.definition;
        NetworkConfig config = issuer.issue(
                network.definition,
                member,
                member.identity().orElseThrow(),
                usable(network.definition, member),
                network.activeBridges(),
                entry.metadata,
                nowMillis);
        entry.lastConfigMillis = nowMillis;
        if (member.address() == identity.address()) {
            local.onLocalConfig(config, nowMillis);
            return;
        }
        byte[] dictionary = NetworkConfigCodec.write(config).toByteArray();
        for (NetworkConfigChunk chunk :
                NetworkConfigCodec.sign(identity, config.networkId(), dictionary, vl1.random())) {
            chunk.write(
                    request == null
                            ? vl1.begin(member.address(), Verb.NETWORK_CONFIG)
                            : vl1.beginOk(member.address(), Verb.NETWORK_CONFIG_REQUEST, request.packetId()));
            vl1.send(true, nowMillis);
        }
    }

    private void pushToAll(ControlledNetwork network, long nowMillis) {
        for (Entry entry : network.entries()) {
            if (isOnline(entry, nowMillis)) {
                push(network, entry, nowMillis);
            }
        }
    }

    private void push(ControlledNetwork network, Entry entry, long nowMillis) {
        if (entry.definition.authorized() && entry.metadata != null) {
            assignAddresses(network, entry);
            save(network, entry);
            send(network, entry, null, nowMillis);
        }
    }

    /** Tells everybody who is online that a member's certificate is void. */
    private void expel(ControlledNetwork network, Entry expelled, long nowMillis) {
        expelled.lastConfigMillis = Long.MIN_VALUE / 4;
        Revocation revocation = Revocation.sign(
                identity,
                new Revocation.Fields(
                        vl1.random().nextInt(),
                        network.definition.networkId(),
                        0,
                        nowMillis,
                        Revocation.FLAG_FAST_PROPAGATE,
                        expelled.definition.address(),
                        CredentialType.COM.code()));
        network.expelled(revocation, nowMillis);
        local.onLocalRevocation(revocation, nowMillis);
        for (Entry entry : network.entries()) {
            if (isOnline(entry, nowMillis)) {
                tell(network, entry, nowMillis);
            }
        }
    }

    /** Tells a member who was put out since it was told last. */
    private void tell(ControlledNetwork network, Entry entry, long nowMillis) {
        long address = entry.definition.address();
        for (Revocation revocation : network.untold(entry, nowMillis)) {
            if (address != identity.address()) {
                CredentialPacket.of(revocation).write(vl1.begin(address, Verb.NETWORK_CREDENTIALS));
                vl1.send(true, nowMillis);
            }
        }
    }

    private static boolean isOnline(Entry entry, long nowMillis) {
        return nowMillis - entry.lastRequestMillis < ONLINE_MILLIS;
    }

    @Override
    public boolean isAuthorized(long networkId, long member, long nowMillis) {
        ControlledNetwork network = networks.get(networkId);
        Entry entry = network == null ? null : network.members.get(member);
        return entry != null && entry.definition.authorized() && nowMillis - entry.lastConfigMillis < AUTHORIZED_MILLIS;
    }

    /** Nothing is due of itself: members ask. */
    @Override
    public long poll(long nowMillis) {
        return Long.MAX_VALUE;
    }

    private boolean isOurs(long networkId) {
        return NetworkId.controller(networkId) == identity.address();
    }

    private void save(ControlledNetwork network, Entry entry) {
        store.save(network.definition.networkId(), entry.definition);
    }
}
