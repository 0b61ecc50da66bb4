package io.ztnio.protocol.network;

import io.ztnio.protocol.collect.LongMap;
import io.ztnio.protocol.config.MacAddress;
import io.ztnio.protocol.config.ManagedAddresses;
import io.ztnio.protocol.config.MulticastGroup;
import io.ztnio.protocol.config.NetworkConfig;
import io.ztnio.protocol.config.NetworkId;
import io.ztnio.protocol.config.SingleSignOn;
import io.ztnio.protocol.config.Specialist;
import io.ztnio.protocol.identity.Address;
import io.ztnio.protocol.limit.TokenBucket;
import io.ztnio.protocol.rule.RuleParty;
import io.ztnio.protocol.vl1.PathPolicy;
import io.ztnio.protocol.vl1.Vl1;
import io.ztnio.protocol.wire.FragmentHeader;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** A network that this node has joined. Thread: confined to the node. */
public final class VirtualNetwork {
    /** Bytes in front of a payload that {@link #sendFrame} may overwrite. */
    public static final int HEADROOM = 64;
    /** Bytes behind a payload that {@link #sendFrame} may overwrite. */
    public static final int TAILROOM = 32;

    static final int MAX_MEMBERS = 8192;
    static final int MAX_BRIDGE_ROUTES = 16_384;
    static final int MAX_SUBSCRIPTIONS = 4096;

    private static final int MAX_REFUSALS = 1024;
    private static final long REFUSAL_INTERVAL_MILLIS = 1000;

    private final long id;
    private final long mac;
    private final Networks networks;

    final LongMap<Member> members = new LongMap<>();
    /** Apart, so that old configurations that others send again do not take the places of the controller's answer. */
    private final ConfigAssembly fromController = new ConfigAssembly();

    private final ConfigAssembly fromOthers = new ConfigAssembly();

    private final LongMap<Long> bridgeRoutes = new LongMap<>();
    private final LongMap<Long> refusals = new LongMap<>();
    private final AddressOwners owners = new AddressOwners();
    private final TreeSet<MulticastGroup> subscriptions = new TreeSet<>();
    private Set<MulticastGroup> announced = Set.of();

    private NetworkConfig config;
    private RuleParty ownParty;
    private boolean activeBridge;
    private int configEpoch;
    private NetworkStatus status = NetworkStatus.REQUESTING_CONFIGURATION;
    private SingleSignOn singleSignOn = SingleSignOn.NONE;
    private String problem = "";

    private long acceptedIn;
    private long droppedIn;
    private long acceptedOut;
    private long droppedOut;

    /** Whether the stored file makes us a member, and not only the settings. */
    boolean membershipStored;

    /** Whether our certificate was revoked since the last request. */
    boolean putOut;

    final TokenBucket traceBudget = new TokenBucket(RemoteTraces.BURST, RemoteTraces.PER_SECOND);

    long lastConfigMillis = Networks.NEVER;
    long lastRequestMillis = Networks.NEVER;
    long lastAnnouncedMillis = Networks.NEVER;

    VirtualNetwork(Networks networks, long id) {
        this.networks = networks;
        this.id = id;
        this.mac = MacAddress.of(networks.self(), id);
    }

    public long id() {
        return id;
    }

    /** Our MAC address on this network. */
    public long mac() {
        return mac;
    }

    /** The configuration; present in every status once there has been one. */
    public Optional<NetworkConfig> config() {
        return Optional.ofNullable(config);
    }

    public NetworkStatus status() {
        return status;
    }

    /** How to sign in, while the status is {@link NetworkStatus#AUTHENTICATION_REQUIRED}. */
    public SingleSignOn singleSignOn() {
        return singleSignOn;
    }

    /**
     * Sends a frame from our own MAC address. It may be dropped, which is counted. The buffer is encrypted in place: the
     * payload, {@link #HEADROOM} bytes in front of it and {@link #TAILROOM} behind may be overwritten. No reference is
     * kept.
     *
     * @param offset start of the payload, behind the EtherType
     */
    public void sendFrame(long destinationMac, int etherType, byte[] buffer, int offset, int length, long nowMillis) {
        networks.seen(nowMillis);
        networks.outbound.send(this, destinationMac, etherType, buffer, offset, length, nowMillis);
    }

