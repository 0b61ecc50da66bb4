package io.ztnio.overlay.node;

import io.ztnio.overlay.address.DerivedAddresses;
import io.ztnio.overlay.identity.PublicIdentity;
import io.ztnio.overlay.loop.EventLoop;
import io.ztnio.overlay.session.Bytes;
import io.ztnio.overlay.session.Datagrams;
import io.ztnio.overlay.session.DropReason;
import io.ztnio.overlay.session.HandshakeMac;
import io.ztnio.overlay.session.NetworkKey;
import io.ztnio.overlay.session.Session;
import io.ztnio.overlay.store.PeerFile;
import io.ztnio.tcpip.link.IpPrefix;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A network that a node has joined: its members, and what goes to them and comes from them.
 *
 * <p>Thread: confined to the gate.
 */
public final class Membership {
    /** Members that are kept in memory. */
    public static final int MAX_MEMBERS = 1024;

    /** Bytes of the largest raw frame. */
    public static final int MAX_FRAME_BYTES = Frames.MAX_RAW;

    /** Largest IP packet of a network. */
    public static final int MTU_BYTES = 1380;

    static final long SECOND_NANOS = 1_000_000_000L;
    static final long KEEPALIVE_NANOS = 15 * SECOND_NANOS;
    static final long SILENCE_NANOS = 47 * SECOND_NANOS;
    static final long FORGET_NANOS = 3600 * SECOND_NANOS;
    private static final long LONG_SILENCE_NANOS = 60 * SECOND_NANOS;
    private static final long INTRODUCE_NANOS = 15 * SECOND_NANOS;
    private static final long SAVE_NANOS = 60 * SECOND_NANOS;
    static final long ATTEMPT_NANOS = 2 * SECOND_NANOS;
    static final long LONGEST_PAUSE_NANOS = 60 * SECOND_NANOS;
    private static final byte[] PROLOGUE = "ztnio-overlay 1 ".getBytes(StandardCharsets.US_ASCII);

    private final NodeCore node;
    private final long id;
    private final NetworkAccess access;
    private final NetworkKey key;
    private final boolean secure;
    private final HandshakeMac mac;
    private final byte[] prologue;
    final Map<Long, Member> members = new TreeMap<>();
    private final Discovery discovery;
    private final AddressPins pins;
    private final Outbox outbox;
    private final Inbox inbox;
    private final Frames.Announcement announcement;
    private final EventLoop.Timer ticker;
    private Member lastUsed;
    private boolean addressesChanged = true;
    private boolean left;
    private MemberLife life;
    private long nextIntroductionNanos;

    Membership(
            NodeCore node,
            long id,
            NetworkAccess access,
            boolean secure,
            Map<InetAddress, Long> storedOwners,
            long nowNanos) {
        this.node = node;
        this.id = id;
        this.access = access;
        this.key = access.key(id);
        this.secure = secure;
        this.mac = new HandshakeMac(key, id);
        this.prologue = Arrays.copyOf(PROLOGUE, PROLOGUE.length + Long.BYTES);
        Bytes.i64(prologue, PROLOGUE.length, id);
        List<InetAddress> own =
                access.addresses().stream().map(IpPrefix::address).toList();
        this.pins = new AddressPins(own, storedOwners);
        // The revision distinguishes this run's announcement from those of earlier runs.
        this.announcement = new Frames.Announcement(node.random().nextInt() | 1, access.name(), own);
        this.outbox = new Outbox(node, this, announcement);
        this.discovery = new Discovery(node, this);
        this.inbox = new Inbox(node, this, pins, discovery);
        this.nextIntroductionNanos = nowNanos + INTRODUCE_NANOS;
        this.ticker = node.loop().every(nowNanos, SECOND_NANOS, this::tick);
    }

    /** Tells of members that began anew or are gone. */
    public void life(MemberLife listener) {
        life = listener;
    }

    /** A member's announcement came; each process has a revision of its own. */
    void onRun(Member member, int revision, long nowNanos) {
        boolean another = member.knownRun != 0 && member.knownRun != revision;
        member.knownRun = revision;
        if (another && life != null) {
            life.onRestarted(member.mac, nowNanos);
        }
    }

    /** A member said goodbye. */
    void onLeft(Member member, long nowNanos) {
        member.left = true;
        if (life != null) {
            life.onLeft(member.mac, nowNanos);
        }
    }

