package io.ztnio.tcpip.stack;

import static io.ztnio.tcpip.sim.Lan.ip;
import static io.ztnio.tcpip.sim.Lan.socket;
import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.tcpip.DropReason;
import io.ztnio.tcpip.checksum.InternetChecksum;
import io.ztnio.tcpip.endpoint.DatagramEndpoint;
import io.ztnio.tcpip.endpoint.PingListener;
import io.ztnio.tcpip.sim.Lan;
import io.ztnio.tcpip.sim.TestLink;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostileInputTest {
    private static final long A = 0x0200_0000_000aL;
    private static final long B = 0x0200_0000_000bL;
    private static final String V6_ADDRESSES = "fd000000000000000000000000000002 fd000000000000000000000000000001";

    private final Lan lan = new Lan(5);
    private Lan.Host a;
    private DatagramEndpoint endpoint;

    @BeforeEach
    void open() throws IOException {
        a = lan.host(A, "10.1.0.1/24", "fd00::1/64");
        endpoint = a.stack.openDatagram();
        endpoint.bind(socket("0.0.0.0", 5000));
    }

    @Test
    void truncatedPacketsAreCountedAtEveryLength() {
        for (TestLink.Frame frame : traffic()) {
            if (frame.destination() != A && frame.destination() >>> 40 == 0x02) {
                continue;
            }
            for (int length = 0; length < frame.payload().length; length++) {
                byte[] exact = Arrays.copyOf(frame.payload(), length);
                long before = a.stack.drops().total();
                a.port.onFrame(B, frame.destination(), frame.etherType(), exact, 0, length, lan.now);
                assertThat(a.stack.drops().total())
                        .as("%s cut to %d", frame.hex(), length)
                        .isEqualTo(before + 1);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void damagedPacketsNeverThrow(long seed) throws IOException {
        Random random = new Random(seed);
        List<TestLink.Frame> frames = traffic();

        for (int i = 0; i < 30_000; i++) {
            TestLink.Frame frame = frames.get(random.nextInt(frames.size()));
            byte[] bytes = Arrays.copyOf(frame.payload(), 1 + random.nextInt(frame.payload().length));
            for (int flips = random.nextInt(4); flips > 0; flips--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            a.port.onFrame(B, A, frame.etherType(), bytes, 0, bytes.length, lan.now);
            if (i % 100 == 0) {
                lan.run(1_000_000);
                endpoint.receive(ByteBuffer.allocate(10));
            }
        }

        assertThat(a.stack.drops().total()).as("seed %d", seed).isGreaterThan(1000);
    }

    @ParameterizedTest
    @CsvSource({
        "0.0.0.0,BAD_SOURCE",
        "127.0.0.1,BAD_SOURCE",
        "224.0.0.1,BAD_SOURCE",
        "255.255.255.255,BAD_SOURCE",
        "10.1.0.255,BAD_SOURCE",
        "10.1.0.1,BAD_SOURCE"
    })
    void sourcesThatCannotBeAreDropped(String source, DropReason reason) {
        byte[] packet = hex("4500001c 12340000 4011 0000 00000000 0a010001 1000 1388 0008 0000");
        System.arraycopy(ip(source).getAddress(), 0, packet, 12, 4);
        int sum = InternetChecksum.sum(packet, 0, 20);
        packet[10] = (byte) (~sum >>> 8);
        packet[11] = (byte) ~sum;

        a.port.onFrame(B, A, 0x0800, packet, 0, packet.length, lan.now);

        assertThat(a.drops(reason)).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // hop-by-hop with a pad, then a destination options header with an option that may be skipped
                "60000000 0018 00 40|3c00 010400000000 1100 1e0400000000|true",
                // an option that says to discard
                "60000000 0010 3c 40|1100 4e0400000000|false",
                // hop-by-hop after another header
                "60000000 0018 3c 40|0000 010400000000 1100 010400000000|false",
                // routing that has arrived, and routing that has not
                "60000000 0010 2b 40|1100 0000 00000000|true",
                "60000000 0010 2b 40|1100 0001 00000000|false",
                // an atomic fragment
                "60000000 0010 2c 40|1100 0000 12345678|true",
                // a length beyond the packet
                "60000000 0010 3c 40|11ff 010400000000|false",
            })
    void extensionHeadersAreSkippedOrRefused(String start, String extensions, boolean accepted) throws IOException {
        byte[] udp = hex("1000 1388 0008 0000");
        byte[] pseudo = hex(V6_ADDRESSES + "00000008 00000011");
        int sum = InternetChecksum.fold(
                (long) InternetChecksum.sum(pseudo, 0, pseudo.length) + InternetChecksum.sum(udp, 0, 8));
        byte[] packet =
                hex(start + V6_ADDRESSES + extensions + "1000 1388 0008" + String.format("%04x", ~sum & 0xffff));

        a.port.onFrame(B, A, 0x86dd, packet, 0, packet.length, lan.now);

        assertThat(endpoint.receive(ByteBuffer.allocate(10)) != null).isEqualTo(accepted);
        assertThat(a.stack.drops().total()).isEqualTo(accepted ? 0 : 1);
    }

    @Test
    void aTooBigLowersThePathMtuAndIsForgotten() throws IOException {
        Lan.Host b = lan.host(B, "10.1.0.2/24");
        DatagramEndpoint server = b.stack.openDatagram();
        server.bind(socket("0.0.0.0", 7000));
        endpoint.send(ByteBuffer.allocate(2000), socket("10.1.0.2", 7000));
        lan.run(1_000_000_000L);
        byte[] sent = a.link.sent.get(1).payload();

        a.port.onFrame(B, A, 0x0800, tooBig("10.1.0.2", sent, 1000), 0, 56, lan.now);
        a.link.sent.clear();
        endpoint.send(ByteBuffer.allocate(2000), socket("10.1.0.2", 7000));
        lan.run(1_000_000_000L);

        assertThat(a.link.sent).hasSize(3).allMatch(frame -> frame.payload().length <= 1000);
        lan.run(600_000_000_000L);
        a.link.sent.clear();
        endpoint.send(ByteBuffer.allocate(2000), socket("10.1.0.2", 7000));
        assertThat(a.link.sent.get(0).payload()).hasSize(2028);
    }

    @Test
    void aTooBigFromABystanderIsNotBelieved() throws IOException {
        lan.host(B, "10.1.0.2/24");
        endpoint.send(ByteBuffer.allocate(2000), socket("10.1.0.2", 7000));
        lan.run(1_000_000_000L);
        byte[] sent = a.link.sent.get(1).payload();

        a.port.onFrame(0x0200_0000_000cL, A, 0x0800, tooBig("10.1.0.3", sent, 1000), 0, 56, lan.now);
        a.link.sent.clear();
        endpoint.send(ByteBuffer.allocate(2000), socket("10.1.0.2", 7000));
        lan.run(1_000_000L);

        assertThat(a.link.sent).hasSize(1);
        assertThat(a.drops(DropReason.ICMP_UNRELATED)).isEqualTo(1);
    }

    /** An ICMP "fragmentation needed" about {@code quoted}, 56 bytes. */
    private static byte[] tooBig(String from, byte[] quoted, int mtu) {
        byte[] packet = hex("45000038 00000000 4001 0000 00000000 0a010001 0304 0000 0000 0000" + "00".repeat(28));
        System.arraycopy(ip(from).getAddress(), 0, packet, 12, 4);
        packet[26] = (byte) (mtu >>> 8);
        packet[27] = (byte) mtu;
        System.arraycopy(quoted, 0, packet, 28, 28);
        int header = InternetChecksum.sum(packet, 0, 20);
        packet[10] = (byte) (~header >>> 8);
        packet[11] = (byte) ~header;
        int body = InternetChecksum.sum(packet, 20, 36);
        packet[22] = (byte) (~body >>> 8);
        packet[23] = (byte) ~body;
        return packet;
    }

    /** Frames of every kind that a peer with 10.1.0.2 and fd00::2 sends to us. */
    private static List<TestLink.Frame> traffic() {
        Lan other = new Lan(1);
        Lan.Host us = other.host(A, "10.1.0.1/24", "fd00::1/64");
        Lan.Host peer = other.host(B, 1400, List.of(), "10.1.0.2/24", "fd00::2/64");
        List<TestLink.Frame> frames = new ArrayList<>();
        PingListener ignore = new PingListener() {
            @Override
            public void onReply(InetAddress from, long roundTripNanos) {}

            @Override
            public void onFailure(IOException reason) {}
        };
        try {
            for (String target : List.of("10.1.0.1", "fd00::1")) {
                DatagramEndpoint sender = peer.stack.openDatagram();
                sender.send(ByteBuffer.allocate(20), socket(target, 5000));
                sender.send(ByteBuffer.allocate(20), socket(target, 5001));
                sender.send(ByteBuffer.allocate(3000), socket(target, 5000));
                peer.stack.ping(ip(target), 40, 1_000_000_000L, ignore, other.now);
            }
            us.stack.openDatagram().send(ByteBuffer.allocate(20), socket("10.1.0.2", 9));
            us.stack.openDatagram().send(ByteBuffer.allocate(20), socket("fd00::2", 9));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        other.run(1_000_000_000L);
        frames.addAll(peer.link.sent);
        assertThat(frames).hasSizeGreaterThan(12);
        return frames;
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replace(" ", ""));
    }
}
