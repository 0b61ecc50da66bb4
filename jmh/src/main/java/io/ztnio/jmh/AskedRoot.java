package io.ztnio.jmh;

import io.ztnio.protocol.crypto.Armor;
import io.ztnio.protocol.crypto.CipherSuite;
import io.ztnio.protocol.crypto.HelloMask;
import io.ztnio.protocol.crypto.PeerKeys;
import io.ztnio.protocol.identity.Address;
import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.message.Hello;
import io.ztnio.protocol.message.OkHeader;
import io.ztnio.protocol.message.OkHello;
import io.ztnio.protocol.message.SoftwareVersion;
import io.ztnio.protocol.node.Node;
import io.ztnio.protocol.node.NodeConfig;
import io.ztnio.protocol.wire.BigEndian;
import io.ztnio.protocol.wire.ByteWriter;
import io.ztnio.protocol.wire.Bytes;
import io.ztnio.protocol.wire.PacketHeader;
import io.ztnio.protocol.wire.Verb;
import io.ztnio.protocol.world.World;
import io.ztnio.protocol.world.WorldRoot;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.bouncycastle.math.ec.rfc7748.X25519;

/**
 * A root that knows many nodes by proved paths, each in a network of its own, and their questions, sealed beforehand: more than
 * it remembers IDs of, so that none counts as a copy. Their identities have no proof of work, which nobody asks for here.
 */
final class AskedRoot {
    private static final int QUESTIONS = 1 << 17;
    private static final long START_MILLIS = 1_767_225_600_000L;
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final int QUESTIONS_PER_MILLI = 64;
    private static final long FIRST_ADDRESS = 0x10_0000_0000L;
    private static final int HELLO_TIMESTAMP = PacketHeader.LENGTH + 5;
    private static final int PORT = 9993;
    private static final int SECRET_LENGTH = 64;

    /** The last protocol version that gets suite 1. */
    private static final SoftwareVersion VERSION = new SoftwareVersion(11, 1, 14, 1);

    private final SplittableRandom random = new SplittableRandom(500);
    private final Identity self = Identity.generate(new Random(1));
    private final InetSocketAddress endpoint = endpoint(0x08_00_00_01);
    private final Identity[] identities;
    private final PeerKeys[] keys;
    private final InetSocketAddress[] sources;
    private final Node node;
    private final ArrayDeque<byte[]> sent = new ArrayDeque<>();
    private final byte[] buffer = new byte[PacketHeader.MAX_PACKET_LENGTH];
    private final byte[][] hellos = new byte[QUESTIONS][];
    private final byte[][] requests = new byte[QUESTIONS][];
    private boolean meeting = true;
    private long nowNanos = NANOS_PER_MILLI;
    private int next;
    private long asked;
    private long answered;

    AskedRoot(int count) {
        World world = World.create(
                World.Type.PLANET, 1, 1, self, List.of(new WorldRoot(self.withoutSecret(), List.of(endpoint))));
        node = new Node(
                NodeConfig.builder(self, world, new SplittableRandom(4))
                        .validity(identity -> true)
                        .build(),
                this::emit,
                (event, now) -> {});
        identities = new Identity[count];
        keys = new PeerKeys[count];
        sources = new InetSocketAddress[count];
        for (int i = 0; i < count; i++) {
            identities[i] = identity(FIRST_ADDRESS + i);
            keys[i] = PeerKeys.agree(identities[i], self);
            sources[i] = endpoint(0x42_00_00_01 + (i << 8));
            meet(i);
        }
        meeting = false;
        answered = 0;
        Arrays.setAll(hellos, i -> hello(i % count));
        Arrays.setAll(requests, i -> whois(i % count, (i + 1) % count));
    }

