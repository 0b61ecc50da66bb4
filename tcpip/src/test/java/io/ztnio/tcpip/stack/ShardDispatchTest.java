package io.ztnio.tcpip.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ztnio.tcpip.DropReason;
import io.ztnio.tcpip.checksum.InternetChecksum;
import io.ztnio.tcpip.endpoint.ListenerEndpoint;
import io.ztnio.tcpip.endpoint.PingListener;
import io.ztnio.tcpip.endpoint.StreamEndpoint;
import io.ztnio.tcpip.sim.DigestedFlow;
import io.ztnio.tcpip.sim.Lan;
import io.ztnio.tcpip.sim.ShardedHost;
import io.ztnio.tcpip.sim.TestLink;
import io.ztnio.tcpip.tcp.table.FlowHash;
import io.ztnio.tcpip.wire.ArpPacket;
import io.ztnio.tcpip.wire.BigEndian;
import io.ztnio.tcpip.wire.EtherType;
import io.ztnio.tcpip.wire.EthernetAddress;
import io.ztnio.tcpip.wire.IcmpHeader;
import io.ztnio.tcpip.wire.IpProtocol;
import io.ztnio.tcpip.wire.Ipv4Header;
import io.ztnio.tcpip.wire.Ipv6Header;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.NoRouteToHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which stack of a node gets what: errors, fragments, what neighbours say, nonsense, and too much of anything. */
class ShardDispatchTest {
    private static final long SEED = 977;
    private static final long MILLI = 1_000_000;
    private static final long NODE_MAC = 0x32_0000_000001L;
    private static final long PEER_MAC = 0x32_0000_000002L;
    private static final String OWN = "10.1.0.1";
    private static final String PEER = "10.1.0.2";
    private static final int SHARDS = 4;

    private final Lan lan = new Lan(SEED);
    private final Lan.Host peer = lan.host(PEER_MAC, PEER + "/24", "fd00::2/64");
    private final ShardedHost node =
            new ShardedHost(lan, SEED, NODE_MAC, SHARDS, StackConfig.defaults(), OWN + "/24", "fd00::1/64");
    private final ByteBuffer buffer = ByteBuffer.allocate(65_536);

    private StreamEndpoint connect(String address) throws IOException {
        StreamEndpoint stream = node.stack.openStream();
        stream.connect(Lan.socket(address, 80));
        return stream;
    }

    private void inject(int etherType, byte[] packet) {
        node.onFrame(new TestLink.Frame(PEER_MAC, NODE_MAC, etherType, packet), packet);
    }

    private static boolean isTcp(TestLink.Frame frame) {
        return switch (frame.etherType()) {
            case EtherType.IPV4 -> Ipv4Header.protocol(frame.payload(), 0) == IpProtocol.TCP;
            case EtherType.IPV6 -> Ipv6Header.nextHeader(frame.payload(), 0) == IpProtocol.TCP;
            default -> false;
        };
    }

    /** An ICMP error of the peer that quotes a packet of the node. */
    private static byte[] icmpError(int code, int rest, byte[] quoted) {
        int body = Ipv4Header.LENGTH + IcmpHeader.LENGTH;
        byte[] packet = new byte[body + 28];
        System.arraycopy(quoted, 0, packet, body, 28);
        System.arraycopy(quoted, Ipv4Header.DESTINATION, packet, Ipv4Header.SOURCE, 4);
        System.arraycopy(quoted, Ipv4Header.SOURCE, packet, Ipv4Header.DESTINATION, 4);
        IcmpHeader.write(packet, Ipv4Header.LENGTH, IcmpHeader.V4_UNREACHABLE, code, rest, packet.length - 20, 0);
        Ipv4Header.write(packet, 0, 0, packet.length, 1, 0, 64, IpProtocol.ICMP);
        return packet;
    }

    private byte[] firstSegmentOf(StreamEndpoint stream) {
        return node.link.sent.stream()
                .filter(ShardDispatchTest::isTcp)
                .map(TestLink.Frame::payload)
                .filter(packet ->
                        BigEndian.u16(packet, 20) == stream.localAddress().getPort())
                .findFirst()
                .orElseThrow();
    }

    @Test
    void anIcmpErrorReachesTheFlowThatItQuotesAndNoOther() throws IOException {
        lan.filter = frame -> !isTcp(frame);
        List<StreamEndpoint> streams = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            streams.add(connect(PEER));
        }
        lan.run(20 * MILLI);
        for (int i = 0; i < 16; i += 2) {
            inject(EtherType.IPV4, icmpError(3, 0, firstSegmentOf(streams.get(i))));
        }
        lan.run(20 * MILLI);

