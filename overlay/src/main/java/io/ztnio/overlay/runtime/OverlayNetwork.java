package io.ztnio.overlay.runtime;

import io.ztnio.overlay.address.DerivedAddresses;
import io.ztnio.overlay.identity.NodeId;
import io.ztnio.overlay.node.MemberView;
import io.ztnio.overlay.node.Membership;
import io.ztnio.overlay.node.NetworkView;
import io.ztnio.overlay.socket.OverlayDatagrams;
import io.ztnio.overlay.socket.OverlayStream;
import io.ztnio.overlay.socket.OverlayStreamListener;
import io.ztnio.overlay.socket.SocketOwner;
import io.ztnio.tcpip.endpoint.ListenerEndpoint;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;

/**
 * A network that a node has joined: streams, datagrams and raw frames by node id. After the node has left, everything here
 * fails.
 *
 * <p>Thread: thread-safe.
 */
public final class OverlayNetwork {
    /** Bytes of the largest raw frame. */
    public static final int MAX_FRAME_BYTES = Membership.MAX_FRAME_BYTES;

    private static final int BACKLOG = 128;

    private final OverlayNode node;
    private final long id;

    OverlayNetwork(OverlayNode node, long id) {
        this.node = node;
        this.id = id;
    }

    /** Network id. */
    public long id() {
        return id;
    }

    private SocketOwner owner() {
        return node.sockets(id);
    }

    private interface Use<T> {
        T with(Membership network, long nowNanos) throws IOException;
    }

    private <T> T use(Use<T> use) throws IOException {
        return node.running().call((stacked, now) -> {
            Membership network = stacked.core().network(id);
            if (network == null) {
                throw new SocketException(
                        "the node is not a member of network " + HexFormat.of().toHexDigits(id));
            }
            return use.with(network, now);
        });
    }

    /** Own addresses and members as they are now. */
    public NetworkView view() throws IOException {
        return use((network, now) -> network.view());
    }

    /** Our address that follows from our id. */
    public InetAddress address() {
        return addressOf(node.id());
    }

    /** The address of a node that follows from its id. */
    public InetAddress addressOf(long nodeId) {
        return DerivedAddresses.ipv6(id, nodeId);
    }

    /** The node that has an address, or -1. */
    public long nodeOf(InetAddress address) {
        try {
            return use((network, now) -> network.nodeOf(address));
        } catch (IOException e) {
            return -1;
        }
    }

    /**
     * The node that a text stands for: in this order an entry of the address book, a name that a member calls itself, an
     * IP address that a member has, a node id.
     *
     * @throws UnknownHostException if it stands for none
     */
    public long resolve(String text) throws IOException {
        OptionalLong listed = node.addressBook().find(text);
        if (listed.isPresent()) {
            return listed.getAsLong();
        }
        for (MemberView member : view().members()) {
            if (member.name().filter(text::equalsIgnoreCase).isPresent()) {
                return member.id();
            }
        }
        if (text.matches("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*")) {
            long owner = nodeOf(InetAddress.getByName(text));
            if (owner >= 0) {
                return owner;
            }
        }
        try {
            return NodeId.parse(text);
        } catch (IllegalArgumentException e) {
            throw new UnknownHostException(
                    text + ": no entry of the address book, no member's name or address, no node id");
        }
    }

    /** Whether there is a session with a node; waits for one. */
    public boolean awaitPeer(long nodeId, Duration timeout) throws InterruptedIOException {
        return node.arrivals().await(() -> isOnline(nodeId), timeout);
    }

    private boolean isOnline(long nodeId) {
        return members().stream().anyMatch(member -> member.id() == nodeId && member.online());
    }

    /** Whether there are sessions with so many nodes; waits for them. */
    public boolean awaitPeers(int count, Duration timeout) throws InterruptedIOException {
        return node.arrivals()
                .await(() -> members().stream().filter(MemberView::online).count() >= count, timeout);
    }

    private List<MemberView> members() {
        try {
            return view().members();
        } catch (IOException e) {
            return List.of();
        }
    }

    /**
     * Sends a raw frame to a member.
     *
     * @return false if it was dropped: the member is unknown, or away with enough waiting for it
     * @throws SocketException if it is longer than {@link #MAX_FRAME_BYTES}
     */
    public boolean sendFrame(long nodeId, byte[] frame) throws IOException {
        checkLength(frame);
        return use((network, now) -> network.sendFrame(nodeId, frame, 0, frame.length, now));
    }

    /**
     * Sends a raw frame to every member that is there.
     *
     * @return to how many
     */
    public int broadcastFrame(byte[] frame) throws IOException {
        checkLength(frame);
        return use((network, now) -> network.broadcastFrame(frame, 0, frame.length, now));
    }

    private static void checkLength(byte[] frame) throws SocketException {
        if (frame.length > MAX_FRAME_BYTES) {
            throw new SocketException(
                    "Message too long: " + frame.length + " bytes; a frame takes at most " + MAX_FRAME_BYTES);
        }
    }

    /**
     * Connects to a port of a node.
     *
     * @param timeout zero waits for as long as TCP tries
     */
    public OverlayStream connect(long nodeId, int port, Duration timeout) throws IOException {
        return connect(addressOf(nodeId), port, timeout);
    }

    /** Connects to an address on the network. */
    public OverlayStream connect(InetAddress address, int port, Duration timeout) throws IOException {
        return OverlayStream.connect(node.stack().openStream(), new InetSocketAddress(address, port), timeout, owner());
    }

    /** Listens on a port of all our addresses; 0 chooses a free one. */
    public OverlayStreamListener listen(int port) throws IOException {
        ListenerEndpoint endpoint = node.stack().openListener();
        return new OverlayStreamListener(endpoint, new InetSocketAddress(port), BACKLOG, owner());
    }

    /** Opens a datagram socket on a port of our derived address; 0 chooses a free one. */
    public OverlayDatagrams datagrams(int port) throws IOException {
        return new OverlayDatagrams(
                id,
                node.stack().openDatagram(),
                new InetSocketAddress(address(), port),
                owner(),
                () -> members().stream()
                        .filter(MemberView::online)
                        .map(MemberView::id)
                        .toList());
    }
}
