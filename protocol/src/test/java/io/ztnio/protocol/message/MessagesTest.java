package io.ztnio.protocol.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.protocol.Vectors;
import io.ztnio.protocol.crypto.Armor;
import io.ztnio.protocol.crypto.CipherSuite;
import io.ztnio.protocol.crypto.HelloMask;
import io.ztnio.protocol.crypto.PeerKeys;
import io.ztnio.protocol.dissect.PacketDissector;
import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.wire.ByteWriter;
import io.ztnio.protocol.wire.Bytes;
import io.ztnio.protocol.wire.PacketHeader;
import io.ztnio.protocol.wire.SocketAddressField;
import io.ztnio.protocol.wire.Verb;
import io.ztnio.protocol.world.World;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class MessagesTest {
    private static final InetSocketAddress ENDPOINT =
            SocketAddressField.parse("192.0.2.1/9993").orElseThrow();
    private static final InetSocketAddress ENDPOINT_6 =
            SocketAddressField.parse("2001:db8::1/9993").orElseThrow();
    private static final SoftwareVersion VERSION = new SoftwareVersion(12, 1, 14, 1);
    private static final long NETWORK = 0x8e4df28b72000001L;
    private static final long TIMESTAMP = 1_700_000_000_000L;

    private static final Hello HELLO = new Hello(
            VERSION,
            TIMESTAMP,
            Vectors.A.withoutSecret(),
            ENDPOINT,
            0x08eac90aL,
            0x17ee95760cdL,
            List.of(WorldVersion.moon(0x1122334455L, 0)));

    private static final class Sample {
        private final Verb verb;
        private final byte[] payload;

        Sample(Verb verb, byte[] payload) {
            this.verb = verb;
            this.payload = payload;
        }
    }

    @Test
    void armorsTheKnownHello() {
        PeerKeys keys = PeerKeys.agree(Vectors.A, Vectors.B);
        byte[] packet = new byte[200];
        PacketHeader.write(packet, 0, 0x0123456789abcdefL, Vectors.B.address(), Vectors.A.address(), Verb.HELLO);
        ByteWriter writer = new ByteWriter(packet, 28);
        HELLO.write(writer);
        int end = writer.position();
        int maskPosition = end - HELLO.maskedLength();

        HelloMask.apply(keys, packet, 0, maskPosition, end);
        Armor.seal(keys, CipherSuite.POLY1305_NONE, packet, 0, end);

        assertThat(maskPosition).isEqualTo(135);
        assertThat(Vectors.hex(Arrays.copyOf(packet, end)))
                .isEqualTo("0123456789abcdefc87563f6948e4df28b720001b81d96aba1c5ff010c010e0001"
                        + "0000018bcfe568008e4df28b7200ac3d46abe0c21f3cfe7a6c8d6a85cfcffcb82f"
                        + "bd55af6a4d6350657c68200843fa2e16f9418bbd9702cae365f2af5fb4c420908b"
                        + "803a681d4daef6114d78a2d70004c000020127090000000008eac90a0000017ee9"
                        + "5760cd6ef5f2e7079d59f676c4436150bfd0f73fb0cd");
        assertThat(Armor.open(PeerKeys.agree(Vectors.B, Vectors.A), packet, 0, end))
                .isTrue();
        assertThat(Hello.maskPosition(new ByteReader(packet, 28, end - 28))).isEqualTo(maskPosition);
        HelloMask.apply(keys, packet, 0, maskPosition, end);
        assertThat(Hello.read(new ByteReader(packet, 28, end - 28))).contains(HELLO);
    }

    @Test
    void acceptsAHelloThatEndsEarly() {
        byte[] payload = payload(HELLO::write);
        int identityEnd = 13 + 71;

        Hello withoutAddress = read(payload, identityEnd);
        Hello withoutPlanet = read(payload, identityEnd + 7);
        Hello withoutMoons = read(payload, identityEnd + 7 + 16);

        assertThat(withoutAddress.destination()).isNull();
        assertThat(withoutPlanet.destination()).isEqualTo(ENDPOINT);
        assertThat(withoutPlanet.planetId()).isZero();
        assertThat(withoutMoons.planetId()).isEqualTo(HELLO.planetId());
        assertThat(withoutMoons.moons()).isEmpty();
        assertThat(Hello.maskPosition(new ByteReader(payload, 0, identityEnd + 7 + 16)))
                .isEqualTo(identityEnd + 7 + 16);
    }

    @Test
    void writesWhatItReads() {
        for (Sample sample : samples()) {
            ByteReader reader = new ByteReader(sample.payload);

            Optional<byte[]> reencoded = MessageCodec.reencode(sample.verb, reader);

            assertThat(reencoded.map(Vectors::hex)).contains(Vectors.hex(sample.payload));
            assertThat(reader.remaining()).isZero();
            assertThat(PacketDissector.payload(sample.verb.code(), sample.payload, 0, sample.payload.length))
                    .doesNotContainKeys("malformed", "trailing")
                    .containsEntry("verb", sample.verb.name());
        }
    }

    @Test
    void parsesTheWorldsOfAnOk() {
        World moon = World.create(World.Type.MOON, 9, TIMESTAMP, Vectors.A, List.of());
        OkHello ok = OkHello.of(TIMESTAMP, VERSION, ENDPOINT, List.of(World.earth(), moon));

        OkHello read = OkHello.read(new ByteReader(payload(ok::write))).orElseThrow();

        assertThat(read).isEqualTo(ok);
        assertThat(read.worlds()).containsExactly(World.earth(), moon);
    }

    @Test
    void ignoresDirectPathsOfUnknownTypes() {
        byte[] payload = Vectors.hex("0002 00 0002 aabb 05 03 010203 00 0000 04 06 c00002012709");

        PushDirectPaths push = PushDirectPaths.read(new ByteReader(payload)).orElseThrow();

        assertThat(push.paths()).extracting(PushDirectPaths.Path::endpoint).containsExactly(null, ENDPOINT);
        assertThat(payload(push::write)).isEqualTo(payload);
    }

    @Test
    void readsAnUnsignedChunk() {
        byte[] payload = Vectors.hex("8e4df28b72000001 0003 763d37");

        NetworkConfigChunk chunk =
                NetworkConfigChunk.read(new ByteReader(payload)).orElseThrow();

        assertThat(chunk.signature().isEmpty()).isTrue();
        assertThat(chunk.totalLength()).isEqualTo(3);
        assertThat(payload(chunk::write)).isEqualTo(payload);
    }

    @Test
    void signsAChunk() {
        NetworkConfigChunk chunk = chunk();

        assertThat(Vectors.A.verify(chunk.signedMessage(), chunk.signature().toByteArray()))
                .isTrue();
        assertThat(payload(chunk::write)).hasSize(NetworkConfigChunk.OVERHEAD + 3);
    }

    @Test
    void survivesTruncationAndChangedBits() {
        long seed = new Random().nextLong();
        System.out.println("MessagesTest seed " + seed);
        Random random = new Random(seed);
        for (Sample sample : samples()) {
            for (int length = 0; length <= sample.payload.length; length++) {
                parseEverything(sample.verb, sample.payload, length);
            }
            for (int i = 0; i < 300; i++) {
                byte[] changed = sample.payload.clone();
                for (int flips = random.nextInt(8); flips >= 0 && changed.length > 0; flips--) {
                    changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
                }
                parseEverything(sample.verb, changed, changed.length);
            }
        }
        for (Verb verb : Verb.values()) {
            for (int i = 0; i < 300; i++) {
                byte[] noise = new byte[random.nextInt(200)];
                random.nextBytes(noise);
                parseEverything(verb, noise, noise.length);
            }
        }
    }

    @Test
    void dissectsCredentials() {
        var vectors = Vectors.map("vectors/credentials.json");
        StringBuilder hex = new StringBuilder();
        hex.append(serialized(vectors.get("com"))).append("00");
        hex.append("0001").append(serialized(vectors.get("capability")));
        hex.append("0001").append(serialized(vectors.get("tag")));
        hex.append("0001").append(serialized(vectors.get("revocation")));
        hex.append("0001").append(serialized(vectors.get("certificateOfOwnership")));
        byte[] payload = Vectors.hex(hex.toString());

        var fields = PacketDissector.payload(Verb.NETWORK_CREDENTIALS.code(), payload, 0, payload.length);

        assertThat(fields)
                .containsKeys("com", "capabilities", "tags", "revocations", "certificatesOfOwnership")
                .doesNotContainKeys("malformed", "trailing");
        assertThat(fields.get("tags").toString()).contains("id=77", "value=3735928559", "issuedTo=140a85a12b");
        for (int length = 0; length < payload.length; length++) {
            PacketDissector.payload(Verb.NETWORK_CREDENTIALS.code(), payload, 0, length);
        }
    }

    @Test
    void dissectsWhatItCanOfAMalformedPayload() {
        byte[] payload = payload(HELLO::write);

        var fields = PacketDissector.payload(Verb.HELLO.code(), payload, 0, 50);

        assertThat(fields)
                .containsEntry("protocolVersion", 12)
                .containsEntry("timestamp", TIMESTAMP)
                .containsEntry("malformed", true)
                .doesNotContainKey("planetId");
    }

    private static Object serialized(Object credential) {
        return ((Map<?, ?>) credential).get("serialized");
    }

    private static void parseEverything(Verb verb, byte[] payload, int length) {
        MessageCodec.reencode(verb, new ByteReader(payload, 0, length));
        Hello.maskPosition(new ByteReader(payload, 0, length));
        OkHello.read(new ByteReader(payload, 0, length)).ifPresent(OkHello::worlds);
        PushDirectPaths.read(new ByteReader(payload, 0, length))
                .ifPresent(push -> push.paths().forEach(PushDirectPaths.Path::endpoint));
        assertThat(PacketDissector.payload(verb.code(), payload, 0, length)).containsEntry("verb", verb.name());
    }

    private static NetworkConfigChunk chunk() {
        return NetworkConfigChunk.sign(Vectors.A, NETWORK, Bytes.of(new byte[] {'v', '=', '7'}), 1, 77, 1000, 5);
    }

    private static List<Sample> samples() {
        GatherResult members = new GatherResult(9, List.of(Vectors.A.address(), Vectors.B.address()));
        List<Sample> samples = new ArrayList<>();
        samples.add(new Sample(Verb.HELLO, payload(HELLO::write)));
        samples.add(new Sample(Verb.NOP, new byte[0]));
        samples.add(ok(Verb.HELLO, OkHello.of(TIMESTAMP, VERSION, ENDPOINT_6, List.of(World.earth()))::write));
        samples.add(ok(Verb.WHOIS, new OkWhois(List.of(Vectors.A, Vectors.B))::write));
        samples.add(ok(Verb.MULTICAST_GATHER, new OkMulticastGather(NETWORK, 0xffffffffffffL, 7, members)::write));
        samples.add(ok(Verb.MULTICAST_FRAME, new OkMulticastFrame(NETWORK, 0xffffffffffffL, 7, 2, members)::write));
        samples.add(ok(Verb.NETWORK_CONFIG_REQUEST, chunk()::write));
        samples.add(ok(Verb.ECHO, new Echo(Bytes.of(new byte[] {1, 2, 3}))::write));
        samples.add(new Sample(Verb.ERROR, payload(writer -> {
            new ErrorHeader(Verb.FRAME.code(), 99, 6).write(writer);
            writer.putLong(NETWORK);
        })));
        samples.add(new Sample(
                Verb.WHOIS, payload(new Whois(List.of(Vectors.A.address(), Vectors.B.address()))::write)));
        samples.add(new Sample(Verb.RENDEZVOUS, payload(new Rendezvous(0, Vectors.B.address(), ENDPOINT)::write)));
        samples.add(new Sample(Verb.RENDEZVOUS, payload(new Rendezvous(0, Vectors.B.address(), ENDPOINT_6)::write)));
        samples.add(new Sample(Verb.ECHO, new byte[] {5, 6, 7}));
        samples.add(new Sample(
                Verb.PUSH_DIRECT_PATHS,
                payload(new PushDirectPaths(List.of(
                        PushDirectPaths.Path.of(0, ENDPOINT),
                        PushDirectPaths.Path.of(PushDirectPaths.Path.FLAG_CLUSTER_REDIRECT, ENDPOINT_6)))::write)));
        samples.add(new Sample(Verb.USER_MESSAGE, payload(new UserMessage(1, Bytes.of(new byte[] {9}))::write)));
        samples.add(new Sample(
                Verb.MULTICAST_LIKE,
                payload(new MulticastLike(List.of(
                        new MulticastLike.Subscription(NETWORK, 0xffffffffffffL, 0x0a010203),
                        new MulticastLike.Subscription(NETWORK, 0x3333ff000001L, 0)))::write)));
        samples.add(new Sample(
                Verb.MULTICAST_GATHER,
                payload(new MulticastGather(NETWORK, 0, 0xffffffffffffL, 0x0a010203, 32, Bytes.EMPTY)::write)));
        samples.add(new Sample(
                Verb.NETWORK_CONFIG_REQUEST,
                payload(new NetworkConfigRequest(NETWORK, Bytes.of(new byte[] {'v', '=', '7'}), 3, TIMESTAMP)::write)));
        samples.add(new Sample(Verb.NETWORK_CONFIG, payload(chunk()::write)));
        return samples;
    }

    private static Sample ok(Verb inRe, Consumer<ByteWriter> body) {
        return new Sample(Verb.OK, payload(writer -> {
            new OkHeader(inRe.code(), 0x1122334455667788L).write(writer);
            body.accept(writer);
        }));
    }

    private static Hello read(byte[] payload, int length) {
        return Hello.read(new ByteReader(payload, 0, length)).orElseThrow();
    }

    private static byte[] payload(Consumer<ByteWriter> write) {
        ByteWriter writer = new ByteWriter(10_000);
        write.accept(writer);
        return writer.toByteArray();
    }
}
