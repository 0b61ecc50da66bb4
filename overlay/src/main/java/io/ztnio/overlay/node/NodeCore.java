package io.ztnio.overlay.node;

import io.ztnio.overlay.identity.Identity;
import io.ztnio.overlay.loop.EventLoop;
import io.ztnio.overlay.session.Bytes;
import io.ztnio.overlay.session.Datagrams;
import io.ztnio.overlay.session.DropCounters;
import io.ztnio.overlay.session.DropReason;
import io.ztnio.overlay.store.AddressFile;
import io.ztnio.overlay.store.PeerFile;
import io.ztnio.protocol.store.StateStore;
import io.ztnio.protocol.transport.DatagramSender;
import io.ztnio.tcpip.link.IpPrefix;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * A node without sockets and clocks.
 *
 * <p>Thread: confined to the gate, except {@link #id}, {@link #identity} and {@link #drops}.
 */
public final class NodeCore {
    private final NodeSettings settings;
    private final Identity identity;
    private final MembershipStore files;
    private final EventLoop loop;
    private final RandomGenerator random;
    private final DatagramSender sender;
    private final EthernetHandler ethernet;
    private final OverlayListener listener;
    private final DropCounters drops = new DropCounters();
    private final IndexTable<IndexOwner> indexes;
    private final Handshakes handshakes;
    private final Map<Long, Membership> networks = new TreeMap<>();

    /**
     * A node on no network.
     *
     * @param store networks and peers
     * @param loop turned by the caller
     * @param random a source that nobody can guess, except in simulations
     * @param ethernet takes the frames for a stack
     */
    public NodeCore(
            NodeSettings settings,
            Identity identity,
            StateStore store,
            EventLoop loop,
            RandomGenerator random,
            DatagramSender sender,
            EthernetHandler ethernet,
            OverlayListener listener,
            long nowNanos) {
        this.settings = settings;
        this.identity = identity;
        this.loop = loop;
        this.random = random;
        this.sender = sender;
        this.ethernet = ethernet;
        this.listener = listener;
        this.files = new MembershipStore(store, this::event);
        this.indexes = new IndexTable<>(random);
        this.handshakes = new Handshakes(identity, indexes, loop, random, sender, drops, nowNanos);
    }

    /** Node id. */
    public long id() {
        return identity.id();
    }

    /** The key pair. */
    public Identity identity() {
        return identity;
    }

    /** What was discarded, and why. */
    public DropCounters drops() {
        return drops;
    }

    /** The networks of earlier runs, with what lets us in. */
    public Map<Long, NetworkAccess> stored() throws IOException {
        return files.memberships();
    }

    /**
     * Joins a network; joining again with other access leaves first.
     *
     * @throws IOException if nothing keeps strangers out, saying what to do, or if the store fails
     */
    public Membership join(long networkId, NetworkAccess access, long nowNanos) throws IOException {
        boolean guarded = access.hasKey() || access.hasList();
        if (!guarded && !settings.trusted() && !settings.insecure()) {
            throw new IOException(
                    "network " + HexFormat.of().toHexDigits(networkId)
                            + " has neither a key nor a list of allowed public identities: whoever reaches this UDP port could"
                            + " join it. Give every member the same key (ztnio.overlay.key.file), or each the public identities of the"
                            + " others (ztnio.overlay.allow); or, to debug, set the option insecure (ztnio.overlay.insecure) on every node");
        }
        Membership before = networks.remove(networkId);
        if (before != null) {
            before.leave(nowNanos);
        }
        Optional<AddressFile> addresses = files.addresses(networkId);
        Membership network = new Membership(
                this,
                networkId,
                access,
                guarded && !settings.insecure(),
                addresses.map(AddressFile::others).orElse(Map.of()),
                nowNanos);
        files.save(networkId, access, network.key());
        for (PeerFile peer : files.peers(networkId, settings.epochMillis().applyAsLong(nowNanos))) {
            network.remember(peer, nowNanos);
        }
        network.forgetAddressesOfStrangers();
        networks.put(networkId, network);
        event(OverlayEvent.Kind.JOINED, networkId, 0, network.isSecure() ? "" : "not encrypted");
        return network;
    }

    /** Leaves a network and forgets it; nothing happens if it is not joined. */
    public void leave(long networkId, long nowNanos) throws IOException {
        Membership network = networks.remove(networkId);
        if (network != null) {
            network.leave(nowNanos);
            files.forget(networkId);
            event(OverlayEvent.Kind.LEFT, networkId, 0, "");
        }
    }

    /** Says goodbye everywhere; the networks stay stored. */
    public void stop(long nowNanos) {
        networks.values().forEach(network -> network.leave(nowNanos));
        networks.clear();
    }

    /** A joined network, or {@code null}. */
    public Membership network(long networkId) {
        return networks.get(networkId);
    }

    /** The joined networks by id. */
    public List<Membership> networks() {
        return new ArrayList<>(networks.values());
    }

    /** Handshakes of others that are half done: at most 512. */
    public int halfOpen() {
        return handshakes.halfOpenCount();
    }

    /** Indexes in use: sessions and handshakes. */
    public int indexesInUse() {
        return indexes.size();
    }

    /**
     * Takes in one datagram, whose bytes are overwritten.
     *
     * @param socket number of the local socket that it came to
     */
    public void onDatagram(int socket, InetSocketAddress from, byte[] buffer, int offset, int length, long nowNanos) {
        int type = Datagrams.typeOf(buffer, offset, length);
        switch (type & ~Datagrams.INSECURE) {
            case Datagrams.INIT -> onInit(type, socket, from, buffer, offset, nowNanos);
            case Datagrams.REPLY -> onReply(type, socket, from, buffer, offset, nowNanos);
            case Datagrams.COOKIE -> onCookie(type, buffer, offset, nowNanos);
            case Datagrams.FINAL -> onFinal(type, socket, from, buffer, offset, nowNanos);
            case Datagrams.DATA -> onData(socket, from, buffer, offset, length, nowNanos);
            default -> drops.count(DropReason.MALFORMED_DATAGRAM);
        }
    }

    private void onInit(int type, int socket, InetSocketAddress from, byte[] buffer, int offset, long nowNanos) {
        Membership network = networks.get(Bytes.i64(buffer, offset + Datagrams.INIT_NETWORK));
        if (network == null) {
            drops.count(DropReason.UNKNOWN_NETWORK);
        } else if (isRightMode(network, type)) {
            handshakes.onInit(network, socket, from, buffer, offset, nowNanos);
        }
    }

    private boolean isRightMode(Membership network, int type) {
        boolean right = network.isSecure() == ((type & Datagrams.INSECURE) == 0);
        if (!right) {
            drops.count(DropReason.INSECURE_MISMATCH);
        }
        return right;
    }

    private void onReply(int type, int socket, InetSocketAddress from, byte[] buffer, int offset, long nowNanos) {
        if (indexes.get(Bytes.i32(buffer, offset + Datagrams.REPLY_RECEIVER)) instanceof Attempt attempt) {
            if (isRightMode(attempt.network, type)) {
                handshakes.onReply(attempt, socket, from, buffer, offset, nowNanos);
            }
        } else {
            drops.count(DropReason.UNKNOWN_SESSION);
        }
    }

    private void onCookie(int type, byte[] buffer, int offset, long nowNanos) {
        if (indexes.get(Bytes.i32(buffer, offset + Datagrams.COOKIE_RECEIVER)) instanceof Attempt attempt) {
            if (isRightMode(attempt.network, type)) {
                handshakes.onCookie(attempt, buffer, offset, nowNanos);
            }
        } else {
            drops.count(DropReason.UNEXPECTED_COOKIE);
        }
    }

    private void onFinal(int type, int socket, InetSocketAddress from, byte[] buffer, int offset, long nowNanos) {
        IndexOwner owner = indexes.get(Bytes.i32(buffer, offset + Datagrams.FINAL_RECEIVER));
        if (owner instanceof HalfOpen half) {
            if (isRightMode(half.network, type)) {
                handshakes.onFinal(half, socket, from, buffer, offset, nowNanos);
            }
        } else if (owner instanceof Channel channel) {
            Membership network = channel.network();
            if (isRightMode(network, type)) {
                if (network.mac().matches(buffer, offset, Datagrams.FINAL_MAC)) {
                    network.onFinalAgain(channel.member(), nowNanos);
                } else {
                    drops.count(DropReason.BAD_MAC);
                }
            }
        } else {
            drops.count(DropReason.UNKNOWN_SESSION);
        }
    }

    private void onData(int socket, InetSocketAddress from, byte[] buffer, int offset, int length, long nowNanos) {
        int index = Bytes.i32(buffer, offset + Datagrams.DATA_RECEIVER);
        IndexOwner owner = indexes.get(index);
        if (owner instanceof Attempt attempt) {
            if (!handshakes.onConfirmation(attempt, buffer, offset, length, nowNanos)) {
                return;
            }
            owner = indexes.get(index);
        } else if (owner instanceof Channel channel) {
            DropReason refusal = channel.session().open(buffer, offset, length, nowNanos);
            if (refusal != null) {
                drops.count(refusal);
                return;
            }
        }
        if (owner instanceof Channel channel) {
            channel.network()
                    .inbox()
                    .onFrame(
                            channel,
                            socket,
                            from,
                            buffer,
                            offset + Datagrams.DATA_HEADER,
                            length - Datagrams.DATA_HEADER - Datagrams.TAG_LENGTH,
                            nowNanos);
        } else {
            drops.count(DropReason.UNKNOWN_SESSION);
        }
    }

    // ---- for the memberships ------------------------------------------------------------------------------------

    RandomGenerator random() {
        return random;
    }

    EventLoop loop() {
        return loop;
    }

    Handshakes handshakes() {
        return handshakes;
    }

    IndexTable<IndexOwner> indexes() {
        return indexes;
    }

    EthernetHandler ethernet() {
        return ethernet;
    }

    List<InetSocketAddress> contacts() {
        return settings.contacts().get();
    }

    long memberTimeoutNanos() {
        return settings.memberTimeoutNanos();
    }

    long epochMillis(long nowNanos) {
        return settings.epochMillis().applyAsLong(nowNanos);
    }

    void send(int socket, InetSocketAddress to, byte[] buffer, int offset, int length) {
        sender.send(socket, to, buffer, offset, length);
    }

    void drops(DropReason reason, int times) {
        for (int i = 0; i < times; i++) {
            drops.count(reason);
        }
    }

    void event(OverlayEvent.Kind kind, long networkId, long nodeId, String detail) {
        listener.onEvent(new OverlayEvent(kind, networkId, nodeId, detail));
    }

    void frame(long networkId, long sourceId, boolean broadcast, byte[] buffer, int offset, int length) {
        listener.onFrame(networkId, sourceId, broadcast, buffer, offset, length);
    }

    void savePeer(long networkId, PeerFile file) {
        files.save(networkId, file);
    }

    void saveAddresses(Membership network, Map<InetAddress, Long> owners) {
        List<IpPrefix> own = network.access().addresses();
        files.save(network.id(), new AddressFile(own, owners));
    }
}