        for (int i = 0; i < 16; i++) {
            StreamEndpoint stream = streams.get(i);
            if (i % 2 == 0) {
                assertThatThrownBy(stream::finishConnect).isInstanceOf(ConnectException.class);
            } else {
                assertThat(stream.finishConnect()).isFalse();
            }
        }
    }

    @Test
    void aReportedMtuReachesTheShardOfTheFlow() throws IOException {
        ListenerEndpoint listener = peer.stack.openListener();
        listener.bind(Lan.socket(PEER, 80));
        listener.listen(50);
        List<StreamEndpoint> streams = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            streams.add(connect(PEER));
        }
        lan.run(20 * MILLI);
        node.link.sent.clear();
        lan.filter = frame -> frame.payload().length <= 900;
        for (StreamEndpoint stream : streams) {
            assertThat(stream.write(ByteBuffer.allocate(10_000))).isEqualTo(10_000);
        }
        lan.run(MILLI);

        List<byte[]> inFlight = streams.stream().map(this::firstSegmentOf).collect(Collectors.toList());
        node.link.sent.clear();
        inFlight.forEach(segment -> inject(EtherType.IPV4, icmpError(4, 900, segment)));
        lan.run(100 * MILLI);

        assertThat(node.link.sent.stream().filter(ShardDispatchTest::isTcp))
                .isNotEmpty()
                .allMatch(frame -> frame.payload().length <= 900);
    }

    @ParameterizedTest
    @CsvSource({"10.1.0.2, 10.1.0.1, false", "fd00::2, fd00::1, false", "fd00::2, fd00::1, true"})
    void segmentsInFragmentsFindTheirFlow(String from, String to, boolean atomic) throws IOException {
        ListenerEndpoint listener = node.stack.openListener();
        listener.bind(Lan.socket(to, 80));
        listener.listen(50);
        int[] split = new int[1];
        lan.filter = frame -> {
            if (frame.source() != PEER_MAC || !isTcp(frame)) {
                return true;
            }
            split[0]++;
            fragments(frame, split[0], atomic).forEach(piece -> inject(frame.etherType(), piece));
            return false;
        };
        List<DigestedFlow> flows = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            StreamEndpoint client = peer.stack.openStream();
            client.connect(Lan.socket(to, 80));
            lan.run(50 * MILLI);
            flows.add(new DigestedFlow(client, listener.accept(), 20_000, i));
            assertThat(client.localAddress().getAddress()).isEqualTo(Lan.ip(from));
        }
        for (int i = 0; i < 3000 && !flows.stream().allMatch(DigestedFlow::isDone); i++) {
            for (DigestedFlow flow : flows) {
                flow.pump(buffer);
            }
            lan.run(MILLI);
        }

        assertThat(flows).allMatch(DigestedFlow::isDone);
        flows.forEach(flow -> flow.check("seed " + SEED));
        assertThat(split[0]).isGreaterThan(8 * 8);
    }

    /** A packet in a piece that has just the transport's header (RFC 1858) and the rest, or behind a fragment header that says it is whole. */
    private static List<byte[]> fragments(TestLink.Frame frame, int identification, boolean atomic) {
        byte[] whole = frame.payload();
        boolean v6 = frame.etherType() == EtherType.IPV6;
        int header = v6 ? Ipv6Header.LENGTH : Ipv4Header.headerLength(whole, 0);
        int firstPart = atomic ? whole.length - header : Math.min(24, whole.length - header);
        List<byte[]> pieces = new ArrayList<>();
        for (int at = 0; at < whole.length - header; at += at == 0 ? firstPart : whole.length) {
            int length = at == 0 ? firstPart : whole.length - header - at;
            boolean more = at + length < whole.length - header;
            int room = v6 ? header + Ipv6Header.FRAGMENT_LENGTH : header;
            byte[] piece = new byte[room + length];
            System.arraycopy(whole, 0, piece, 0, header);
            System.arraycopy(whole, header + at, piece, room, length);
            if (v6) {
                Ipv6Header.write(piece, 0, 0, piece.length - header, IpProtocol.FRAGMENT, 64);
                Ipv6Header.writeFragment(piece, header, IpProtocol.TCP, at, more, identification);
            } else {
                int flags = (more ? Ipv4Header.MORE_FRAGMENTS : 0) | at / 8;
                Ipv4Header.write(piece, 0, 0, piece.length, identification, flags, 64, IpProtocol.TCP);
            }
            pieces.add(piece);
        }
        return pieces;
    }

    @ParameterizedTest
    @ValueSource(strings = {PEER, "fd00::2"})
    void everyShardFindsItsNeighboursAndOneStackAnswers(String address) throws IOException {
        ListenerEndpoint listener = peer.stack.openListener();
        listener.bind(Lan.socket("::", 80));
        listener.listen(50);
        List<StreamEndpoint> streams = new ArrayList<>();
        for (int i = 0; i < 2 * SHARDS; i++) {
            streams.add(connect(address));
        }
        lan.run(100 * MILLI);
        for (StreamEndpoint stream : streams) {
            assertThat(stream.finishConnect()).isTrue();
        }
        assertThat(questions(node)).as("requests of the node").isEqualTo(SHARDS);

        // The peer has heard from the node; another one has not, and asks.
        Lan.Host other = lan.host(0x32_0000_000003L, "10.1.0.3/24", "fd00::3/64");
        node.link.sent.clear();
        other.gate.run(
                now -> other.stack.ping(Lan.ip(address.equals(PEER) ? OWN : "fd00::1"), 8, MILLI * 500, PING, now));
        lan.run(100 * MILLI);

        assertThat(answers(node)).as("answers of the node").isEqualTo(1);
    }

    private static final PingListener PING = new PingListener() {
        @Override
        public void onReply(InetAddress from, long roundTripNanos) {
            // Counted on the wire.
        }

        @Override
        public void onFailure(IOException reason) {
            throw new AssertionError(reason);
        }
    };

    private static long questions(ShardedHost host) {
        return count(host, ArpPacket.REQUEST, IcmpHeader.V6_NEIGHBOUR_SOLICITATION);
    }

    private static long answers(ShardedHost host) {
        return count(host, ArpPacket.REPLY, IcmpHeader.V6_NEIGHBOUR_ADVERTISEMENT);
    }

    private static long count(ShardedHost host, int arpOperation, int icmpType) {
        return host.link.sent.stream()
                .filter(frame -> switch (frame.etherType()) {
                    case EtherType.ARP -> ArpPacket.operation(frame.payload(), 0) == arpOperation;
                    case EtherType.IPV6 ->
                        Ipv6Header.nextHeader(frame.payload(), 0) == IpProtocol.ICMPV6
                                && IcmpHeader.type(frame.payload(), Ipv6Header.LENGTH) == icmpType;
                    default -> false;
                })
                .count();
    }

    @Test
    void aNeighbourThatAnnouncesAnotherMacIsReachedThereFromEveryShard() throws IOException {
        ListenerEndpoint listener = peer.stack.openListener();
        listener.bind(Lan.socket(PEER, 80));
        listener.listen(50);
        List<StreamEndpoint> streams = new ArrayList<>();
        for (int i = 0; i < 4 * SHARDS; i++) {
            streams.add(connect(PEER));
        }
        lan.run(100 * MILLI);
        long other = 0x32_0000_0000ffL;
        byte[] announcement = new byte[ArpPacket.LENGTH];
        int address = BigEndian.i32(Lan.ip(PEER).getAddress(), 0);
        ArpPacket.write(announcement, 0, ArpPacket.REQUEST, other, address, 0, address);
        node.onFrame(new TestLink.Frame(other, EthernetAddress.BROADCAST, EtherType.ARP, announcement), announcement);
        // Who had the address is asked, and is not there any more.
        lan.filter = frame -> frame.source() != PEER_MAC;
        lan.run(4_000 * MILLI);
        node.link.sent.clear();

        for (StreamEndpoint stream : streams) {
            stream.write(ByteBuffer.allocate(1));
        }
        lan.run(MILLI);

        assertThat(node.link.sent).hasSizeGreaterThanOrEqualTo(4 * SHARDS);
        assertThat(node.link.sent).filteredOn(ShardDispatchTest::isTcp).allMatch(frame -> frame.destination() == other);
    }

    @Test
    void whoCannotBeReachedIsSaidOnEveryShard() throws IOException {
        List<StreamEndpoint> streams = new ArrayList<>();
        for (int i = 0; i < 2 * SHARDS; i++) {
            streams.add(connect("10.1.0.99"));
        }
        lan.run(10_000 * MILLI);
        for (StreamEndpoint stream : streams) {
            assertThatThrownBy(stream::finishConnect).isInstanceOf(NoRouteToHostException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void damagedFramesNeverThrow(long seed) throws IOException {
        Random random = new Random(seed);
        ListenerEndpoint listener = node.stack.openListener();
        listener.bind(Lan.socket("::", 80));
        listener.listen(5);
        for (String to : List.of(OWN, "fd00::1")) {
            StreamEndpoint client = peer.stack.openStream();
            client.connect(Lan.socket(to, 80));
            lan.run(50 * MILLI);
            client.write(ByteBuffer.allocate(500));
            lan.run(50 * MILLI);
        }
        List<TestLink.Frame> frames = new ArrayList<>(peer.link.sent);
        frames.add(new TestLink.Frame(
                PEER_MAC, NODE_MAC, EtherType.IPV4, icmpError(3, 0, tcp(frames).payload())));
        for (TestLink.Frame each : List.copyOf(frames)) {
            if (isTcp(each)) {
                fragments(each, 7, false)
                        .forEach(piece -> frames.add(new TestLink.Frame(PEER_MAC, NODE_MAC, each.etherType(), piece)));
            }
        }
        for (int i = 0; i < 20_000; i++) {
            TestLink.Frame frame = frames.get(random.nextInt(frames.size()));
            byte[] bytes = Arrays.copyOf(frame.payload(), 1 + random.nextInt(frame.payload().length));
            for (int flips = random.nextInt(4); flips > 0; flips--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            if (random.nextBoolean() && frame.etherType() == EtherType.IPV4 && bytes.length >= 20) {
                BigEndian.u16(bytes, 10, 0);
                BigEndian.u16(bytes, 10, ~InternetChecksum.fold(InternetChecksum.sum(bytes, 0, 20)) & 0xffff);
            }
            inject(frame.etherType(), bytes);
            if (i % 50 == 0) {
                lan.run(MILLI);
            }
        }
        lan.run(100 * MILLI);

        StreamEndpoint client = peer.stack.openStream();
        client.connect(Lan.socket(OWN, 80));
        lan.run(100 * MILLI);
        assertThat(client.finishConnect()).as("seed %d", seed).isTrue();
    }

    private static TestLink.Frame tcp(List<TestLink.Frame> frames) {
        return frames.stream()
                .filter(frame -> frame.etherType() == EtherType.IPV4 && isTcp(frame))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void whatAShardThatIsBehindDoesNotTakeIsCountedAndNoMore() {
        byte[] packet = new byte[40];
        for (int i = 0; i < 3 * SHARDS * FrameRing.FRAMES; i++) {
            byte[] bytes = packet.clone();
            System.arraycopy(Lan.ip(PEER).getAddress(), 0, bytes, Ipv4Header.SOURCE, 4);
            System.arraycopy(Lan.ip(OWN).getAddress(), 0, bytes, Ipv4Header.DESTINATION, 4);
            Ipv4Header.write(bytes, 0, 0, 40, 1, 0, 64, IpProtocol.TCP);
            BigEndian.u16(bytes, 20, i & 0xffff);
            inject(EtherType.IPV4, bytes);
        }
        assertThat(node.stack.drops(DropReason.HAND_OVER_FULL)).isEqualTo(2L * SHARDS * FrameRing.FRAMES);
    }

    @Test
    void aShardWaitsForANodeThatIsBehindAndLosesNothing() throws IOException {
        ListenerEndpoint listener = peer.stack.openListener();
        listener.bind(Lan.socket(PEER, 80));
        listener.listen(50);
        int[] queued = new int[SHARDS];
        for (int i = 0; i < SHARDS; i++) {
            StackShard shard = node.shards().get(i);
            while (!shard.outbound.isCrowded()) {
                shard.send((SharedLink) node.port, PEER_MAC, 0x9999, new byte[3000], 0, 3000, lan.now);
                queued[i]++;
            }
        }
        StreamEndpoint[] streams = new StreamEndpoint[2 * SHARDS];
        for (int i = 0; i < streams.length; i++) {
            streams[i] = connect(PEER);
        }
        for (int i = 0; i < SHARDS; i++) {
            StackShard shard = node.shards().get(i);
            node.gates.get(i).run(shard::turn);
            assertThat(shard.stalled).isTrue();
            assertThat(shard.outbound.size()).isEqualTo(queued[i]);
        }

        lan.run(100 * MILLI);

        assertThat(node.shards()).noneMatch(shard -> shard.stalled);
        for (StreamEndpoint stream : streams) {
            assertThat(stream.finishConnect()).isTrue();
        }
        assertThat(node.stack.drops(DropReason.HAND_OVER_FULL)).isZero();
    }

    @Test
    void flowsSpreadEvenlyAndFromBothEndsAlike() {
        int[] count = new int[5];
        FlowHash hash = new FlowHash(5, new Random(SEED));
        for (int port = 0; port < 10_000; port++) {
            int owner = hash.owner(Lan.ip(OWN), 80, Lan.ip(PEER), port);
            count[owner]++;
            assertThat(hash.owner(Lan.ip(PEER), port, Lan.ip(OWN), 80)).isEqualTo(owner);
            assertThat(hash.owner(Lan.ip("fd00::1"), 80, Lan.ip("fd00::2"), port))
                    .isEqualTo(hash.owner(Lan.ip("fd00::2"), port, Lan.ip("fd00::1"), 80));
        }
        for (int each : count) {
            assertThat(each).isBetween(1850, 2150);
        }
    }
}
