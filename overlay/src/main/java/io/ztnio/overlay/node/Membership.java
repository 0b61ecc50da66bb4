package io.ztnio.overlay.node;

import io.ztnio.overlay.address.DerivedAddresses;
import io.ztnio.overlay.identity.NodeId;
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
import java.util.LinkedHashMap;
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
    private static final long INTRODUCE_NANOS = 15 * SECOND_NANOS;
    private static final long SAVE_NANOS = 60 * SECOND_NANOS;
    private static final long ATTEMPT_NANOS = 2 * SECOND_NANOS;
    private static final long LONGEST_PAUSE_NANOS = 60 * SECOND_NANOS;
    private static final long YIELD_NANOS = SECOND_NANOS;
    private static final int MAX_CANDIDATES = 256;
    private static final int MAX_CONTACTS = 4096;
    private static final byte[] PROLOGUE = "ztnio-overlay 1 ".getBytes(StandardCharsets.US_ASCII);
    private static final int FRAME_AT = Datagrams.DATA_HEADER;

    private final NodeCore node;
    private final long id;
    private final NetworkAccess access;
    private final NetworkKey key;
    private final boolean secure;
    private final HandshakeMac mac;
    private final byte[] prologue;
    final Map<Long, Member> members = new TreeMap<>();
    private final Map<Long, Candidate> candidates = new LinkedHashMap<>();
    private final Map<InetSocketAddress, Contact> contacts = new LinkedHashMap<>();
    private final AddressPins pins;
    private final byte[] scratch = new byte[Datagrams.MAX_LENGTH];
    private final Frames.Announcement announcement;
    private final EventLoop.Timer ticker;
    private Member lastUsed;
    private boolean addressesChanged = true;
    private boolean left;
    private long nextIntroductionNanos;

    /** A member that others know of. */
    private static final class Candidate {
        private InetSocketAddress endpoint;
        private long nextNanos;
        private int tries;
    }

    /** A place to look for members. */
    private static final class Contact {
        private long nextNanos;
        private long backoffNanos = ATTEMPT_NANOS;
        private long nodeId = -1;
    }

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
        this.nextIntroductionNanos = nowNanos + INTRODUCE_NANOS;
        this.ticker = node.loop().every(nowNanos, SECOND_NANOS, this::tick);
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

    // ---- sending ------------------------------------------------------------------------------------------------

    /**
     * Sends a raw frame to a member. It waits if the member is known but not there yet, as long as there is room.
     *
     * @return false if it was dropped, and counted
     */
    public boolean sendFrame(long nodeId, byte[] data, int offset, int length, long nowNanos) {
        Member member = member(nodeId);
        if (member == null || length > Frames.MAX_RAW) {
            node.drops().count(member == null ? DropReason.UNKNOWN_PEER : DropReason.TOO_BIG);
            return false;
        }
        return send(member, raw(Frames.RAW, data, offset, length), nowNanos);
    }

    /**
     * Sends a raw frame to every member that is there.
     *
     * @return to how many
     */
    public int broadcastFrame(byte[] data, int offset, int length, long nowNanos) {
        if (length > Frames.MAX_RAW) {
            node.drops().count(DropReason.TOO_BIG);
            return 0;
        }
        int sent = 0;
        for (Member member : members.values()) {
            if (member.isOnline() && send(member, raw(Frames.RAW_BROADCAST, data, offset, length), nowNanos)) {
                sent++;
            }
        }
        return sent;
    }

    private int raw(int kind, byte[] data, int offset, int length) {
        scratch[FRAME_AT] = (byte) kind;
        System.arraycopy(data, offset, scratch, FRAME_AT + 1, length);
        return 1 + length;
    }

    /**
     * Sends an Ethernet frame. The payload, 64 bytes before and 32 behind it are overwritten.
     *
     * @param destinationMac a member's, or a group's: then it goes to everybody who is there
     */
    public void sendEthernet(long destinationMac, int etherType, byte[] buffer, int offset, int length, long nowNanos) {
        if (length + Frames.GROUP_HEADER > Datagrams.MAX_FRAME) {
            node.drops().count(DropReason.TOO_BIG);
            return;
        }
        if ((destinationMac >>> 40 & 1) != 0) {
            sendToGroup(destinationMac, etherType, buffer, offset, length, nowNanos);
            return;
        }
        long nodeId = DerivedAddresses.nodeOfMac(destinationMac);
        Member member = nodeId < 0 ? null : member(nodeId);
        if (member == null) {
            node.drops().count(DropReason.UNKNOWN_PEER);
            return;
        }
        int frame = offset - Frames.ETHERNET_HEADER;
        buffer[frame] = Frames.ETHERNET;
        Bytes.u16(buffer, frame + 1, etherType);
        send(member, buffer, frame, Frames.ETHERNET_HEADER + length, nowNanos);
    }

    private void sendToGroup(long groupMac, int etherType, byte[] buffer, int offset, int length, long nowNanos) {
        for (Member member : members.values()) {
            if (member.isOnline()) {
                scratch[FRAME_AT] = Frames.ETHERNET_GROUP;
                Bytes.u48(scratch, FRAME_AT + 1, groupMac);
                Bytes.u16(scratch, FRAME_AT + 7, etherType);
                System.arraycopy(buffer, offset, scratch, FRAME_AT + Frames.GROUP_HEADER, length);
                send(member, Frames.GROUP_HEADER + length, nowNanos);
            }
        }
    }

    private boolean send(Member member, int length, long nowNanos) {
        return send(member, scratch, FRAME_AT, length, nowNanos);
    }

    boolean send(Member member, byte[] buffer, int offset, int length, long nowNanos) {
        Channel channel = member.current;
        if (channel == null || !channel.session().isUsable(nowNanos)) {
            return keepForLater(member, buffer, offset, length, nowNanos);
        }
        int datagram = channel.session().seal(buffer, offset, length);
        node.send(member.socket, member.endpoint, buffer, offset - Datagrams.DATA_HEADER, datagram);
        member.sentNanos = nowNanos;
        return true;
    }

    private boolean keepForLater(Member member, byte[] buffer, int offset, int length, long nowNanos) {
        if (member.waiting.size() >= Member.MAX_WAITING) {
            node.drops().count(DropReason.PEER_OFFLINE);
            return false;
        }
        member.waiting.add(Arrays.copyOfRange(buffer, offset, offset + length));
        reach(member, nowNanos);
        return true;
    }

    /** Tries to reach a member where it was last. */
    private void reach(Member member, long nowNanos) {
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

    /** We or somebody who may not be a member is there: no reason to look again soon. */
    void onRefused(InetSocketAddress endpoint, DropReason reason, long nowNanos) {
        Contact contact = contacts.get(endpoint);
        if (contact != null) {
            contact.backoffNanos = reason == DropReason.OWN_IDENTITY ? FORGET_NANOS : LONGEST_PAUSE_NANOS;
            contact.nextNanos = nowNanos + contact.backoffNanos;
        }
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
        candidates.remove(member.id);
        boolean wasOnline = member.isOnline();
        Channel channel = new Channel(this, member, session);
        node.indexes().replace(session.localIndex(), channel);
        if (member.previous != null) {
            node.indexes().remove(member.previous.session().localIndex());
        }
        member.previous = member.current;
        member.current = channel;
        member.heardNanos = nowNanos;
        member.backoffNanos = ATTEMPT_NANOS;
        member.confirmedRevision = 0;
        moveTo(member, socket, from);
        Contact contact = contacted == null ? null : contacts.get(contacted);
        if (contact != null) {
            contact.nodeId = member.id;
            contact.backoffNanos = ATTEMPT_NANOS;
        }
        if (!wasOnline) {
            save(member, nowNanos);
            node.event(OverlayEvent.Kind.PEER_ONLINE, id, member.id, "at " + from);
        }
        announce(member, nowNanos);
        introduceOthersTo(member, nowNanos);
        if (isNew && contacted == null) {
            introduceToOthers(member, nowNanos);
        }
        flush(member, nowNanos);
    }

    private static void moveTo(Member member, int socket, InetSocketAddress from) {
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

    private void flush(Member member, long nowNanos) {
        for (byte[] frame = member.waiting.poll(); frame != null; frame = member.waiting.poll()) {
            System.arraycopy(frame, 0, scratch, FRAME_AT, frame.length);
            send(member, frame.length, nowNanos);
        }
    }

    /** A copy of the last message of a handshake came: our first frame did not arrive. */
    void onFinalAgain(Member member, long nowNanos) {
        if (member.isOnline()) {
            sendKeepalive(member, nowNanos);
        }
    }

    // ---- receiving ----------------------------------------------------------------------------------------------

    /** An authentic frame, its kind first. */
    void onFrame(
            Channel channel, int socket, InetSocketAddress from, byte[] buffer, int offset, int length, long nowNanos) {
        Member member = channel.member();
        member.heardNanos = nowNanos;
        if (member.current != null
                && channel.session() == member.current.session()
                && channel.session().isNewest()
                && (member.socket != socket || !from.equals(member.endpoint))) {
            moveTo(member, socket, from);
        }
        boolean wellFormed = switch (Bytes.u8(buffer, offset)) {
            case Frames.KEEPALIVE -> onKeepalive(member, buffer, offset, length);
            case Frames.RAW -> onRaw(member, false, buffer, offset, length);
            case Frames.RAW_BROADCAST -> onRaw(member, true, buffer, offset, length);
            case Frames.ETHERNET -> onEthernet(member, buffer, offset, length, nowNanos);
            case Frames.ETHERNET_GROUP -> onGroup(member, buffer, offset, length, nowNanos);
            case Frames.ANNOUNCE -> onAnnouncement(member, buffer, offset, length, nowNanos);
            case Frames.PEERS -> onPeers(member, buffer, offset, length, nowNanos);
            case Frames.GOODBYE -> onGoodbye(member, nowNanos);
            default -> false;
        };
        if (!wellFormed) {
            node.drops().count(DropReason.MALFORMED_FRAME);
        }
    }

    private static boolean onKeepalive(Member member, byte[] buffer, int offset, int length) {
        if (length != 5) {
            return false;
        }
        member.confirmedRevision = Bytes.i32(buffer, offset + 1);
        return true;
    }

    private boolean onRaw(Member member, boolean broadcast, byte[] buffer, int offset, int length) {
        node.frame(id, member.id, broadcast, buffer, offset + 1, length - 1);
        return true;
    }

    private boolean onEthernet(Member member, byte[] buffer, int offset, int length, long nowNanos) {
        if (length <= Frames.ETHERNET_HEADER) {
            return false;
        }
        deliver(
                member,
                DerivedAddresses.mac(node.id()),
                Bytes.u16(buffer, offset + 1),
                buffer,
                offset + Frames.ETHERNET_HEADER,
                length - Frames.ETHERNET_HEADER,
                nowNanos);
        return true;
    }

    private boolean onGroup(Member member, byte[] buffer, int offset, int length, long nowNanos) {
        if (length <= Frames.GROUP_HEADER || (Bytes.u8(buffer, offset + 1) & 1) == 0) {
            return false;
        }
        deliver(
                member,
                Bytes.u48(buffer, offset + 1),
                Bytes.u16(buffer, offset + 7),
                buffer,
                offset + Frames.GROUP_HEADER,
                length - Frames.GROUP_HEADER,
                nowNanos);
        return true;
    }

    private void deliver(
            Member member, long destinationMac, int etherType, byte[] buffer, int offset, int length, long nowNanos) {
        if (SourceCheck.passes(id, member, etherType, buffer, offset, length)) {
            node.ethernet().onEthernet(id, member.mac, destinationMac, etherType, buffer, offset, length, nowNanos);
        } else {
            node.drops().count(DropReason.FOREIGN_ADDRESS);
        }
    }

    private boolean onAnnouncement(Member member, byte[] buffer, int offset, int length, long nowNanos) {
        Frames.Announcement said = Frames.readAnnouncement(buffer, offset, length);
        if (said == null) {
            return false;
        }
        if (said.revision() != member.receivedRevision) {
            member.receivedRevision = said.revision();
            List<InetAddress> granted = pins.claim(member.id, said.addresses(), address -> {
                node.drops().count(DropReason.ADDRESS_CONFLICT);
                node.event(
                        OverlayEvent.Kind.ADDRESS_CONFLICT,
                        id,
                        member.id,
                        address.getHostAddress() + " is taken by " + NodeId.format(nodeOf(address)));
            });
            if (!granted.equals(member.addresses) || !said.name().equals(member.name)) {
                member.name = said.name();
                member.addresses(granted);
                addressesChanged = true;
                node.event(OverlayEvent.Kind.PEER_CHANGED, id, member.id, granted.toString());
            }
        }
        sendKeepalive(member, nowNanos);
        return true;
    }

    private boolean onPeers(Member member, byte[] buffer, int offset, int length, long nowNanos) {
        List<Frames.Introduction> peers = Frames.readPeers(buffer, offset, length);
        if (peers == null) {
            return false;
        }
        for (Frames.Introduction peer : peers) {
            if (isPlausible(peer, member)) {
                consider(peer, nowNanos);
            }
        }
        return true;
    }

    private boolean isPlausible(Frames.Introduction peer, Member source) {
        InetAddress address = peer.endpoint().getAddress();
        return NodeId.isValid(peer.nodeId())
                && peer.nodeId() != node.id()
                && peer.endpoint().getPort() != 0
                && !address.isAnyLocalAddress()
                && !address.isMulticastAddress()
                && !address.isLinkLocalAddress()
                // Loopback is a place that is meant only by those who are there themselves.
                && (!address.isLoopbackAddress() || source.endpoint.getAddress().isLoopbackAddress());
    }

    private void consider(Frames.Introduction peer, long nowNanos) {
        Member known = members.get(peer.nodeId());
        if (known != null && known.isOnline()) {
            return;
        }
        Candidate candidate = candidates.get(peer.nodeId());
        if (candidate == null) {
            if (candidates.size() >= MAX_CANDIDATES) {
                return;
            }
            candidate = new Candidate();
            candidates.put(peer.nodeId(), candidate);
            candidate.endpoint = peer.endpoint();
            // One of the two begins at once; the other one gives it a moment.
            candidate.nextNanos = Long.compare(node.id(), peer.nodeId()) < 0 ? nowNanos : nowNanos + YIELD_NANOS;
            tryCandidate(candidate, nowNanos);
        } else {
            candidate.endpoint = peer.endpoint();
        }
    }

    private void tryCandidate(Candidate candidate, long nowNanos) {
        if (nowNanos >= candidate.nextNanos && node.handshakes().start(this, candidate.endpoint, -1, nowNanos)) {
            candidate.tries++;
            candidate.nextNanos = nowNanos + LONGEST_PAUSE_NANOS;
        }
    }

    private boolean onGoodbye(Member member, long nowNanos) {
        goOffline(member, "it said goodbye");
        member.nextAttemptNanos = nowNanos + LONGEST_PAUSE_NANOS;
        return true;
    }

    private void goOffline(Member member, String why) {
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

    // ---- what we say of ourselves and others --------------------------------------------------------------------

    private void announce(Member member, long nowNanos) {
        send(member, Frames.writeAnnouncement(scratch, FRAME_AT, announcement), nowNanos);
    }

    private void sendKeepalive(Member member, long nowNanos) {
        send(member, Frames.writeKeepalive(scratch, FRAME_AT, member.receivedRevision), nowNanos);
    }

    private void introduceOthersTo(Member member, long nowNanos) {
        List<Frames.Introduction> others = new ArrayList<>();
        // Begins with whoever comes after it, so that a full frame does not always leave out the same ones.
        for (int pass = 0; pass < 2; pass++) {
            for (Member other : members.values()) {
                if (other != member && other.isOnline() && (other.id > member.id) == (pass == 0)) {
                    others.add(new Frames.Introduction(other.id, other.endpoint));
                }
            }
        }
        if (!others.isEmpty()) {
            send(member, Frames.writePeers(scratch, FRAME_AT, others), nowNanos);
        }
    }

    private void introduceToOthers(Member member, long nowNanos) {
        List<Frames.Introduction> one = List.of(new Frames.Introduction(member.id, member.endpoint));
        for (Member other : members.values()) {
            if (other != member && other.isOnline()) {
                send(other, Frames.writePeers(scratch, FRAME_AT, one), nowNanos);
            }
        }
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
        lookAround(nowNanos);
        candidates.values().removeIf(candidate -> candidate.tries > 2 && nowNanos >= candidate.nextNanos);
        candidates.values().forEach(candidate -> tryCandidate(candidate, nowNanos));
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
            announce(member, nowNanos);
        }
        if (introduce) {
            introduceOthersTo(member, nowNanos);
        }
        if (nowNanos - member.sentNanos >= KEEPALIVE_NANOS) {
            sendKeepalive(member, nowNanos);
        }
        if (session.isToBeRenewed(nowNanos)) {
            node.handshakes().start(this, member.endpoint, member.socket, nowNanos);
        }
        if (nowNanos - member.savedNanos >= SAVE_NANOS) {
            save(member, nowNanos);
        }
    }

    private void tickOffline(Member member, long nowNanos) {
        if (nowNanos >= member.nextAttemptNanos) {
            member.backoffNanos = Math.min(LONGEST_PAUSE_NANOS, Math.max(ATTEMPT_NANOS, member.backoffNanos * 2));
            member.nextAttemptNanos = nowNanos + member.backoffNanos;
            reach(member, nowNanos);
        }
        if (nowNanos - member.heardNanos >= FORGET_NANOS && member.waiting.isEmpty()) {
            forget(member);
        }
    }

    /** Tries the places where members are said to be. */
    private void lookAround(long nowNanos) {
        for (InetSocketAddress endpoint : node.contacts()) {
            Contact contact = contacts.get(endpoint);
            if (contact == null && contacts.size() < MAX_CONTACTS) {
                contact = new Contact();
                contacts.put(endpoint, contact);
            }
            if (contact != null && nowNanos >= contact.nextNanos && !isReached(endpoint, contact)) {
                node.handshakes().start(this, endpoint, -1, nowNanos);
                contact.nextNanos = nowNanos + contact.backoffNanos;
                contact.backoffNanos = Math.min(LONGEST_PAUSE_NANOS / 2, contact.backoffNanos * 2);
            }
        }
    }

    private boolean isReached(InetSocketAddress endpoint, Contact contact) {
        Member known = members.get(contact.nodeId);
        if (known != null) {
            return known.isOnline();
        }
        for (Member member : members.values()) {
            if (member.isOnline() && endpoint.equals(member.endpoint)) {
                return true;
            }
        }
        return false;
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
                scratch[FRAME_AT] = Frames.GOODBYE;
                send(member, 1, nowNanos);
                goOffline(member, "this node left");
            }
        }
        if (addressesChanged) {
            node.saveAddresses(this, pins.owners());
        }
    }
}