    /** Network id. */
    public long id() {
        return id;
    }

    /** How we take part. */
    public NetworkAccess access() {
        return access;
    }

    /** Whether frames are encrypted. */
    public boolean isSecure() {
        return secure;
    }

    NetworkKey key() {
        return key;
    }

    HandshakeMac mac() {
        return mac;
    }

    byte[] prologue() {
        return prologue;
    }

    int type(int datagram) {
        return secure ? datagram : datagram | Datagrams.INSECURE;
    }

    /** The owners of addresses have changed: they are stored with the next tick. */
    void addressesChanged() {
        addressesChanged = true;
    }

    /** The network as it is now. */
    public NetworkView view() {
        List<IpPrefix> addresses = new ArrayList<>();
        addresses.add(DerivedAddresses.prefix(id, node.id()));
        addresses.addAll(access.addresses());
        return new NetworkView(
                id,
                DerivedAddresses.mac(node.id()),
                addresses,
                List.of(),
                MTU_BYTES,
                members.values().stream().map(member -> member.view(id)).toList());
    }

    /** The node that has an address of this network, be it us; -1 if nobody is known to. */
    public long nodeOf(InetAddress address) {
        byte[] bytes = address.getAddress();
        long derived = bytes.length == 16 ? DerivedAddresses.nodeOf(id, bytes, 0) : -1;
        if (derived >= 0) {
            return derived;
        }
        boolean own =
                access.addresses().stream().anyMatch(prefix -> prefix.address().equals(address));
        return own ? node.id() : pins.ownerOf(address);
    }

    /** Whether there is a session with a node. */
    boolean isOnline(long nodeId) {
        Member member = members.get(nodeId);
        return member != null && member.isOnline();
    }

    /** Whether the node that was found at a place is there, or somebody else is at that place. */
    boolean isReached(InetSocketAddress endpoint, long nodeId) {
        Member known = members.get(nodeId);
        if (known != null) {
            return known.isOnline();
        }
        return members.values().stream().anyMatch(member -> member.isOnline() && endpoint.equals(member.endpoint));
    }

    /** Whether a member said goodbye, or was silent for so long that it counts as gone. */
    public boolean isGone(long nodeId) {
        Member member = members.get(nodeId);
        return member != null && (member.left || member.lost);
    }

    /** Somebody wants to send to a member: looks whether it is there again. */
    public void seek(long nodeId, long nowNanos) {
        Member member = members.get(nodeId);
        if (member != null && !member.isOnline()) {
            reach(member, nowNanos);
        }
    }

    Member member(long nodeId) {
        Member last = lastUsed;
        if (last != null && last.id == nodeId) {
            return last;
        }
        Member found = members.get(nodeId);
        if (found != null) {
            lastUsed = found;
        }
        return found;
    }

    /**
     * Sends a raw frame to a member. It waits if the member is known but not there yet, as long as there is room.
     *
     * @return false if it was dropped, and counted
     */
    public boolean sendFrame(long nodeId, byte[] data, int offset, int length, long nowNanos) {
        return outbox.sendFrame(nodeId, data, offset, length, nowNanos);
    }

    /**
     * Sends a raw frame to every member that is there.
     *
     * @return to how many
     */
    public int broadcastFrame(byte[] data, int offset, int length, long nowNanos) {
        return outbox.broadcastFrame(data, offset, length, nowNanos);
    }

    /**
     * Sends an Ethernet frame. The payload, 64 bytes before and 32 behind it are overwritten.
     *
     * @param destinationMac a member's, or a group's: then it goes to everybody who is there
     */
    public void sendEthernet(long destinationMac, int etherType, byte[] buffer, int offset, int length, long nowNanos) {
        outbox.sendEthernet(destinationMac, etherType, buffer, offset, length, nowNanos);
    }

    Inbox inbox() {
        return inbox;
    }

    Outbox outbox() {
        return outbox;
    }

    /** Tries to reach a member where it was last. */
    void reach(Member member, long nowNanos) {
        if (member.endpoint != null) {
            node.handshakes().start(this, member.endpoint, member.socket, nowNanos);
        }
        for (InetSocketAddress endpoint : member.endpoints) {
            if (!endpoint.equals(member.endpoint)) {
                node.handshakes().start(this, endpoint, -1, nowNanos);
            }
        }
    }

