package io.ztnio.protocol.controller;

import io.ztnio.protocol.collect.LongMap;
import io.ztnio.protocol.config.Dictionary;
import io.ztnio.protocol.config.NetworkId;
import io.ztnio.protocol.config.RequestMetadata;
import io.ztnio.protocol.config.SingleSignOn;
import io.ztnio.protocol.controller.ControlledNetwork.Entry;
import io.ztnio.protocol.identity.Address;
import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.json.JsonObject;
import io.ztnio.protocol.message.NetworkConfigRequest;
import io.ztnio.protocol.network.LocalMember;
import io.ztnio.protocol.network.NetworkController;
import io.ztnio.protocol.network.NetworkStore;
import io.ztnio.protocol.vl1.InboundPacket;
import io.ztnio.protocol.vl1.Vl1;
import io.ztnio.protocol.wire.ByteWriter;
import io.ztnio.protocol.wire.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * The controller of all networks whose ID starts with this node's address ({@code protocol.md} 9). Networks and members are kept
 * in the store as the records of ZeroTier's controller, with fields that are not known here; members are pushed what changes.
 *
 * <p>Thread: confined to the node. Times are epoch milliseconds. Records that go in or come out are changed no more by
 * either side.
 */
public final class Controller implements NetworkController {
    private static final long REQUEST_INTERVAL_MILLIS = 1000;
    private static final long AUTHORIZED_MILLIS = 180_000;

    /** How often it is looked who has to sign in again. */
    private static final long SIGN_IN_LOOK_MILLIS = 1000;

    private static final String REVISION = "revision";

    private final Vl1 vl1;
    private final StoredDefinitions store;
    private final LocalMember local;
    private final Identity identity;
    private final MemberRecords records;
    private final SignInOffers offers;
    private final MemberNotices notices;
    private final LongMap<ControlledNetwork> networks = new LongMap<>();
    private long nextSignInLookMillis = Long.MIN_VALUE;

    /** A controller with the networks that the store has, other controllers' too, which are kept but not served. */
    public Controller(Vl1 vl1, NetworkStore store, LocalMember local) {
        this.vl1 = vl1;
        this.store = new StoredDefinitions(store);
        this.local = local;
        this.identity = vl1.identity();
        this.records = new MemberRecords(this.store, vl1.random());
        this.offers = new SignInOffers(identity, vl1.random());
        this.notices = new MemberNotices(vl1, local, records, offers);
        this.store.networks().forEach((networkId, record) -> networks.put(networkId, withMembers(networkId, record)));
    }

    /** A network with the members that it has had before: their identities and addresses stay theirs. */
    private ControlledNetwork withMembers(long networkId, JsonObject record) {
        ControlledNetwork network = new ControlledNetwork(networkId, record);
        store.members(networkId).forEach(network::put);
        return network;
    }

    /** This node's address, which its networks' IDs start with. */
    public long address() {
        return identity.address();
    }

    /** Where secrets and unforeseeable IDs come from. */
    public RandomGenerator random() {
        return vl1.random();
    }

    /** Our networks, in no order. */
    public List<NetworkDefinition> networks() {
        List<NetworkDefinition> result = new ArrayList<>();
        for (long networkId : networks.keys()) {
            if (isOurs(networkId)) {
                result.add(networks.get(networkId).definition);
            }
        }
        return result;
    }

    public Optional<NetworkDefinition> network(long networkId) {
        return Optional.ofNullable(networks.get(networkId)).map(network -> network.definition);
    }

    /** Records of all networks that are kept, by ID. */
    public SortedMap<Long, JsonObject> networkRecords() {
        SortedMap<Long, JsonObject> result = new TreeMap<>(Long::compareUnsigned);
        for (long networkId : networks.keys()) {
            result.put(networkId, networks.get(networkId).record);
        }
        return result;
    }

    /** A network's record. */
    public Optional<JsonObject> networkRecord(long networkId) {
        return Optional.ofNullable(networks.get(networkId)).map(network -> network.record);
    }

    /** A member's record, if one is kept. */
    public Optional<JsonObject> memberRecord(long networkId, long address) {
        return Optional.ofNullable(networks.get(networkId))
                .map(network -> network.members.get(address))
                .map(entry -> entry.record)
                .filter(record -> record.has("id"));
    }

    /** How a member signs in, or has done: what it is or would be told. */
    public SingleSignOn signIn(long networkId, long address, long nowMillis) {
        ControlledNetwork network = networks.get(networkId);
        Entry entry = network == null ? null : network.members.get(address);
        return entry == null ? SingleSignOn.NONE : offers.offer(network.definition, entry, nowMillis);
    }

    /** Records of a network's members that are kept, by address. */
    public SortedMap<Long, JsonObject> memberRecords(long networkId) {
        SortedMap<Long, JsonObject> result = new TreeMap<>(Long::compareUnsigned);
        ControlledNetwork network = networks.get(networkId);
        if (network != null) {
            network.entries().stream()
                    .filter(entry -> entry.record.has("id"))
                    .forEach(entry -> result.put(entry.definition.address(), entry.record));
        }
        return result;
    }

