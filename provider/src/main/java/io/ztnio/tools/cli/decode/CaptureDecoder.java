package io.ztnio.tools.cli.decode;

import io.ztnio.protocol.capture.UdpDatagram;
import io.ztnio.protocol.crypto.Armor;
import io.ztnio.protocol.crypto.CipherSuite;
import io.ztnio.protocol.crypto.HelloMask;
import io.ztnio.protocol.crypto.PeerKeys;
import io.ztnio.protocol.dissect.PacketDissector;
import io.ztnio.protocol.identity.Address;
import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.packet.Compression;
import io.ztnio.protocol.packet.Reassembly;
import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.wire.FragmentHeader;
import io.ztnio.protocol.wire.PacketHeader;
import io.ztnio.protocol.wire.SocketAddressField;
import io.ztnio.protocol.wire.Verb;
import io.ztnio.tools.cli.decode.DecodedPacket.Status;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Finds the VL1 packets among a capture's datagrams, joins their fragments, and opens them. Use once. */
final class CaptureDecoder {
    private static final int DEFAULT_PORT = 9993;
    /** Version and timestamp in front of the identity in a HELLO. */
    private static final int HELLO_IDENTITY = PacketHeader.LENGTH + 13;
    /** Id and timestamp of the planet behind the addresses in a HELLO. */
    private static final int HELLO_PLANET_LENGTH = 16;

    private final Keyring keyring;
    private final Set<InetSocketAddress> nodes = new HashSet<>();
    private final Map<Flow, Reassembly<UdpDatagram>> reassemblies = new HashMap<>();
    private final Map<PieceKey, DecodedPacket> incomplete = new LinkedHashMap<>();
    private final List<DecodedPacket> packets = new ArrayList<>();

    /** Relayed packets pass a capture more than once with the same id: each hop joins its own fragments. */
    private record Flow(InetSocketAddress source, InetSocketAddress destination) {}

    private record PieceKey(Flow flow, long packetId) {}

    CaptureDecoder(Keyring keyring) {
        this.keyring = keyring;
    }

    /** The packets, by the time of their last piece. */
    List<DecodedPacket> decode(List<UdpDatagram> datagrams) {
        datagrams.forEach(this::learn);
        boolean learned = true;
        // What an answer to WHOIS tells may open packets before it, and other answers.
        while (learned) {
            packets.clear();
            incomplete.clear();
            reassemblies.clear();
            datagrams.stream().filter(this::isNodes).forEach(this::onDatagram);
            learned = learnFromAnswers();
        }
        packets.addAll(incomplete.values());
        packets.sort(Comparator.comparingLong(DecodedPacket::timeNanos));
        return packets;
    }

    /** HELLOs are readable by everyone: they tell identities, and which sockets are nodes'. */
    private void learn(UdpDatagram datagram) {
        byte[] packet = datagram.payload().toByteArray();
        if (packet.length <= HELLO_IDENTITY
                || PacketHeader.cipher(packet, 0) != CipherSuite.POLY1305_NONE.code()
                || PacketHeader.verb(packet, 0) != Verb.HELLO) {
            return;
        }
        Optional<Identity> identity =
                Identity.read(new ByteReader(packet, HELLO_IDENTITY, packet.length - HELLO_IDENTITY));
        if (identity.isEmpty() || identity.get().address() != PacketHeader.source(packet, 0)) {
            return;
        }
        if (keyring.knows(identity.get().address()) || identity.get().locallyValid()) {
            keyring.add(identity.get().withoutSecret());
            nodes.add(datagram.source());
            nodes.add(datagram.destination());
        }
    }

    private boolean learnFromAnswers() {
        boolean learned = false;
        for (DecodedPacket packet : packets) {
            if (packet.status() == Status.OK && packet.body().get("identities") instanceof List<?> answers) {
                for (Object answer : answers) {
                    Optional<Identity> identity = answer instanceof Map<?, ?> fields
                            ? Identity.parse(String.valueOf(fields.get("identity")))
                            : Optional.empty();
                    if (identity.isPresent() && !keyring.knows(identity.get().address())) {
                        keyring.add(identity.get());
                        learned = true;
                    }
                }
            }
        }
        return learned;
    }

    /** A datagram is VL1's if a node is at one of its ends, or an address in its header is known. */
    private boolean isNodes(UdpDatagram datagram) {
        byte[] bytes = datagram.payload().toByteArray();
        boolean fragment = FragmentHeader.isFragment(bytes, 0, bytes.length);
        if (!fragment && !hasHeader(bytes)) {
            return false;
        }
        return nodes.contains(datagram.source())
                || nodes.contains(datagram.destination())
                || datagram.source().getPort() == DEFAULT_PORT
                || datagram.destination().getPort() == DEFAULT_PORT
                || keyring.knows(PacketHeader.destination(bytes, 0))
                || (!fragment && keyring.knows(PacketHeader.source(bytes, 0)));
    }

    private static boolean hasHeader(byte[] bytes) {
        return bytes.length >= PacketHeader.LENGTH
                && bytes.length <= PacketHeader.MAX_PACKET_LENGTH
                && !Address.isReserved(PacketHeader.source(bytes, 0))
                && !Address.isReserved(PacketHeader.destination(bytes, 0));
    }