    // ---- handshakes ---------------------------------------------------------------------------------------------

    /** Why an identity that proved itself may not be a member, or {@code null}. */
    DropReason refusal(PublicIdentity identity) {
        if (identity.equals(node.identity().publicIdentity())) {
            return DropReason.OWN_IDENTITY;
        }
        if (!access.allows(identity)) {
            return DropReason.NOT_ALLOWED;
        }
        Member known = members.get(identity.id());
        boolean taken = known == null ? identity.id() == node.id() : !known.identity.equals(identity);
        if (taken) {
            node.event(OverlayEvent.Kind.ID_COLLISION, id, identity.id(), "refused " + identity);
            return DropReason.ID_COLLISION;
        }
        return known == null && !hasRoom() ? DropReason.REGISTRY_FULL : null;
    }

    private boolean hasRoom() {
        if (members.size() < MAX_MEMBERS) {
            return true;
        }
        Member oldest = null;
        for (Member member : members.values()) {
            if (!member.isOnline() && (oldest == null || member.heardNanos < oldest.heardNanos)) {
                oldest = member;
            }
        }
        if (oldest == null) {
            return false;
        }
        forget(oldest);
        return true;
    }

    private void forget(Member member) {
        members.remove(member.id);
        lastUsed = null;
        pins.release(member.id, List.of());
    }

    void onAttemptFailed(InetSocketAddress endpoint) {
        for (Member member : members.values()) {
            if (!member.isOnline() && endpoint.equals(member.endpoint)) {
                node.drops(DropReason.PEER_OFFLINE, member.waiting.size());
                member.waiting.clear();
            }
        }
    }

    /** We or somebody who may not be a member is there. */
    void onRefused(InetSocketAddress endpoint, DropReason reason, long nowNanos) {
        discovery.onRefused(endpoint, reason, nowNanos);
    }

    /**
     * A handshake is done.
     *
     * @param contacted where we began it, {@code null} if the other side did
     */
    void onEstablished(
            PublicIdentity identity,
            Session session,
            int socket,
            InetSocketAddress from,
            InetSocketAddress contacted,
            long nowNanos) {
        Member member = members.get(identity.id());
        boolean isNew = member == null;
        if (isNew) {
            member = new Member(identity);
            members.put(member.id, member);
        }
        boolean wasOnline = member.isOnline();
        Channel channel = new Channel(this, member, session);
        node.indexes().replace(session.localIndex(), channel);
        if (member.previous != null) {
            node.indexes().remove(member.previous.session().localIndex());
        }
        member.previous = member.current;
        member.current = channel;
        member.lost = false;
        member.left = false;
        member.heardNanos = nowNanos;
        member.backoffNanos = ATTEMPT_NANOS;
        member.confirmedRevision = 0;
        moveTo(member, socket, from);
        discovery.onFound(member.id, contacted);
        if (!wasOnline) {
            save(member, nowNanos);
            node.event(OverlayEvent.Kind.PEER_ONLINE, id, member.id, "at " + from);
        }
        outbox.announce(member, nowNanos);
        outbox.introduceOthersTo(member, nowNanos);
        if (isNew && contacted == null) {
            outbox.introduceToOthers(member, nowNanos);
        }
        outbox.flush(member, nowNanos);
    }

    static void moveTo(Member member, int socket, InetSocketAddress from) {
        member.socket = socket;
        if (!from.equals(member.endpoint)) {
            member.endpoint = from;
            member.endpoints.remove(from);
            member.endpoints.add(0, from);
            if (member.endpoints.size() > PeerFile.MAX_ENDPOINTS) {
                member.endpoints.remove(PeerFile.MAX_ENDPOINTS);
            }
        }
    }

    /** A copy of the last message of a handshake came: our first frame did not arrive. */
    void onFinalAgain(Member member, long nowNanos) {
        if (member.isOnline()) {
            outbox.sendKeepalive(member, nowNanos);
        }
    }

    void goOffline(Member member, String why) {
        if (member.current == null) {
            return;
        }
        node.indexes().remove(member.current.session().localIndex());
        member.current = null;
        if (member.previous != null) {
            node.indexes().remove(member.previous.session().localIndex());
            member.previous = null;
        }
        member.receivedRevision = 0;
        node.event(OverlayEvent.Kind.PEER_OFFLINE, id, member.id, why);
    }