    /**
     * Creates or changes a network, and tells its members. Fields that the definition does not have stay as they are.
     *
     * @throws IllegalArgumentException if the ID is not one of ours
     */
    public void put(NetworkDefinition definition, long nowMillis) {
        mustBeOurs(definition.networkId());
        putNetworkRecord(definition.networkId(), recordOf(definition), nowMillis);
    }

    /**
     * Creates or changes a network whose members are known: they are let in, and whoever else was let in before is put out of a
     * private network. Who is in a public network has let himself in, and is left alone.
     *
     * @throws IllegalArgumentException if the ID is not one of ours
     */
    public void put(NetworkDefinition definition, Set<Long> members, long nowMillis) {
        put(definition, nowMillis);
        letInOnly(definition.networkId(), members, nowMillis);
    }

    private JsonObject recordOf(NetworkDefinition definition) {
        JsonObject record =
                networkRecord(definition.networkId()).map(JsonObject::copy).orElse(new JsonObject());
        NetworkJson.write(definition, record);
        return record;
    }

    /**
     * Checks that this controller can serve a network.
     *
     * @throws IllegalArgumentException if the ID is not one of ours
     */
    public void mustBeOurs(long networkId) {
        if (!isOurs(networkId)) {
            throw new IllegalArgumentException("network " + NetworkId.format(networkId) + " is not controlled by "
                    + Address.format(identity.address()));
        }
    }

    /**
     * Replaces a network's record, which gets what every network has. If that says anything new its revision goes up, and its
     * members are told. Nothing of network 0, which is none, is kept.
     *
     * @return the record as it is kept
     */
    public JsonObject putNetworkRecord(long networkId, JsonObject wanted, long nowMillis) {
        JsonObject record = wanted.copy();
        NetworkJson.complete(record, networkId, nowMillis);
        if (networkId == 0) {
            return record;
        }
        ControlledNetwork network = networks.get(networkId);
        if (network != null && network.record.equalsBut(REVISION, record)) {
            return network.record;
        }
        record.put(REVISION, record.number(REVISION, 0) + 1);
        if (network != null) {
            records.counts = records.counts.networkChanged();
        }
        if (network == null) {
            network = withMembers(networkId, record);
            networks.put(networkId, network);
        } else {
            network.define(record);
        }
        store.saveNetwork(networkId, record);
        if (network.definition.needsSignIn()) {
            nextSignInLookMillis = nowMillis;
        }
        if (isOurs(networkId)) {
            notices.changed(network, nowMillis);
        }
        return record;
    }

    /**
     * Serves a network no longer: whoever asks is told that it is not there. Its members are remembered, for when it is defined
     * again.
     */
    public void withdraw(long networkId) {
        if (networks.remove(networkId) != null) {
            store.deleteNetwork(networkId);
        }
    }