    private void onDatagram(UdpDatagram datagram) {
        byte[] bytes = datagram.payload().toByteArray();
        Flow flow = new Flow(datagram.source(), datagram.destination());
        if (FragmentHeader.isFragment(bytes, 0, bytes.length)) {
            PieceKey key = new PieceKey(flow, FragmentHeader.id(bytes, 0));
            incomplete.merge(key, fragmentOnly(datagram, bytes), CaptureDecoder::addPiece);
            onJoined(key, datagram, reassembly(flow).onFragment(bytes, 0, bytes.length, datagram.timeNanos()));
        } else if (PacketHeader.isFragmented(bytes, 0)) {
            PieceKey key = new PieceKey(flow, PacketHeader.id(bytes, 0));
            incomplete.merge(key, head(datagram, bytes), CaptureDecoder::addPiece);
            onJoined(key, datagram, reassembly(flow).onHead(bytes, 0, bytes.length, datagram, datagram.timeNanos()));
        } else {
            packets.add(open(datagram.timeNanos(), bytes, bytes.length));
        }
    }

    private Reassembly<UdpDatagram> reassembly(Flow flow) {
        return reassemblies.computeIfAbsent(flow, f -> new Reassembly<>());
    }

    private void onJoined(PieceKey key, UdpDatagram datagram, Reassembly.Packet<UdpDatagram> packet) {
        if (packet != null) {
            incomplete.remove(key);
            byte[] bytes = Arrays.copyOf(packet.buffer(), packet.length());
            packets.add(open(datagram.timeNanos(), bytes, bytes.length));
        }
    }

    private static DecodedPacket fragmentOnly(UdpDatagram datagram, byte[] bytes) {
        return new DecodedPacket(
                datagram.timeNanos(),
                0,
                FragmentHeader.destination(bytes, 0),
                FragmentHeader.id(bytes, 0),
                -1,
                "-",
                bytes.length - FragmentHeader.LENGTH,
                Status.INCOMPLETE,
                Map.of());
    }

    private static DecodedPacket head(UdpDatagram datagram, byte[] bytes) {
        return result(datagram.timeNanos(), bytes, bytes.length, "-", Status.INCOMPLETE, Map.of());
    }

    /** What is known of a packet after one more of its pieces. */
    private static DecodedPacket addPiece(DecodedPacket seen, DecodedPacket piece) {
        DecodedPacket head = seen.source() == 0 ? piece : seen;
        return new DecodedPacket(
                piece.timeNanos(),
                head.source(),
                head.destination(),
                head.packetId(),
                head.cipher(),
                "-",
                seen.size() + piece.size(),
                Status.INCOMPLETE,
                Map.of());
    }

    private DecodedPacket open(long timeNanos, byte[] packet, int length) {
        int cipher = PacketHeader.cipher(packet, 0);
        boolean clear = cipher == CipherSuite.POLY1305_NONE.code() || cipher == CipherSuite.TRUSTED_PATH.code();
        String verb = clear ? verbName(packet) : "-";
        if (CipherSuite.of(cipher) == null) {
            return result(timeNanos, packet, length, verb, Status.UNKNOWN_CIPHER, Map.of());
        }
        if (cipher == CipherSuite.TRUSTED_PATH.code()) {
            return result(timeNanos, packet, length, verb, Status.TRUSTED_PATH, Map.of());
        }
        long source = PacketHeader.source(packet, 0);
        long destination = PacketHeader.destination(packet, 0);
        Optional<PeerKeys> keys = keyring.between(source, destination);
        if (keys.isEmpty()) {
            boolean secret = keyring.hasSecret(source) || keyring.hasSecret(destination);
            Status status = secret ? Status.UNKNOWN_PEER : Status.NO_KEY;
            return result(timeNanos, packet, length, verb, status, Map.of());
        }
        if (!Armor.open(keys.get(), packet, 0, length)) {
            return result(timeNanos, packet, length, verb, Status.NOT_AUTHENTIC, Map.of());
        }
        return dissect(timeNanos, packet, length, keys.get());
    }

    private DecodedPacket dissect(long timeNanos, byte[] packet, int length, PeerKeys keys) {
        byte[] plain = packet;
        int plainLength = length;
        if (PacketHeader.isCompressed(packet, 0)) {
            plain = new byte[PacketHeader.MAX_PACKET_LENGTH];
            plainLength = Compression.decompress(packet, 0, length, plain);
            if (plainLength < 0) {
                return result(timeNanos, packet, length, verbName(packet), Status.MALFORMED, Map.of());
            }
        }
        if (PacketHeader.verb(plain, 0) == Verb.HELLO) {
            unmask(keys, plain, plainLength);
        }
        Map<String, Object> body = PacketDissector.payload(
                PacketHeader.verbCode(plain, 0), plain, PacketHeader.LENGTH, plainLength - PacketHeader.LENGTH);
        body.remove("verb");
        Status status = body.containsKey("malformed") ? Status.MALFORMED : Status.OK;
        return result(timeNanos, packet, length, verbName(plain), status, body);
    }

    /** The part of a HELLO behind the planet's version is masked. */
    private static void unmask(PeerKeys keys, byte[] packet, int length) {
        ByteReader reader = new ByteReader(packet, HELLO_IDENTITY, length - HELLO_IDENTITY);
        Identity.read(reader);
        SocketAddressField.read(reader);
        reader.skip(HELLO_PLANET_LENGTH);
        if (reader.ok() && reader.remaining() > 0) {
            HelloMask.apply(keys, packet, 0, reader.position(), length);
        }
    }

    private static String verbName(byte[] packet) {
        Verb verb = PacketHeader.verb(packet, 0);
        return verb == null ? String.format("0x%02x", PacketHeader.verbCode(packet, 0)) : verb.name();
    }

    private static DecodedPacket result(
            long timeNanos, byte[] packet, int length, String verb, Status status, Map<String, Object> body) {
        return new DecodedPacket(
                timeNanos,
                PacketHeader.source(packet, 0),
                PacketHeader.destination(packet, 0),
                PacketHeader.id(packet, 0),
                PacketHeader.cipher(packet, 0),
                verb,
                length,
                status,
                body);
    }
}
