package io.ztnio.protocol.network;

import io.ztnio.protocol.collect.LongMap;
import io.ztnio.protocol.config.CheckedConfig;
import io.ztnio.protocol.config.MulticastGroup;
import io.ztnio.protocol.config.NetworkConfig;
import io.ztnio.protocol.config.RequestMetadata;
import io.ztnio.protocol.credential.Revocation;
import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.message.NetworkConfigRequest;
import io.ztnio.protocol.rule.FilteredFrame;
import io.ztnio.protocol.rule.RuleEngine;
import io.ztnio.protocol.vl1.InboundPacket;
import io.ztnio.protocol.vl1.Peer;
import io.ztnio.protocol.vl1.VerbHandler;
import io.ztnio.protocol.vl1.Vl1;
import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.wire.EnumCounters;
import io.ztnio.protocol.wire.ErrorCode;
import io.ztnio.protocol.wire.Verb;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * VL2 of a node: the networks that it has joined, and, with a {@link NetworkController}, those that it controls. Hands
 * VL1's packets to the parts that know each verb.
 *
 * <p>Thread: confined to the node. Times are epoch milliseconds.
 */
public final class Networks implements VerbHandler, LocalMember {
    static final long NEVER = Long.MIN_VALUE / 4;

    private static final int OK_HEADER_LENGTH = 9;
    private static final int ERROR_HEADER_LENGTH = 10;
    private static final int MAX_TABLES = 1024;
    private static final long HOUSEKEEPING_MILLIS = 30_000;

    final Vl1 vl1;
    final NetworkStore store;
    final NetworkListener listener;
    final RuleEngine rules;

    /** The frame under way: one view for all. */
    final FilteredFrame frame = new FilteredFrame();

    final InboundFrames inbound = new InboundFrames(this);
    final OutboundFrames outbound = new OutboundFrames(this);
    final MulticastSender multicast = new MulticastSender(this);
    final MulticastExchange multicastExchange = new MulticastExchange(this);
    final CredentialExchange credentials;
    final SignatureChecks signatures;
    final ConfigExchange configs = new ConfigExchange(this);
    final RemoteTraces traces = new RemoteTraces(this);
    final Announcements announcements = new Announcements(this);

    private final long self;
    private final LongMap<VirtualNetwork> joined = new LongMap<>();
    /** The same, to be walked without allocating while one may come or go. */
    private VirtualNetwork[] polled = {};

    private final LongMap<MulticastTable> tables = new LongMap<>();
    private final EnumCounters<NetworkDropReason> drops = new EnumCounters<>(NetworkDropReason.class);
    private NetworkController controller;
    private long lastSeenMillis;
    private long nextHousekeepingMillis = NEVER;

    public Networks(Vl1 vl1, NetworkStore store, NetworkListener listener) {
        this.vl1 = vl1;
        this.store = store;
        this.listener = listener;
        this.self = vl1.identity().address();
        this.rules = new RuleEngine(self, vl1.random());
        this.credentials = new CredentialExchange(this, vl1.random());
        this.signatures = new SignatureChecks(vl1.random());
    }

    /** Makes this node the controller of its own networks. */
    public void attach(NetworkController newController) {
        controller = newController;
    }

    /** What to say of ourselves in requests, such as a token for admission. */
    public void requestMetadata(RequestMetadata metadata) {
        configs.metadata(metadata);
    }

    /** Joins a network, or returns it if that was done: first with the configuration of last time, if there is one. */
    public VirtualNetwork join(long networkId, long nowMillis) {
        return join(networkId, network -> {}, nowMillis);
    }

    /**
     * As {@link #join(long, long)}.
     *
     * @param prepare takes a network that is new before the listener hears of it: what it needs to take the configuration in
     */
    public VirtualNetwork join(long networkId, Consumer<VirtualNetwork> prepare, long nowMillis) {
        seen(nowMillis);
        VirtualNetwork network = joined.get(networkId);
        if (network == null) {
            network = new VirtualNetwork(this, networkId);
            joined.put(networkId, network);
            polled = all().toArray(VirtualNetwork[]::new);
            prepare.accept(network);
            configs.load(network, nowMillis);
            if (configs.dueMillis(network) <= nowMillis) {
                configs.request(network, nowMillis);
            }
        }
        return network;
    }

