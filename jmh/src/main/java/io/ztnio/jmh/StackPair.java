package io.ztnio.jmh;

import io.ztnio.tcpip.endpoint.ListenerEndpoint;
import io.ztnio.tcpip.endpoint.StreamEndpoint;
import io.ztnio.tcpip.link.IpPrefix;
import io.ztnio.tcpip.link.Link;
import io.ztnio.tcpip.link.LinkConfig;
import io.ztnio.tcpip.link.LinkPort;
import io.ztnio.tcpip.stack.IpStack;
import io.ztnio.tcpip.stack.StackConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;

/** Two stacks on one Ethernet in memory, without ZeroTier, and a connection between them. */
final class StackPair {
    private static final long MILLI = 1_000_000;
    private static final int MTU = 2800;
    private static final int PREFIX = 48;

    /** One stack, whose frames lie in the other one's inbox until it takes them. */
    final class Host implements Link {
        private final long mac;
        private final byte[] address;
        final SerialGate gate = new SerialGate();
        final PacketQueue inbox = new PacketQueue(MTU + 64);
        final IpStack stack = new IpStack(gate, StackConfig.defaults(), new Random(1));
        final LinkPort port;
        private Host peer;

        private Host(long mac) {
            this.mac = mac;
            byte[] ip = new byte[16];
            ip[0] = (byte) 0xfc;
            ip[15] = (byte) mac;
            address = ip;
            port = stack.attach(this);
        }

        private void start(Host other) throws IOException {
            peer = other;
            IpPrefix prefix = new IpPrefix(InetAddress.getByAddress(address), PREFIX);
            port.configure(new LinkConfig(List.of(prefix), List.of(), MTU), now);
        }

        /** Takes one frame in. */
        void takeOne() {
            port.onFrame(peer.mac, mac, (int) inbox.tag(), inbox.buffer(), 0, inbox.length(), now);
            inbox.remove();
        }

        void turn() {
            gate.nowNanos(now);
            gate.run(stack::turn);
        }

        @Override
        public long mac() {
            return mac;
        }

        @Override
        public void send(long destinationMac, int etherType, byte[] buffer, int offset, int length, long nowNanos) {
            if (destinationMac == peer.mac) {
                peer.inbox.add(buffer, offset, length, etherType);
            }
        }

        @Override
        public long derivedMac(byte[] ipv6, int offset) {
            return ipv6[offset] == (byte) 0xfc ? ipv6[offset + 15] : UNKNOWN_MAC;
        }

        @Override
        public void subscribe(long groupMac, int distinguisher) {}

        @Override
        public void unsubscribe(long groupMac, int distinguisher) {}
    }

    final Host a = new Host(2);
    final Host b = new Host(4);
    private long now = MILLI;
    private final ListenerEndpoint listener;
    private final StreamEndpoint client;
    private final StreamEndpoint server;
    private final ByteBuffer data = ByteBuffer.allocate(1 << 16);
    private final ByteBuffer message = ByteBuffer.allocate(64);

    StackPair() throws IOException {
        a.start(b);
        b.start(a);
        listener = b.stack.openListener();
        listener.bind(new InetSocketAddress(InetAddress.getByAddress(b.address), 80));
        listener.listen(1);
        Flow first = connect();
        client = first.client;
        server = first.server;
    }

    /** One more connection. */
    Flow connect() throws IOException {
        StreamEndpoint from = a.stack.openStream();
        from.option(StandardSocketOptions.TCP_NODELAY, true);
        from.connect(listener.localAddress());
        a.turn();
        exchange();
        exchange();
        StreamEndpoint to = listener.accept();
        if (to == null || !from.finishConnect()) {
            throw new IllegalStateException("not connected");
        }
        return new Flow(from, to);
    }

    /** A connection, by both of its ends. */
    final class Flow {
        private final StreamEndpoint client;
        private final StreamEndpoint server;

        private Flow(StreamEndpoint client, StreamEndpoint server) {
            this.client = client;
            this.server = server;
        }

        /** Writes 64 bytes. */
        void say() throws IOException {
            client.write(message.clear());
            a.turn();
        }

        /** Reads what has come. */
        long hear() throws IOException {
            return server.read(data.clear());
        }
    }

    /** Passes everything on, both ways, and lets a millisecond pass. */
    void exchange() {
        while (!b.inbox.isEmpty()) {
            b.takeOne();
        }
        b.turn();
        while (!a.inbox.isEmpty()) {
            a.takeOne();
        }
        a.turn();
        now += MILLI;
    }

    /** Writes as much as there is room for. */
    void write() throws IOException {
        int count;
        do {
            count = client.write(data.clear());
        } while (count == data.capacity());
        a.turn();
    }

    /** Reads all that is there, and says how much it was. */
    long read() throws IOException {
        long bytes = 0;
        int count = server.read(data.clear());
        while (count > 0) {
            bytes += count;
            count = server.read(data.clear());
        }
        return bytes;
    }

    /** Segments on their way to {@link #b}. */
    int inFlight() {
        return b.inbox.size();
    }

    /** Writes and reads until so many segments are on their way at once. */
    void openWindow(int segments) throws IOException {
        for (int round = 0; round < 10_000; round++) {
            write();
            // A turn sends a part of a large window.
            for (int before = -1; before < inFlight() && inFlight() < segments; a.turn()) {
                before = inFlight();
            }
            if (inFlight() >= segments) {
                return;
            }
            exchange();
            read();
        }
        throw new IllegalStateException("never " + segments + " segments in flight");
    }
}
