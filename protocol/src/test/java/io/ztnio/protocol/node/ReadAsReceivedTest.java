package io.ztnio.protocol.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.protocol.crypto.Armor;
import io.ztnio.protocol.crypto.CipherSuite;
import io.ztnio.protocol.crypto.PeerKeys;
import io.ztnio.protocol.packet.Fragmenter;
import io.ztnio.protocol.sim.SimHost;
import io.ztnio.protocol.sim.SimIdentities;
import io.ztnio.protocol.sim.SimNet;
import io.ztnio.protocol.sim.SimPlanet;
import io.ztnio.protocol.sim.TrustingHandler;
import io.ztnio.protocol.vl1.PacketReader;
import io.ztnio.protocol.wire.BigEndian;
import io.ztnio.protocol.wire.PacketHeader;
import io.ztnio.protocol.wire.Verb;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two worlds, equal but for this: in one a node is handed datagrams, in the other what a reader has made of them, in batches, opened by
 * anybody at any time and looked at later. Nobody can tell the difference, whatever the datagrams are.
 */
@Tag("any-jdk")
class ReadAsReceivedTest {
    private static final int OPENERS = 3;
    private static final int STEPS = 400;
    private static final int MTU = 1432;
    private static final long ALICE = SimIdentities.of(1).address();
    private static final long BOB = SimIdentities.of(2).address();
    private static final long NANOS = 1_000_000;
    private static final List<Verb> VERBS = List.of(Verb.values());

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Arrived(InetSocketAddress from, byte[] bytes) {}

    private record Batch(List<Arrived> datagrams, long nanos) {}

    /** What Bob's world is like, and what it has been told. */
    private static class World {
        final SimNet net = new SimNet(5);
        final SimPlanet planet = new SimPlanet(net);
        final SimHost alice = net.host("81.1.1.1:9993");
        final SimHost bob = net.host("82.1.1.1:9993");
        final TrustingHandler handler = new TrustingHandler();
        final Deque<Batch> waiting = new ArrayDeque<>();

        World() {
            planet.start(alice, 1).handler(new TrustingHandler());
            planet.start(bob, 2).handler(handler);
            net.record();
            net.run(1_000);
            alice.say(BOB, "hello");
            net.run(40_000);
        }

        void arrive(Batch batch) {
            waiting.add(batch);
        }

        void open(int opener) {}

        void handle() {
            Batch batch = waiting.poll();
            for (Arrived each : batch.datagrams) {
                byte[] bytes = each.bytes.clone();
                bob.node().onDatagram(0, each.from, bytes, 0, bytes.length, net.nowMillis(), batch.nanos);
            }
        }

        String told() {
            var counters = bob.counters();
            return String.join(
                    "\n",
                    "in " + counters.datagramsIn() + " " + counters.bytesIn() + " " + counters.packetsInByVerb(),
                    "out " + counters.datagramsOut() + " " + counters.bytesOut() + " " + counters.packetsOutByVerb(),
                    "drops " + counters.drops(),
                    "errors " + counters.errorsIn() + " " + counters.errorsOut(),
                    "relayed " + counters.relayed(),
                    "peers " + bob.node().peers(net.nowMillis()),
                    "texts " + handler.texts());
        }
    }

    private static final class ReadingWorld extends World {
        private final PacketReader reader = bob.node().reader(OPENERS);
        private final Deque<PacketReader.Packets> read = new ArrayDeque<>();
        private final Deque<PacketReader.Packets> unopened = new ArrayDeque<>();
        private final Deque<PacketReader.Packets> free = new ArrayDeque<>();

        @Override
        void arrive(Batch batch) {
            super.arrive(batch);
            PacketReader.Packets packets = free.isEmpty() ? reader.packets() : free.poll();
            for (Arrived each : batch.datagrams) {
                byte[] bytes = each.bytes.clone();
                reader.read(packets, 0, each.from, bytes, 0, bytes.length, batch.nanos);
            }
            read.add(packets);
            unopened.add(packets);
        }

        @Override
        void open(int opener) {
            PacketReader.Packets packets = opener % 2 == 0 ? unopened.pollFirst() : unopened.pollLast();
            if (packets != null) {
                reader.open(packets, opener);
            }
        }

        @Override
        void handle() {
            waiting.poll();
            PacketReader.Packets packets = read.poll();
            unopened.remove(packets);
            for (int i = 0; i < packets.size(); i++) {
                bob.node().onRead(packets, i, net.nowMillis());
            }
            packets.clear();
            free.add(packets);
        }
    }

    /** Anything that could arrive, most of it of no good intention. */
    private static final class Arrivals {
        private final SplittableRandom random;
        private final List<byte[]> recorded;
        private final PeerKeys keys = PeerKeys.agree(SimIdentities.of(1), SimIdentities.of(2));
        private final List<byte[]> pieces = new ArrayList<>();
        private long nextId = 0x5500_0000_0000_0000L;

        Arrivals(SplittableRandom random, List<byte[]> recorded) {
            this.random = random;
            this.recorded = recorded;
        }