    /** Makes a network that is joined one of the store's memberships, and not only of the settings. */
    public void keepMembership(long networkId) {
        VirtualNetwork network = joined.get(networkId);
        if (network != null && !network.membershipStored) {
            network.membershipStored = true;
            byte[] content = network.config()
                    .map(config -> MembershipFile.content(config, true))
                    .orElseGet(MembershipFile::blank);
            store.save(MembershipFile.key(networkId), content);
        }
    }

    /** Leaves a network, and forgets its configuration and what the user let it do. */
    public void leave(long networkId) {
        if (joined.remove(networkId) != null) {
            polled = all().toArray(VirtualNetwork[]::new);
            store.delete(MembershipFile.key(networkId));
            store.delete(MembershipFile.settingsKey(networkId));
            tables.remove(networkId);
            contactsChanged();
        }
    }

    /** The network, if joined. */
    public Optional<VirtualNetwork> network(long networkId) {
        return Optional.ofNullable(joined.get(networkId));
    }

    /** The networks joined, in no order. */
    public List<VirtualNetwork> all() {
        List<VirtualNetwork> result = new ArrayList<>(joined.size());
        for (long networkId : joined.keys()) {
            result.add(joined.get(networkId));
        }
        return result;
    }

    /** Whether it is being asked whom to send multicasts to that have reached nobody yet. */
    public boolean isGathering(long nowMillis) {
        return isGathering(false, nowMillis);
    }

    /** As {@link #isGathering}, or whether it is being asked whom else to send them to. */
    public boolean isGatheringMore(long nowMillis) {
        return isGathering(true, nowMillis);
    }

    private boolean isGathering(boolean more, long nowMillis) {
        for (int i = 0; i < joined.slots(); i++) {
            VirtualNetwork network = joined.valueAt(i);
            MulticastTable table = network == null ? null : tables.get(network.id());
            if (table != null && table.isGathering(more, nowMillis)) {
                return true;
            }
        }
        return false;
    }

    /** How much was dropped for a reason. */
    public long dropped(NetworkDropReason reason) {
        return drops.get(reason);
    }

    @Override
    public Outcome onPacket(InboundPacket packet, long nowMillis) {
        seen(nowMillis);
        ByteReader reader = packet.payload();
        return switch (packet.verb()) {
            case FRAME -> inbound.onFrame(packet, reader, nowMillis);
            case EXT_FRAME -> inbound.onExtFrame(packet, reader, nowMillis);
            case MULTICAST_FRAME -> inbound.onMulticastFrame(packet, reader, nowMillis);
            case MULTICAST_LIKE -> multicastExchange.onLike(packet, reader, nowMillis);
            case MULTICAST_GATHER -> multicastExchange.onGather(packet, reader, nowMillis);
            case NETWORK_CREDENTIALS -> credentials.onCredentials(packet, reader, nowMillis);
            case NETWORK_CONFIG -> configs.onChunk(packet, reader, true, nowMillis);
            case NETWORK_CONFIG_REQUEST -> onConfigRequest(packet, reader, nowMillis);
            default -> Outcome.RECEIVED;
        };
    }

    @Override
    public Outcome onOk(InboundPacket packet, Verb inReVerb, long inRePacketId, long nowMillis) {
        seen(nowMillis);
        ByteReader reader = packet.payload();
        reader.skip(OK_HEADER_LENGTH);
        return switch (inReVerb) {
            case NETWORK_CONFIG_REQUEST -> configs.onChunk(packet, reader, false, nowMillis);
            case MULTICAST_GATHER -> multicastExchange.onGatherResult(reader, nowMillis);
            case MULTICAST_FRAME -> multicastExchange.onFrameResult(packet, reader, nowMillis);
            default -> Outcome.RECEIVED;
        };
    }

