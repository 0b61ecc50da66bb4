package io.ztnio.tcpip.stack;

import static io.ztnio.tcpip.sim.Lan.socket;
import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.tcpip.endpoint.DatagramEndpoint;
import io.ztnio.tcpip.endpoint.ListenerEndpoint;
import io.ztnio.tcpip.endpoint.StreamEndpoint;
import io.ztnio.tcpip.sim.Lan;
import io.ztnio.tcpip.sim.TestLink;
import io.ztnio.tcpip.wire.ArpPacket;
import io.ztnio.tcpip.wire.EtherType;
import io.ztnio.tcpip.wire.IcmpHeader;
import io.ztnio.tcpip.wire.IpAddresses;
import io.ztnio.tcpip.wire.IpProtocol;
import io.ztnio.tcpip.wire.Ipv6Header;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Packets with right lengths and checksums from somebody who knows the protocols, into a stack with sockets of each kind:
 * nothing is thrown, what is held stays bounded, and others are served afterwards. {@code -Dztnio.fuzz.packets} says how many
 * for each seed; six millions have been run.
 */
@Tag("any-jdk")
class StructuredPacketsTest {
    private static final int PACKETS = Integer.getInteger("ztnio.fuzz.packets", 60_000);
    private static final int PER_BREATH = 50;
    private static final int MOST_ACCEPTED = 64;
    private static final long ATTACKED = 0x0200_0000_000aL;
    private static final long HONEST = 0x0200_0000_000bL;
    private static final long ATTACKER = 0x0200_0000_000cL;
    private static final List<String> IPV4 = List.of(
            "10.1.0.1",
            "10.1.0.1",
            "10.1.0.1",
            "10.1.0.9",
            "10.1.0.9",
            "10.1.0.8",
            "224.0.0.1",
            "10.1.0.255",
            "9.9.9.9");
    private static final List<String> IPV6 = List.of(
            "fd00::1",
            "fd00::1",
            "fd00::1",
            "fd00::9",
            "fd00::9",
            "fd00::8",
            "ff02::1",
            "fe80::9",
            "2001:db8::1",
            "::");

    private final ArrayDeque<StreamEndpoint> open = new ArrayDeque<>();
    private Lan lan;
    private Lan.Host host;
    private DatagramEndpoint datagrams;
    private ListenerEndpoint listener;

    /** How far the packets get. */
    private int accepts;

    private int reads;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void breakNothingAndOthersAreServedAfterwards(long seed) throws IOException {
        lan = new Lan(seed);
        host = lan.host(ATTACKED, "10.1.0.1/24", "fd00::1/64");
        Lan.Host honest = lan.host(HONEST, "10.1.0.2/24", "fd00::2/64");
        openSockets();
        StructuredPackets packets = new StructuredPackets(seed, IPV4, IPV6, 80, 5000, 4711, 4712, 65_535);
        Random random = new Random(seed);

        for (int i = 0; i < PACKETS; i++) {
            for (byte[] packet : packets.next()) {
                arrive(packet, random.nextInt(16) == 0 ? ATTACKER + random.nextInt(2000) : ATTACKER);
            }
            if (i % PER_BREATH == 0) {
                breathe(packets, random);
            }
        }

        assertThat(host.stack.drops().total()).as("seed %d", seed).isGreaterThan(PACKETS / 20);
        assertThat(host.stack.connections()).as("seed %d", seed).isLessThan(10_000);
        assertThat(accepts).as("connections accepted, seed %d", seed).isGreaterThan(30);
        assertThat(reads).as("reads of streams, seed %d", seed).isGreaterThan(10);
        open.forEach(StreamEndpoint::close);
        // What is left of the attacker times out, and answers are free again.
        lan.run(200_000_000_000L);
        host.link.sent.clear();
        expectService(honest, "10.1.0.1");
        expectService(honest, "fd00::1");
    }

    private void openSockets() throws IOException {
        datagrams = host.stack.openDatagram();
        datagrams.bind(socket("0.0.0.0", 5000));
        listener = host.stack.openListener();
        listener.bind(socket("0.0.0.0", 80));
        listener.listen(50);
    }

