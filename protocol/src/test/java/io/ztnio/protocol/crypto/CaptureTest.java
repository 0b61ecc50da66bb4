package io.ztnio.protocol.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.protocol.Vectors;
import io.ztnio.protocol.capture.PcapReader;
import io.ztnio.protocol.capture.UdpDatagram;
import io.ztnio.protocol.dissect.PacketDissector;
import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.message.Hello;
import io.ztnio.protocol.message.MessageCodec;
import io.ztnio.protocol.message.NetworkConfigChunk;
import io.ztnio.protocol.message.OkWhois;
import io.ztnio.protocol.packet.Compression;
import io.ztnio.protocol.packet.Reassembly;
import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.wire.FragmentHeader;
import io.ztnio.protocol.wire.PacketHeader;
import io.ztnio.protocol.wire.Verb;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/** A real join, ping and HTTP download between reference nodes, read and written again byte for byte. */
class CaptureTest {
    private final Map<Long, Identity> identities = new HashMap<>();
    private final Map<InetAddress, Reassembly<UdpDatagram>> reassemblies = new HashMap<>();
    private final EnumMap<Verb, Integer> verbs = new EnumMap<>(Verb.class);
    private final EnumMap<CipherSuite, Integer> suites = new EnumMap<>(CipherSuite.class);
    private int splitPackets;
    private int compressedPackets;
    private int verifiedChunks;

    CaptureTest() {
        Map<?, ?> nodes = (Map<?, ?>) Vectors.map("captures/identities.json").get("identities");
        for (Object text : nodes.values()) {
            Identity identity = Vectors.identity(text);
            identities.put(identity.address(), identity);
        }
    }

    @Test
    void everyPacketIsReadAndWrittenAgain() throws Exception {
        List<UdpDatagram> datagrams = PcapReader.read(Vectors.resource("captures/join-ping-http.pcap"))
                .orElseThrow()
                .datagrams();

        for (UdpDatagram datagram : datagrams) {
            byte[] bytes = datagram.payload().toByteArray();
            if (bytes.length > FragmentHeader.LENGTH) {
                byte[] packet = reassemble(datagram, bytes);
                if (packet != null) {
                    checkPacket(packet);
                }
            }
        }

        System.out.println("capture: " + datagrams.size() + " datagrams, " + verbs + ", " + suites + ", " + splitPackets
                + " split, " + compressedPackets + " compressed, " + verifiedChunks + " chunks");
        assertThat(verbs)
                .containsKeys(
                        Verb.HELLO,
                        Verb.OK,
                        Verb.FRAME,
                        Verb.NETWORK_CONFIG_REQUEST,
                        Verb.MULTICAST_LIKE,
                        Verb.NETWORK_CREDENTIALS);
        assertThat(suites).containsKeys(CipherSuite.POLY1305_NONE, CipherSuite.AES_GMAC_SIV);
        assertThat(splitPackets).isPositive();
        assertThat(compressedPackets).isPositive();
        assertThat(verifiedChunks).isPositive();
    }

    private void learn(Identity identity) {
        identities.putIfAbsent(identity.address(), identity);
    }

    private byte[] reassemble(UdpDatagram datagram, byte[] bytes) {
        Reassembly<UdpDatagram> reassembly =
                reassemblies.computeIfAbsent(datagram.destination().getAddress(), address -> new Reassembly<>());
        Reassembly.Packet<UdpDatagram> packet;
        if (FragmentHeader.isFragment(bytes, 0, bytes.length)) {
            packet = reassembly.onFragment(bytes, 0, bytes.length, datagram.timeNanos());
        } else if (PacketHeader.isFragmented(bytes, 0)) {
            packet = reassembly.onHead(bytes, 0, bytes.length, datagram, datagram.timeNanos());
        } else {
            return bytes;
        }
        if (packet == null) {
            return null;
        }
        splitPackets++;
        return Arrays.copyOf(packet.buffer(), packet.length());
    }