    @Override
    public Outcome onError(InboundPacket packet, Verb inReVerb, long inRePacketId, ErrorCode code, long nowMillis) {
        seen(nowMillis);
        ByteReader reader = packet.payload();
        reader.skip(ERROR_HEADER_LENGTH);
        VirtualNetwork network = joined.get(reader.getLong());
        if (!reader.ok() || network == null || code == null) {
            return Outcome.RECEIVED;
        }
        long sender = packet.sender().address();
        if (code == ErrorCode.NEED_MEMBERSHIP_CERTIFICATE) {
            NetworkConfig config = network.configOrNull();
            if (config != null && config.membership().isPresent()) {
                credentials.onNeeded(network.member(sender, nowMillis), nowMillis);
            }
        } else if (code == ErrorCode.UNWANTED_MULTICAST) {
            MulticastGroup group = new MulticastGroup(reader.getMac(), reader.getInt());
            MulticastTable table = tables.get(network.id());
            if (reader.ok() && table != null && inbound.passesGate(network, packet)) {
                table.remove(group, sender);
            }
        } else if (sender == network.controller()
                && (inReVerb == Verb.NETWORK_CONFIG_REQUEST || code == ErrorCode.NETWORK_ACCESS_DENIED)) {
            configs.onRefusal(network, code, reader);
        }
        return Outcome.RECEIVED;
    }

    private Outcome onConfigRequest(InboundPacket packet, ByteReader reader, long nowMillis) {
        Optional<NetworkConfigRequest> request = NetworkConfigRequest.read(reader);
        if (request.isEmpty() || request.get().metadata().length() >= RequestMetadata.MAX_LENGTH) {
            return drop(NetworkDropReason.MALFORMED);
        }
        if (controller == null) {
            vl1.beginError(packet, ErrorCode.UNSUPPORTED_OPERATION)
                    .putLong(request.get().networkId());
            vl1.sendReply(packet, nowMillis);
        } else {
            controller.onRequest(packet, request.get(), nowMillis);
        }
        return Outcome.RECEIVED;
    }

    @Override
    public void onIdentity(Identity identity, long nowMillis) {
        seen(nowMillis);
    }

    @Override
    public void onPeerActive(Peer peer, long nowMillis) {
        seen(nowMillis);
        for (int i = 0; i < joined.slots(); i++) {
            VirtualNetwork network = joined.valueAt(i);
            if (network != null && network.controller() == peer.address()) {
                configs.onControllerActive(network, nowMillis);
            }
        }
    }

    @Override
    public void onPathAsked(InboundPacket packet, long nowMillis) {
        pathTold(RemoteTraces.PATH_ASKED, packet, nowMillis);
    }

    @Override
    public void onPathLearned(InboundPacket packet, long nowMillis) {
        pathTold(RemoteTraces.PATH_LEARNED, packet, nowMillis);
    }

    /** Whom a network names hears of the ways to its members, and of no others. */
    private void pathTold(String event, InboundPacket packet, long nowMillis) {
        long sender = packet.sender().address();
        for (int i = 0; i < joined.slots(); i++) {
            VirtualNetwork network = joined.valueAt(i);
            if (network != null
                    && (sender == network.controller()
                            || (network.members.get(sender) != null && inbound.passesGate(network, packet)))) {
                traces.path(network, event, packet, nowMillis);
            }
        }
    }

    @Override
    public void onSurfaceChanged(InboundPacket packet, InetSocketAddress surface, long nowMillis) {
        for (int i = 0; i < joined.slots(); i++) {
            VirtualNetwork network = joined.valueAt(i);
            if (network != null) {
                traces.surfaceChanged(network, packet, surface, nowMillis);
            }
        }
    }