    private static InetSocketAddress endpoint(int ipv4) {
        byte[] bytes = new byte[Integer.BYTES];
        BigEndian.putInt(bytes, 0, ipv4);
        try {
            return new InetSocketAddress(InetAddress.getByAddress(bytes), PORT);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    private Identity identity(long address) {
        byte[] secret = new byte[SECRET_LENGTH];
        random.nextBytes(secret);
        byte[] key = new byte[SECRET_LENGTH];
        X25519.generatePublicKey(secret, 0, key, 0);
        HexFormat hex = HexFormat.of();
        return Identity.parse(Address.format(address) + ":0:" + hex.formatHex(key) + ":" + hex.formatHex(secret))
                .orElseThrow();
    }

    /** It says HELLO, is asked whether it is where that came from, and says so. */
    private void meet(int peer) {
        nowNanos += 20 * NANOS_PER_MILLI;
        deliver(peer, hello(peer));
        node.poll(millis());
        for (byte[] each = sent.poll(); each != null; each = sent.poll()) {
            if (Armor.open(keys[peer], each, 0, each.length) && PacketHeader.verb(each, 0) == Verb.HELLO) {
                deliver(peer, answer(peer, each));
            }
        }
    }

    private void emit(int socket, InetSocketAddress to, byte[] bytes, int offset, int length) {
        answered++;
        if (meeting) {
            sent.add(Arrays.copyOfRange(bytes, offset, offset + length));
        }
    }

    private long millis() {
        return START_MILLIS + nowNanos / NANOS_PER_MILLI;
    }

    private byte[] hello(int peer) {
        ByteWriter writer = begin(peer, Verb.HELLO);
        Hello hello = new Hello(VERSION, millis(), identities[peer], endpoint, 0, 0, List.of());
        hello.write(writer);
        HelloMask.apply(keys[peer], buffer, 0, writer.position() - hello.maskedLength(), writer.position());
        return seal(peer, CipherSuite.POLY1305_NONE, writer.position());
    }

    private byte[] whois(int peer, int other) {
        return seal(
                peer,
                CipherSuite.SALSA2012_POLY1305,
                begin(peer, Verb.WHOIS).putAddress(identities[other].address()).position());
    }

    private byte[] answer(int peer, byte[] hello) {
        ByteWriter writer = begin(peer, Verb.OK);
        new OkHeader(Verb.HELLO.code(), PacketHeader.id(hello, 0)).write(writer);
        new OkHello(BigEndian.getLong(hello, HELLO_TIMESTAMP), VERSION, null, Bytes.EMPTY).write(writer);
        return seal(peer, CipherSuite.SALSA2012_POLY1305, writer.position());
    }

    private ByteWriter begin(int peer, Verb verb) {
        PacketHeader.write(buffer, 0, random.nextLong(), self.address(), identities[peer].address(), verb);
        buffer[PacketHeader.FLAGS] = 0;
        return new ByteWriter(buffer, PacketHeader.LENGTH);
    }

    private byte[] seal(int peer, CipherSuite suite, int length) {
        Armor.seal(keys[peer], suite, buffer, 0, length);
        return Arrays.copyOf(buffer, length);
    }

    private void deliver(int peer, byte[] datagram) {
        System.arraycopy(datagram, 0, buffer, 0, datagram.length);
        node.onDatagram(0, sources[peer], buffer, 0, datagram.length, millis(), nowNanos);
    }

    /** One of the nodes says HELLO. */
    void hello() {
        ask(hellos);
    }

    /** One of the nodes asks for another. */
    void whois() {
        ask(requests);
    }

    private void ask(byte[][] questions) {
        int question = next++ & (QUESTIONS - 1);
        deliver(question % keys.length, questions[question]);
        asked++;
        if (asked % QUESTIONS_PER_MILLI == 0) {
            nowNanos += NANOS_PER_MILLI;
            node.poll(millis());
        }
    }

    void check() {
        if (answered < asked) {
            throw new IllegalStateException(
                    answered + " of " + asked + " answered: " + node.counters().drops());
        }
    }
}