    /**
     * The largest frame payload to a neighbour that goes in so many datagrams ({@code protocol.md} 2.6): a member's frame
     * has a shorter header than that of a device behind a bridge.
     *
     * @param destinationMac 0 or less if it is not known: then a member's
     * @param datagrams 1 to 7
     */
    public int frameBytes(long destinationMac, int datagrams) {
        boolean member = destinationMac <= 0 || MacAddress.isMember(destinationMac, id);
        int datagram = member && destinationMac > 0
                ? networks.vl1.datagramBytes(MacAddress.address(destinationMac, id), networks.lastSeenMillis())
                : PathPolicy.DEFAULT_MTU;
        int prefix = member ? OutboundFrames.FRAME_PREFIX : OutboundFrames.EXT_FRAME_PREFIX;
        return datagrams * datagram - (datagrams - 1) * FragmentHeader.LENGTH - Vl1.HEADER_LENGTH - prefix;
    }

    /** Whether frames to a member should wait, because its packets are not sent as fast as they come. */
    public boolean isCongested(long destinationMac) {
        return destinationMac > 0
                && MacAddress.isMember(destinationMac, id)
                && networks.vl1.isCongested(MacAddress.address(destinationMac, id));
    }

    /** Subscribes to a multicast group. Groups for resolving our assigned addresses, and broadcast, need no call. */
    public void subscribe(long groupMac, int adi) {
        if (subscriptions.size() < MAX_SUBSCRIPTIONS && subscriptions.add(new MulticastGroup(groupMac, adi))) {
            networks.announcements.subscriptionsChanged(this);
        }
    }

    /** There is no message for this: others forget us after ten minutes. */
    public void unsubscribe(long groupMac, int adi) {
        subscriptions.remove(new MulticastGroup(groupMac, adi));
        networks.announcements.subscriptionsChanged(this);
    }

    /**
     * The MAC address of an IPv6 neighbour whose address follows from its member ({@code protocol.md} 7.5), or -1: it must be
     * asked for. Any thread.
     */
    public long derivedMac(byte[] ipv6, int offset) {
        NetworkConfig seen = config;
        if (seen == null || !seen.has(NetworkConfig.FLAG_NDP_EMULATION)) {
            return -1;
        }
        long member = ManagedAddresses.memberOf(ipv6, offset, id, seen.addresses());
        return member < 0 || member == networks.self() ? -1 : MacAddress.of(member, id);
    }

    /**
     * The MAC address of the only member that may have an IP address, because the address follows from it or it has shown a
     * certificate of ownership; or -1. What is behind a bridge has addresses of its own. Any thread.
     *
     * @param ip 4 or 16 bytes
     */
    public long ownerMac(byte[] ip) {
        long derived = ip.length == 16 ? derivedMac(ip, 0) : -1;
        NetworkConfig seen = config;
        if (derived >= 0 || seen == null) {
            return derived;
        }
        long member = owners.memberOf(ip, seen);
        return member < 0 || member == networks.self() || seen.hasRole(member, Specialist.ACTIVE_BRIDGE)
                ? -1
                : MacAddress.of(member, id);
    }

    AddressOwners owners() {
        return owners;
    }

    NetworkConfig configOrNull() {
        return config;
    }

    RuleParty ownParty() {
        return ownParty;
    }

    /** Counts the configurations installed. */
    int configEpoch() {
        return configEpoch;
    }

    long controller() {
        return NetworkId.controller(id);
    }

    /** Whether this node is an active bridge of the network. */
    public boolean isActiveBridge() {
        return activeBridge;
    }

    /** What the rules have decided so far. */
    public FrameCounts frameCounts() {
        return new FrameCounts(acceptedIn, droppedIn, acceptedOut, droppedOut);
    }

    void judged(boolean inbound, boolean accepted) {
        if (inbound) {
            acceptedIn += accepted ? 1 : 0;
            droppedIn += accepted ? 0 : 1;
        } else {
            acceptedOut += accepted ? 1 : 0;
            droppedOut += accepted ? 0 : 1;
        }
    }