    // ---- the clock ----------------------------------------------------------------------------------------------

    private void tick(long nowNanos) {
        boolean introduce = nowNanos >= nextIntroductionNanos;
        if (introduce) {
            nextIntroductionNanos = nowNanos + INTRODUCE_NANOS;
        }
        for (Member member : List.copyOf(members.values())) {
            if (member.isOnline()) {
                tickOnline(member, introduce, nowNanos);
            } else {
                tickOffline(member, nowNanos);
            }
        }
        discovery.look(nowNanos);
        if (addressesChanged) {
            addressesChanged = false;
            node.saveAddresses(this, pins.owners());
        }
    }

    private void tickOnline(Member member, boolean introduce, long nowNanos) {
        Session session = member.current.session();
        if (nowNanos - member.heardNanos >= SILENCE_NANOS || !session.isUsable(nowNanos)) {
            goOffline(member, "it is silent");
            member.nextAttemptNanos = nowNanos;
            return;
        }
        if (member.confirmedRevision != announcement.revision()) {
            outbox.announce(member, nowNanos);
        }
        if (introduce) {
            outbox.introduceOthersTo(member, nowNanos);
        }
        if (nowNanos - member.sentNanos >= KEEPALIVE_NANOS) {
            outbox.sendKeepalive(member, nowNanos);
        }
        if (session.isToBeRenewed(nowNanos)) {
            node.handshakes().start(this, member.endpoint, member.socket, nowNanos);
        }
        if (nowNanos - member.savedNanos >= SAVE_NANOS) {
            save(member, nowNanos);
        }
    }

    private void tickOffline(Member member, long nowNanos) {
        long timeout = node.memberTimeoutNanos();
        if (!member.lost && timeout > 0 && nowNanos - member.heardNanos >= LONG_SILENCE_NANOS + timeout) {
            member.lost = true;
            if (life != null) {
                life.onLost(member.mac, nowNanos);
            }
        }
        if (nowNanos >= member.nextAttemptNanos) {
            member.backoffNanos = Math.min(LONGEST_PAUSE_NANOS, Math.max(ATTEMPT_NANOS, member.backoffNanos * 2));
            member.nextAttemptNanos = nowNanos + member.backoffNanos;
            reach(member, nowNanos);
        }
        if (nowNanos - member.heardNanos >= FORGET_NANOS && member.waiting.isEmpty()) {
            forget(member);
        }
    }

    // ---- state --------------------------------------------------------------------------------------------------

    /** A member that an earlier run knew. */
    void remember(PeerFile file, long nowNanos) {
        if (members.size() >= MAX_MEMBERS || file.identity().id() == node.id()) {
            return;
        }
        Member member = new Member(file.identity());
        member.endpoints.addAll(file.endpoints());
        member.endpoint = file.endpoints().isEmpty() ? null : file.endpoints().get(0);
        member.heardNanos = nowNanos;
        member.savedNanos = nowNanos;
        member.seenMillis = file.seenMillis();
        List<InetAddress> own = new ArrayList<>();
        pins.owners().forEach((address, owner) -> {
            if (owner == member.id) {
                own.add(address);
            }
        });
        member.addresses(own);
        members.put(member.id, member);
    }

    /** Addresses whose owners are not known any more are free again. */
    void forgetAddressesOfStrangers() {
        pins.owners().values().retainAll(members.keySet());
    }

    private void save(Member member, long nowNanos) {
        member.savedNanos = nowNanos;
        member.seenMillis = node.epochMillis(nowNanos);
        node.savePeer(id, new PeerFile(member.identity, member.seenMillis, member.endpoints));
    }

    /** Says goodbye, and ends everything. */
    void leave(long nowNanos) {
        if (left) {
            return;
        }
        left = true;
        ticker.cancel();
        node.handshakes().abandon(this);
        for (Member member : members.values()) {
            if (member.isOnline()) {
                save(member, nowNanos);
                outbox.sayGoodbye(member, nowNanos);
                goOffline(member, "this node left");
            }
        }
        if (addressesChanged) {
            node.saveAddresses(this, pins.owners());
        }
    }
}