        private List<byte[]> frame() {
            boolean large = random.nextInt(4) == 0;
            int length = large ? random.nextInt(9_900) : random.nextInt(900);
            byte[] bytes = new byte[PacketHeader.LENGTH + length];
            Arrays.fill(bytes, (byte) ('a' + random.nextInt(26)));
            Verb verb = random.nextInt(9) == 0 ? VERBS.get(random.nextInt(VERBS.size())) : Verb.FRAME;
            PacketHeader.write(bytes, 0, 0, BOB, ALICE, verb);
            BigEndian.putLong(bytes, PacketHeader.ID, nextId++);
            if (bytes.length > MTU) {
                PacketHeader.setFragmented(bytes, 0);
            }
            CipherSuite[] suites = {CipherSuite.AES_GMAC_SIV, CipherSuite.SALSA2012_POLY1305, CipherSuite.POLY1305_NONE
            };
            Armor.seal(keys, suites[random.nextInt(suites.length)], bytes, 0, bytes.length);
            List<byte[]> datagrams = new ArrayList<>();
            Fragmenter.send(
                    bytes,
                    0,
                    bytes.length,
                    MTU,
                    0,
                    from(),
                    (socket, to, buffer, offset, size) ->
                            datagrams.add(Arrays.copyOfRange(buffer, offset, offset + size)));
            return datagrams;
        }

        private InetSocketAddress from() {
            return SimNet.endpoint(
                    (random.nextInt(3) == 0 ? "66.6.6." + random.nextInt(1, 200) : "81.1.1.1") + ":9993");
        }

        Batch batch(long nanos) {
            List<Arrived> datagrams = new ArrayList<>();
            int size = random.nextInt(1, 40);
            while (datagrams.size() < size) {
                datagrams.add(new Arrived(from(), datagram()));
            }
            return new Batch(datagrams, nanos);
        }

        private byte[] datagram() {
            if (pieces.size() < 60) {
                for (int i = random.nextInt(6); i >= 0; i--) {
                    pieces.addAll(frame());
                }
                if (random.nextBoolean()) {
                    Collections.shuffle(pieces, new java.util.Random(random.nextLong()));
                }
            }
            byte[] bytes = pieces.remove(0);
            if (random.nextInt(20) == 0) {
                pieces.add(random.nextInt(pieces.size()), bytes);
            }
            switch (random.nextInt(16)) {
                case 0 -> bytes = flipped(bytes);
                case 1 -> bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length + 40));
                case 2 -> bytes = header(bytes);
                case 3 -> bytes = flipped(recorded.get(random.nextInt(recorded.size())));
                case 4 -> bytes = recorded.get(random.nextInt(recorded.size()));
                case 5 -> {
                    bytes = new byte[random.nextInt(40) == 0 ? 10_500 : random.nextInt(300)];
                    random.nextBytes(bytes);
                }
                default -> {}
            }
            return bytes;
        }

        private byte[] flipped(byte[] bytes) {
            byte[] changed = bytes.clone();
            for (int i = random.nextInt(3); i >= 0; i--) {
                changed[random.nextInt(Math.min(changed.length, 40))] ^= (byte) (1 << random.nextInt(8));
            }
            return changed;
        }

        /** Another source, destination or suite. */
        private byte[] header(byte[] bytes) {
            byte[] changed = bytes.clone();
            long[] nodes = {
                ALICE, BOB, SimIdentities.of(0).address(), SimIdentities.of(7).address(), 0, 0xff_0000_0001L
            };
            if (changed.length >= PacketHeader.LENGTH) {
                long other = nodes[random.nextInt(nodes.length)];
                int at = random.nextBoolean() ? PacketHeader.SOURCE : PacketHeader.DESTINATION;
                for (int i = 0; i < 5; i++) {
                    changed[at + i] = (byte) (other >>> (32 - 8 * i));
                }
                if (random.nextBoolean()) {
                    changed[PacketHeader.FLAGS] = (byte) random.nextInt(256);
                }
            }
            return changed;
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void nobodyCanTellTheDifference(long seed) {
        World plain = new World();
        World reading = new ReadingWorld();
        List<byte[]> recorded = plain.net.log().stream()
                .filter(datagram -> datagram.to().equals(plain.bob.address()))
                .map(datagram -> datagram.bytes().toByteArray())
                .toList();
        SplittableRandom random = new SplittableRandom(seed);
        Arrivals arrivals = new Arrivals(random, recorded);
        for (int step = 0; step < STEPS; step++) {
            Batch batch = arrivals.batch(plain.net.nowMillis() * NANOS);
            int opener = random.nextInt(OPENERS);
            boolean more = plain.waiting.size() < 8 && random.nextBoolean();
            int pass = random.nextInt(5) == 0 ? random.nextInt(1, 3_000) : 0;
            for (World world : List.of(plain, reading)) {
                world.arrive(batch);
                if (!more) {
                    world.open(opener);
                    world.open(opener + 1 < OPENERS ? opener + 1 : 0);
                    while (!world.waiting.isEmpty()) {
                        world.handle();
                    }
                }
                world.bob.say(ALICE, "step");
                world.net.run(pass);
            }
            if (plain.waiting.isEmpty()) {
                assertThat(reading.told()).as("seed %d, step %d", seed, step).isEqualTo(plain.told());
            }
        }
        assertThat(plain.handler.texts()).hasSizeGreaterThan(1_000);
        assertThat(reading.net.log().size()).isEqualTo(plain.net.log().size());
        assertThat(reading.net.log()).isEqualTo(plain.net.log());
    }
}
