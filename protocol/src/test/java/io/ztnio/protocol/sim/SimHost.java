package io.ztnio.protocol.sim;

import io.ztnio.protocol.node.Node;
import io.ztnio.protocol.node.NodeConfig;
import io.ztnio.protocol.node.NodeEvent;
import io.ztnio.protocol.transport.DatagramSender;
import io.ztnio.protocol.vl1.Counters;
import io.ztnio.protocol.vl1.PacketReader;
import io.ztnio.protocol.vl1.Vl1;
import io.ztnio.protocol.wire.Bytes;
import io.ztnio.protocol.wire.Verb;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToIntFunction;

/** A machine with one UDP socket (number 0) per address, and a node on it. */
public final class SimHost {
    private final SimNet net;
    final int number;
    private List<InetSocketAddress> sockets;
    private SimNat nat;
    private final List<NodeEvent> events = new ArrayList<>();
    private Node node;
    private PacketReader reader;
    private PacketReader.Packets read;
    private SimChecker checker;
    private long skewMillis;
    /** 0: its sockets cannot forbid fragments. */
    private int interfaceBytes;

    /** On the net's clock, as is the next. */
    long nextPollMillis;

    /** What the net has noted of that. */
    long queuedPollMillis = Long.MAX_VALUE;

    SimHost(SimNet net, int number, List<InetSocketAddress> sockets, SimNat nat) {
        this.net = net;
        this.number = number;
        this.sockets = List.copyOf(sockets);
        this.nat = nat;
    }

    /** Starts a node; it advertises the host's addresses. */
    public Node start(NodeConfig config) {
        node = new Node(config, new Wire(), (event, now) -> events.add(event));
        // Every other one's packets are opened outside of the node: nobody else can tell the difference.
        reader = number % 2 == 0 ? null : node.reader(1);
        read = reader == null ? null : reader.packets();
        node.localAddresses(sockets, nowMillis());
        checker = null;
        pollAt(net.nowMillis());
        return node;
    }

    private final class Wire implements DatagramSender {
        @Override
        public void send(int socket, InetSocketAddress to, byte[] buffer, int offset, int length) {
            SimHost.this.send(socket, to, buffer, offset, length);
        }

        @Override
        public void sendShort(int socket, InetSocketAddress to, byte[] bytes, int ttl) {
            net.sendShort(SimHost.this, sockets.get(Math.max(0, socket)), to, Bytes.of(bytes));
        }

        @Override
        public boolean canSendWhole() {
            return interfaceBytes > 0;
        }

        @Override
        public boolean sendWhole(int socket, InetSocketAddress to, byte[] buffer, int offset, int length) {
            if (length > interfaceBytes) {
                return false;
            }
            SimHost.this.send(socket, to, buffer, offset, length);
            return true;
        }
    }

    /** Sets the host's clock so much ahead of the net's, or behind if negative. */
    public void skew(long millis) {
        skewMillis = millis;
        if (node != null) {
            pollAt(net.nowMillis());
        }
    }

    /** Its sockets can forbid fragments; so many bytes are the longest datagram that then leaves it. */
    public SimHost sendsWhole(int longestBytes) {
        interfaceBytes = longestBytes;
        return this;
    }

    /** What the host's clock says, epoch milliseconds. */
    public long nowMillis() {
        return net.nowMillis() + skewMillis;
    }

    void place(SimNat newNat, List<InetSocketAddress> newSockets) {
        nat = newNat;
        sockets = List.copyOf(newSockets);
    }

    /** The node looks at the host's addresses. */
    public void lookAtAddresses() {
        node.localAddresses(sockets, nowMillis());
        poll();
    }

    /** The NAT that its IPv4 addresses are behind, {@code null} in the open. */
    public SimNat nat() {
        return nat;
    }

    /** The NAT that a socket is behind, {@code null} in the open: nobody translates IPv6. */
    SimNat natOf(InetSocketAddress socket) {
        return socket.getAddress() instanceof Inet4Address ? nat : null;
    }

    /** From now on the node's checks of identities take their time, on a thread of their own. */
    public SimChecker checkIdentitiesElsewhere() {
        return checkIdentitiesElsewhere(SimChecker::usual);
    }

    /**
     * As {@link #checkIdentitiesElsewhere()}.
     *
     * @param worker runs a check, and says how many milliseconds it takes
     */
    public SimChecker checkIdentitiesElsewhere(ToIntFunction<Runnable> worker) {
        checker = new SimChecker(net, this, worker);
        node.identityChecker(checker);
        return checker;
    }

    /** Switches the host off. */
    public void stop() {
        node = null;
    }

    public Node node() {
        return node;
    }

    public Counters counters() {
        return node.counters();
    }

    /** What the node reported so far. */
    public List<NodeEvent> events() {
        return events;
    }

    /** The address of its first socket. */
    public InetSocketAddress address() {
        return sockets.get(0);
    }

    /** The addresses of its sockets. */
    public List<InetSocketAddress> sockets() {
        return sockets;
    }

    /** Makes the node send a text in a FRAME, which {@link TrustingHandler} takes. */
    public void say(long destination, String text) {
        byte[] payload = text.getBytes(StandardCharsets.UTF_8);
        byte[] buffer = new byte[Vl1.HEADER_LENGTH + payload.length];
        System.arraycopy(payload, 0, buffer, Vl1.HEADER_LENGTH, payload.length);
        node.vl1().sendInPlace(destination, Verb.FRAME, buffer, Vl1.HEADER_LENGTH, payload.length, nowMillis());
        poll();
    }

    /** Hands the node a datagram as if it had come from the wire; the bytes are copied. */
    public void inject(InetSocketAddress from, byte[] datagram) {
        receive(sockets.get(0), from, datagram.clone());
    }

    void receive(InetSocketAddress local, InetSocketAddress from, byte[] datagram) {
        int socket = sockets.indexOf(local);
        if (node != null && socket >= 0) {
            hand(socket, from, datagram, net.nowMillis() * 1_000_000);
            poll();
        }
    }

    private void hand(int socket, InetSocketAddress from, byte[] datagram, long nanos) {
        if (reader == null) {
            node.onDatagram(socket, from, datagram, 0, datagram.length, nowMillis(), nanos);
            return;
        }
        reader.read(read, socket, from, datagram, 0, datagram.length, nanos);
        reader.open(read, 0);
        for (int i = 0; i < read.size(); i++) {
            node.onRead(read, i, nowMillis());
        }
        read.clear();
    }

    void poll() {
        if (node != null) {
            if (checker != null) {
                checker.poll();
            }
            long next = net.nowMillis() + Math.max(0, node.poll(nowMillis()) - nowMillis());
            pollAt(checker == null ? next : Math.min(next, checker.dueMillis));
        }
    }

    private void pollAt(long atMillis) {
        nextPollMillis = atMillis;
        net.expectPoll(this);
    }

    /** Polls at once: to be called after the test itself has made the node send or join. */
    public void touch() {
        poll();
    }

    boolean isRunning() {
        return node != null;
    }

    /** Sends a datagram from the host, as the node's sink does. */
    public void send(int socket, InetSocketAddress to, byte[] buffer, int offset, int length) {
        Bytes copy = Bytes.of(Arrays.copyOfRange(buffer, offset, offset + length));
        boolean ipv4 = to.getAddress() instanceof Inet4Address;
        for (int i = 0; i < sockets.size(); i++) {
            boolean sameFamily = sockets.get(i).getAddress() instanceof Inet4Address == ipv4;
            if (sameFamily && (socket < 0 || socket == i)) {
                net.send(this, sockets.get(i), to, copy);
            }
        }
    }
}