    @Override
    public long poll(long nowMillis) {
        seen(nowMillis);
        long next = Long.MAX_VALUE;
        for (VirtualNetwork network : polled) {
            try {
                poll(network, nowMillis);
            } catch (RuntimeException bug) {
                // The networks after this one have their turn all the same.
                listener.onFailure(network, bug);
            }
            next = Math.min(next, Math.min(configs.dueMillis(network), announcements.dueMillis(network)));
        }
        if (nextHousekeepingMillis <= nowMillis) {
            nextHousekeepingMillis = nowMillis + HOUSEKEEPING_MILLIS;
            forgetMulticast(nowMillis);
        }
        next = Math.min(next, nextHousekeepingMillis);
        return controller == null ? next : Math.min(next, controller.poll(nowMillis));
    }

    private void poll(VirtualNetwork network, long nowMillis) {
        if (configs.dueMillis(network) <= nowMillis) {
            configs.request(network, nowMillis);
        }
        if (announcements.dueMillis(network) <= nowMillis) {
            announcements.announce(network, nowMillis);
        }
    }

    private void forgetMulticast(long nowMillis) {
        for (long networkId : tables.keys()) {
            MulticastTable table = tables.get(networkId);
            table.expire(nowMillis);
            if (table.isEmpty()) {
                tables.remove(networkId);
            }
        }
    }

    @Override
    public void onLocalConfig(NetworkConfig config, long nowMillis) {
        VirtualNetwork network = joined.get(config.networkId());
        if (network != null) {
            configs.accept(network, CheckedConfig.of(config), true, nowMillis);
        }
    }

    @Override
    public void onLocalError(long networkId, ErrorCode code) {
        VirtualNetwork network = joined.get(networkId);
        if (network != null) {
            configs.onRefusal(network, code, new ByteReader(new byte[0]));
        }
    }

    @Override
    public void onLocalRevocation(Revocation revocation, long nowMillis) {
        VirtualNetwork network = joined.get(revocation.networkId());
        if (network != null) {
            credentials.revoke(network, revocation, self, nowMillis);
        }
    }

    void requestLocally(VirtualNetwork network, RequestMetadata metadata, long nowMillis) {
        if (controller == null) {
            status(network, NetworkStatus.NOT_FOUND);
        } else {
            controller.onLocalRequest(network.id(), metadata, nowMillis);
        }
    }

    boolean isAuthorizedByController(long networkId, long member, long nowMillis) {
        return controller != null && controller.isAuthorized(networkId, member, nowMillis);
    }

    /** Our own address. */
    long self() {
        return self;
    }

    VirtualNetwork joined(long networkId) {
        return joined.get(networkId);
    }

    /** The identity with this address, or {@code null} if it is not known. */
    Identity identityOf(long address) {
        return address == self
                ? vl1.identity()
                : vl1.peer(address).map(Peer::identity).orElse(null);
    }

    /** What the sender of a packet is in a network. */
    SignatureChecks.Sender senderIn(VirtualNetwork network, InboundPacket packet) {
        if (packet.sender().address() == network.controller()) {
            return SignatureChecks.Sender.CONTROLLER;
        }
        return inbound.passesGate(network, packet) ? SignatureChecks.Sender.MEMBER : SignatureChecks.Sender.STRANGER;
    }

    MulticastTable tableOrNull(long networkId) {
        return tables.get(networkId);
    }

    /** The network's groups, made if need be; {@code null} if there are too many networks that we have not joined. */
    MulticastTable table(long networkId) {
        MulticastTable table = tables.get(networkId);
        if (table == null && (tables.size() < MAX_TABLES || joined.get(networkId) != null)) {
            table = new MulticastTable();
            tables.put(networkId, table);
        }
        return table;
    }

    void status(VirtualNetwork network, NetworkStatus status) {
        if (network.status(status)) {
            listener.onStatus(network, status);
        }
    }

    void contactsChanged() {
        vl1.keepInContact(Announcements.contacts(all()));
    }

    void count(NetworkDropReason reason) {
        drops.count(reason);
    }

    /** Counts a packet that does not count as received. */
    Outcome drop(NetworkDropReason reason) {
        drops.count(reason);
        return Outcome.IGNORED;
    }

    /** Notes the time, for the calls that do not tell it. */
    void seen(long nowMillis) {
        lastSeenMillis = nowMillis;
    }

    long lastSeenMillis() {
        return lastSeenMillis;
    }
}