    void install(NetworkConfig newConfig) {
        config = newConfig;
        ownParty = new OwnParty(newConfig);
        activeBridge = newConfig.hasRole(networks.self(), Specialist.ACTIVE_BRIDGE);
        singleSignOn = newConfig.singleSignOn();
        configEpoch++;
    }

    /** As if there had never been a configuration. */
    void uninstall() {
        config = null;
        ownParty = null;
        activeBridge = false;
        configEpoch++;
    }

    /** Notes what is wrong with the last configuration, empty if nothing is; returns whether that is news. */
    boolean problem(String text) {
        boolean news = !text.equals(problem);
        problem = text;
        return news;
    }

    /** Returns whether that is a change. */
    boolean status(NetworkStatus newStatus) {
        boolean changed = status != newStatus;
        status = newStatus;
        return changed;
    }

    void singleSignOn(SingleSignOn parameters) {
        singleSignOn = parameters;
    }

    /** Where the pieces that come from a peer are put together. */
    ConfigAssembly assembly(long sender) {
        return sender == controller() ? fromController : fromOthers;
    }

    /** The member, made if need be; the one used longest ago makes room. */
    Member member(long address, long nowMillis) {
        Member member = members.get(address);
        if (member == null) {
            if (members.size() >= MAX_MEMBERS) {
                evictMember();
            }
            member = new Member(this, address);
            members.put(address, member);
        }
        member.lastUsedMillis = nowMillis;
        return member;
    }

    private void evictMember() {
        Member oldest = null;
        for (int i = 0; i < members.slots(); i++) {
            Member member = members.valueAt(i);
            if (member != null && (oldest == null || member.lastUsedMillis < oldest.lastUsedMillis)) {
                oldest = member;
            }
        }
        if (oldest != null) {
            members.remove(oldest.address);
            oldest.forgetOwnership();
        }
    }

    /** Whether a stranger may be told again that it needs a certificate. */
    boolean mayRefuse(long address, long nowMillis) {
        Long last = refusals.get(address);
        if (last != null && nowMillis - last < REFUSAL_INTERVAL_MILLIS) {
            return false;
        }
        if (refusals.size() >= MAX_REFUSALS) {
            refusals.clear();
        }
        refusals.put(address, nowMillis);
        return true;
    }

    /** Learns that a foreign MAC address is behind a bridge. */
    void learnBridgeRoute(long foreignMac, long bridge) {
        if (bridgeRoutes.get(foreignMac) == null && bridgeRoutes.size() >= MAX_BRIDGE_ROUTES) {
            networks.count(NetworkDropReason.TABLE_FULL);
            return;
        }
        bridgeRoutes.put(foreignMac, bridge);
    }

    /** The bridge that the MAC address is behind, or 0. */
    long bridgeOf(long foreignMac) {
        Long bridge = bridgeRoutes.get(foreignMac);
        return bridge == null ? 0 : bridge;
    }

    /** Recomputes the groups that we announce: those asked for, those that resolve our addresses, and broadcast. */
    boolean refreshGroups() {
        Set<MulticastGroup> groups = new HashSet<>(subscriptions);
        if (config != null) {
            config.addresses().forEach(prefix -> groups.add(MulticastGroup.resolving(prefix.address())));
            if (config.has(NetworkConfig.FLAG_BROADCAST)) {
                groups.add(MulticastGroup.BROADCAST);
            }
        }
        boolean grown = !announced.containsAll(groups);
        announced = groups;
        return grown;
    }

    /** The groups that we announce. */
    public Set<MulticastGroup> groups() {
        return announced;
    }

    /** Whether an IPv6 address is in our own /40 or /88, where addresses follow from members and need no certificate. */
    boolean isEmulated(byte[] ip, int offset, int length) {
        if (length != 16 || config == null || !config.has(NetworkConfig.FLAG_NDP_EMULATION)) {
            return false;
        }
        return ManagedAddresses.memberOf(ip, offset, id, config.addresses()) >= 0;
    }

    /** Whether a MAC address may be a source: one station's, not nobody's, not ours. */
    boolean isForeignSource(long sourceMac) {
        return sourceMac != 0 && sourceMac != mac && !MacAddress.isMulticast(sourceMac);
    }

    /** A short name for logs. */
    @Override
    public String toString() {
        return NetworkId.format(id) + "@" + Address.format(networks.self()) + " " + status;
    }
}