    private void arrive(byte[] packet, long mac) {
        host.gate.run(now ->
                host.port.onFrame(mac, ATTACKED, WirePackets.etherType(packet), packet.clone(), 0, packet.length, now));
    }

    /** The stack's turn and its applications'; what was sent is shown to the attacker. */
    private void breathe(StructuredPackets packets, Random random) throws IOException {
        lan.run(1 + random.nextInt(300_000_000));
        for (TestLink.Frame frame : List.copyOf(host.link.sent)) {
            packets.show(frame);
            answerForNeighbours(frame);
        }
        host.link.sent.clear();
        serve();
        if (open.size() < MOST_ACCEPTED) {
            StreamEndpoint stream = host.stack.openStream();
            stream.connect(socket(random.nextBoolean() ? "10.1.0.9" : "fd00::9", 4711));
            open.add(stream);
        } else {
            open.remove().close();
        }
    }

    /** The attacker has every address that is not the honest one's. */
    private void answerForNeighbours(TestLink.Frame frame) {
        byte[] packet = frame.payload();
        if (frame.etherType() == EtherType.ARP) {
            String asked = text(packet, ArpPacket.LENGTH - 4, 4);
            if (!asked.equals("10.1.0.2") && !asked.equals("10.1.0.1")) {
                arriveArp(WirePackets.arp(ArpPacket.REPLY, ATTACKER, asked, ATTACKED, "10.1.0.1"));
            }
        } else if (frame.etherType() == EtherType.IPV6
                && Ipv6Header.nextHeader(packet, 0) == IpProtocol.ICMPV6
                && packet[Ipv6Header.LENGTH] == (byte) IcmpHeader.V6_NEIGHBOUR_SOLICITATION) {
            String asked = text(packet, Ipv6Header.LENGTH + IcmpHeader.LENGTH, 16);
            if (!asked.endsWith(":2")) {
                arrive(WirePackets.advertisement(asked, "fd00::1", asked, 0x6000_0000, ATTACKER), ATTACKER);
            }
        }
    }

    private static String text(byte[] packet, int at, int length) {
        return IpAddresses.of(Arrays.copyOfRange(packet, at, at + length)).getHostAddress();
    }

    private void arriveArp(byte[] packet) {
        host.gate.run(now -> host.port.onFrame(ATTACKER, ATTACKED, EtherType.ARP, packet, 0, packet.length, now));
    }

    /** Sends back what has come, on every socket. */
    private void serve() throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(2000);
        for (InetSocketAddress from = datagrams.receive(buffer);
                from != null;
                from = datagrams.receive(buffer.clear())) {
            try {
                datagrams.send(buffer.flip(), from);
            } catch (IOException e) {
                // A forged sender may be one that nobody can answer.
            }
        }
        for (StreamEndpoint accepted = listener.accept(); accepted != null; accepted = listener.accept()) {
            open.add(accepted);
            accepts++;
        }
        for (StreamEndpoint stream : open) {
            try {
                stream.finishConnect();
                if (stream.read(buffer.clear()) > 0) {
                    reads++;
                    stream.write(buffer.flip());
                }
            } catch (IOException e) {
                stream.close();
            }
        }
        open.removeIf(stream -> !stream.isOpen());
    }

    private void expectService(Lan.Host honest, String address) throws IOException {
        DatagramEndpoint asking = honest.stack.openDatagram();
        StreamEndpoint stream = honest.stack.openStream();
        asking.send(ByteBuffer.wrap(new byte[] {1}), socket(address, 5000));
        stream.connect(socket(address, 80));
        for (int i = 0; i < 20; i++) {
            lan.run(500_000_000L);
            serve();
        }
        assertThat(asking.receive(ByteBuffer.allocate(10)))
                .as("datagram from %s", address)
                .isNotNull();
        assertThat(stream.finishConnect()).as("connected to %s", address).isTrue();
        stream.write(ByteBuffer.wrap(new byte[] {2}));
        for (int i = 0; i < 4; i++) {
            lan.run(500_000_000L);
            serve();
        }
        assertThat(stream.read(ByteBuffer.allocate(10)))
                .as("byte from %s", address)
                .isEqualTo(1);
        stream.close();
        asking.close();
    }
}
