package io.ztnio.protocol.sim;

import io.ztnio.protocol.node.Node;
import io.ztnio.protocol.node.NodeConfig;
import io.ztnio.protocol.node.NodeEvent;
import io.ztnio.protocol.transport.DatagramSender;
import io.ztnio.protocol.vl1.Counters;
import io.ztnio.protocol.vl1.Vl1;
import io.ztnio.protocol.wire.Bytes;
import io.ztnio.protocol.wire.Verb;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A machine with one UDP socket (number 0) per address, and a node on it. */
public final class SimHost {
    private final SimNet net;
    private List<InetSocketAddress> sockets;
    SimNat nat;
    private final List<NodeEvent> events = new ArrayList<>();
    private Node node;
    private SimChecker checker;
    long nextPollMillis;

    SimHost(SimNet net, List<InetSocketAddress> sockets, SimNat nat) {
        this.net = net;
        this.sockets = List.copyOf(sockets);
        this.nat = nat;
    }

    /** Starts a node; it advertises the host's addresses. */
    public Node start(NodeConfig config) {
        node = new Node(config, new Wire(), (event, now) -> events.add(event));
        node.localAddresses(sockets, net.nowMillis());
        nextPollMillis = net.nowMillis();
        checker = null;
        return node;
    }

    /** From now on the node's checks of identities take their time, on a thread of their own. */
    public SimChecker checkIdentitiesElsewhere() {
        checker = new SimChecker(net, this);
        node.identityChecker(checker);
        return checker;
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
    }

    /**
     * Carries the host to another network, with as many addresses as before; the node notices nothing.
     *
     * @param newNat of that network; {@code null} for the open internet
     */
    public void move(SimNat newNat, String... addresses) {
        net.remove(this);
        nat = newNat;
        sockets = Arrays.stream(addresses).map(SimNet::endpoint).toList();
        net.place(this);
    }

    /** The node looks at the host's addresses. */
    public void lookAtAddresses() {
        node.localAddresses(sockets, net.nowMillis());
        poll();
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

    List<InetSocketAddress> sockets() {
        return sockets;
    }

    /** Makes the node send a text in a FRAME, which {@link TrustingHandler} takes. */
    public void say(long destination, String text) {
        byte[] payload = text.getBytes(StandardCharsets.UTF_8);
        byte[] buffer = new byte[Vl1.HEADER_LENGTH + payload.length];
        System.arraycopy(payload, 0, buffer, Vl1.HEADER_LENGTH, payload.length);
        node.vl1().sendInPlace(destination, Verb.FRAME, buffer, Vl1.HEADER_LENGTH, payload.length, net.nowMillis());
        poll();
    }

    /** Hands the node a datagram as if it had come from the wire; the bytes are copied. */
    public void inject(InetSocketAddress from, byte[] datagram) {
        receive(0, from, datagram.clone());
    }

    void receive(int socket, InetSocketAddress from, byte[] datagram) {
        if (node != null) {
            node.onDatagram(socket, from, datagram, 0, datagram.length, net.nowMillis(), net.nowMillis() * 1_000_000);
            poll();
        }
    }

    void poll() {
        if (node != null) {
            if (checker != null) {
                checker.poll();
            }
            nextPollMillis = node.poll(net.nowMillis());
            if (checker != null) {
                nextPollMillis = Math.min(nextPollMillis, checker.dueMillis);
            }
        }
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
        boolean ipv4 = to.getAddress().getAddress().length == 4;
        for (int i = 0; i < sockets.size(); i++) {
            boolean sameFamily = sockets.get(i).getAddress().getAddress().length == 4 == ipv4;
            if (sameFamily && (socket < 0 || socket == i)) {
                net.send(this, sockets.get(i), to, copy);
            }
        }
    }
}