    /** Forgets a network and its members, whose certificates are void. */
    public void deleteNetwork(long networkId, long nowMillis) {
        ControlledNetwork network = networks.get(networkId);
        if (network == null) {
            return;
        }
        withdraw(networkId);
        for (Entry entry : network.entries()) {
            store.deleteMember(networkId, entry.definition.address());
            if (entry.definition.authorized() && isOurs(networkId)) {
                notices.revoke(network, entry, nowMillis);
            }
        }
        notices.tellAll(network, nowMillis);
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

    /** What has been done since the start. */
    public ControllerCounts counts() {
        return records.counts;
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

    /** Lets members in, and puts whoever else was let in before out of a private network. */
    public void letInOnly(long networkId, Set<Long> addresses, long nowMillis) {
        ControlledNetwork network = networks.get(networkId);
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
     * Creates or changes a member. One without identity keeps that of the member it replaces; fields that the definition does
     * not have stay as they are.
     *
     * @throws IllegalArgumentException if there is no such network
     */
    public void putMember(long networkId, MemberDefinition wanted, long nowMillis) {
        ControlledNetwork network = networks.get(networkId);
        if (network == null) {
            throw new IllegalArgumentException("no network " + NetworkId.format(networkId));
        }
        Entry old = network.members.get(wanted.address());
        JsonObject record = old == null ? new JsonObject() : old.record.copy();
        MemberJson.write(wanted, record, nowMillis);
        putMemberRecord(networkId, wanted.address(), record, nowMillis);
    }

    /**
     * Replaces a member's record, which gets what every member has. If that says anything new its revision goes up, and whoever
     * it concerns is told. Nothing happens if there is no such network, and nothing of address 0, which is nobody's, is kept.
     *
     * @return the record as it is kept
     */
    public JsonObject putMemberRecord(long networkId, long address, JsonObject wanted, long nowMillis) {
        ControlledNetwork network = networks.get(networkId);
        JsonObject record = wanted.copy();
        if (network == null) {
            return record;
        }
        if (address == 0) {
            MemberJson.complete(record, networkId, address, nowMillis);
            return record;
        }
        Entry old = network.members.get(address);
        MemberDefinition before = old == null ? MemberDefinition.of(address) : old.definition;
        if (!records.put(network, address, record, nowMillis)) {
            return record;
        }
        Entry entry = network.members.get(address);
        // What a push adds is not part of the answer.
        JsonObject kept = entry.record.copy();
        boolean isBridge = entry.definition.activeBridge();
        if (before.authorized() && !entry.definition.authorized()) {
            notices.expel(network, entry, nowMillis);
        } else if (isBridge == before.activeBridge()) {
            notices.changed(network, entry, nowMillis);
        }
        if (isBridge != before.activeBridge()) {
            notices.changed(network, nowMillis);
        }
        return kept;
    }

    /** Forgets a member, whose certificate is void. */
    public void deleteMember(long networkId, long address, long nowMillis) {
        ControlledNetwork network = networks.get(networkId);
        Entry entry = network == null ? null : network.members.get(address);
        if (entry == null) {
            return;
        }
        store.deleteMember(networkId, address);
        if (entry.definition.authorized()) {
            notices.expel(network, entry, nowMillis);
        }
        records.counts = records.counts.memberChanged(entry.definition.authorized(), false);
        network.remove(address);
        if (entry.definition.activeBridge()) {
            notices.changed(network, nowMillis);
        }
    }

    @Override
    public void onRequest(InboundPacket packet, NetworkConfigRequest request, long nowMillis) {
        RequestMetadata metadata =
                RequestMetadata.read(Dictionary.parse(request.metadata().toByteArray()));
        long networkId = request.networkId();
        ErrorCode error = answer(networkId, packet.sender().identity(), metadata, packet, nowMillis);
        if (error == ErrorCode.NONE) {
            return;
        }
        ByteWriter writer = vl1.beginError(packet, error).putLong(networkId);
        if (error == ErrorCode.NETWORK_AUTHENTICATION_REQUIRED) {
            long asking = packet.sender().address();
            byte[] info = signIn(networkId, asking, nowMillis).toError().toByteArray();
            writer.putShort(info.length).putBytes(info);
        }
        vl1.sendReply(packet, nowMillis);
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
        records.counts = records.counts.requested();
        Optional<Identity> known = entry.definition.identity();
        boolean isNew = !MemberJson.hasIdentity(entry.record);
        if (!isNew && known.filter(asking::equals).isEmpty()) {
            return ErrorCode.NETWORK_ACCESS_DENIED;
        }
        entry.metadata = metadata;
        JsonObject record = entry.record.copy();
        if (isNew) {
            MemberJson.setIdentity(record, asking);
            MemberJson.addDefaultCapabilities(record, network.definition);
        }
        boolean authorized = admit(network.definition, entry.definition, record, metadata, nowMillis);
        boolean mustSignIn = MemberNotices.mustSignIn(network.definition, entry.definition, nowMillis);
        if (!authorized || mustSignIn) {
            records.put(network, asking.address(), record, nowMillis);
            return mustSignIn ? ErrorCode.NETWORK_AUTHENTICATION_REQUIRED : ErrorCode.NETWORK_ACCESS_DENIED;
        }
        MemberJson.setVersion(record, metadata);
        if (metadata.rulesEngineRevision() != 0) {
            MemberJson.addDefaultTags(record, network.definition);
        }
        records.putAndAssign(network, entry, record, nowMillis);
        notices.send(network, entry, packet, nowMillis);
        notices.tell(network, entry, nowMillis);
        return ErrorCode.NONE;
    }

    /** Whether a member is let in, which its record then says. */
    private static boolean admit(
            NetworkDefinition network,
            MemberDefinition member,
            JsonObject record,
            RequestMetadata metadata,
            long nowMillis) {
        if (member.authorized()) {
            return true;
        }
        if (!network.isPrivate()) {
            MemberJson.setAuthorized(record, true, "public", null, nowMillis);
            return true;
        }
        Long expiry = metadata.token().isEmpty() ? null : network.authTokens().get(metadata.token());
        if (expiry == null || (expiry != 0 && expiry <= nowMillis)) {
            return false;
        }
        MemberJson.setAuthorized(record, true, "token", metadata.token(), nowMillis);
        return true;
    }

    @Override
    public boolean isAuthorized(long networkId, long member, long nowMillis) {
        ControlledNetwork network = networks.get(networkId);
        Entry entry = network == null ? null : network.members.get(member);
        return entry != null && entry.definition.authorized() && nowMillis - entry.lastConfigMillis < AUTHORIZED_MILLIS;
    }

    @Override
    public long poll(long nowMillis) {
        return Math.min(notices.poll(nowMillis), lookWhoIsSignedIn(nowMillis));
    }

    private long lookWhoIsSignedIn(long nowMillis) {
        if (nowMillis < nextSignInLookMillis) {
            return nextSignInLookMillis;
        }
        nextSignInLookMillis = Long.MAX_VALUE;
        for (long networkId : networks.keys()) {
            ControlledNetwork network = networks.get(networkId);
            if (network.definition.needsSignIn() && isOurs(networkId)) {
                nextSignInLookMillis = nowMillis + SIGN_IN_LOOK_MILLIS;
                notices.expelSignedOut(network, nowMillis);
            }
        }
        return nextSignInLookMillis;
    }

    private boolean isOurs(long networkId) {
        return NetworkId.controller(networkId) == identity.address();
    }
}