    private void checkPacket(byte[] wire) throws Exception {
        if (PacketHeader.verb(wire, 0) == Verb.HELLO && PacketHeader.cipher(wire, 0) == 0) {
            learn(Identity.read(new ByteReader(wire, 28 + 13, Identity.PUBLIC_LENGTH))
                    .orElseThrow());
        }
        Identity source = identities.get(PacketHeader.source(wire, 0));
        Identity destination = identities.get(PacketHeader.destination(wire, 0));
        if (source == null || destination == null) {
            throw new AssertionError("an unknown node: " + PacketDissector.header(wire, 0, wire.length));
        }
        byte[] secret = destination.hasSecret() ? destination.agree(source) : source.agree(destination);
        byte[] packet = wire.clone();
        assertThat(Armor.open(new PeerKeys(secret), packet, 0, packet.length)).isTrue();
        byte[] opened = packet.clone();

        byte[] payload = payload(new PeerKeys(secret), packet);
        Verb verb = PacketHeader.verb(packet, 0);
        verbs.merge(verb, 1, Integer::sum);
        checkPayload(verb, payload, source);

        CipherSuite suite = CipherSuite.of(PacketHeader.cipher(wire, 0));
        suites.merge(suite, 1, Integer::sum);
        if (suite == CipherSuite.AES_GMAC_SIV) {
            System.arraycopy(originalId(secret, wire), 0, opened, 0, 8);
        }
        PacketHeader.mac(opened, 0, new Random(6).nextLong());
        Armor.seal(new PeerKeys(secret), suite, opened, 0, opened.length);
        assertThat(opened).isEqualTo(wire);
    }

    private byte[] payload(PeerKeys keys, byte[] packet) {
        if (PacketHeader.isCompressed(packet, 0)) {
            compressedPackets++;
            byte[] target = new byte[PacketHeader.MAX_PACKET_LENGTH];
            int length = Compression.decompress(packet, 0, packet.length, target);
            return Arrays.copyOfRange(target, 28, length);
        }
        if (PacketHeader.verb(packet, 0) == Verb.HELLO) {
            int maskPosition = Hello.maskPosition(new ByteReader(packet, 28, packet.length - 28));
            HelloMask.apply(keys, packet, 0, maskPosition, packet.length);
        }
        return Arrays.copyOfRange(packet, 28, packet.length);
    }

    private void checkPayload(Verb verb, byte[] payload, Identity source) {
        Map<String, Object> fields = PacketDissector.payload(verb.code(), payload, 0, payload.length);
        assertThat(fields).containsEntry("verb", verb.name()).doesNotContainKeys("malformed", "trailing");
        Optional<byte[]> reencoded = MessageCodec.reencode(verb, new ByteReader(payload));
        if (reencoded != null) {
            assertThat(reencoded).isPresent();
            assertThat(reencoded.get()).as("%s", fields).isEqualTo(payload);
        }
        if (verb == Verb.OK && payload[0] == Verb.WHOIS.code()) {
            OkWhois.read(new ByteReader(payload, 9, payload.length - 9))
                    .orElseThrow()
                    .identities()
                    .forEach(this::learn);
        }
        if (verb == Verb.OK && payload[0] == Verb.NETWORK_CONFIG_REQUEST.code()) {
            NetworkConfigChunk chunk = NetworkConfigChunk.read(new ByteReader(payload, 9, payload.length - 9))
                    .orElseThrow();
            assertThat(source.verify(chunk.signedMessage(), chunk.signature().toByteArray()))
                    .isTrue();
            verifiedChunks++;
        }
    }

    private static byte[] originalId(byte[] secret, byte[] wire) throws Exception {
        byte[] tag = Arrays.copyOf(wire, 16);
        System.arraycopy(wire, PacketHeader.MAC, tag, 8, 8);
        Cipher cipher = Cipher.getInstance("AES/ECB/NoPadding");
        byte[] key = Arrays.copyOf(PeerKeys.deriveKey(secret, '1'), 32);
        cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(key, "AES"));
        return Arrays.copyOf(cipher.doFinal(tag), 8);
    }
}
