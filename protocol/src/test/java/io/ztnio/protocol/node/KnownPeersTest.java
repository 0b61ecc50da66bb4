package io.ztnio.protocol.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.protocol.crypto.Armor;
import io.ztnio.protocol.crypto.CipherSuite;
import io.ztnio.protocol.crypto.PeerKeys;
import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.message.OkHeader;
import io.ztnio.protocol.message.OkHello;
import io.ztnio.protocol.message.SoftwareVersion;
import io.ztnio.protocol.sim.SimIdentities;
import io.ztnio.protocol.sim.SimPlanet;
import io.ztnio.protocol.sim.SimStranger;
import io.ztnio.protocol.vl1.PeerRecord;
import io.ztnio.protocol.vl1.PeerStatus;
import io.ztnio.protocol.wire.BigEndian;
import io.ztnio.protocol.wire.ByteWriter;
import io.ztnio.protocol.wire.Bytes;
import io.ztnio.protocol.wire.PacketHeader;
import io.ztnio.protocol.wire.Verb;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What a root keeps of each peer that it knows: keys, version, a path that was proved, and ciphers that were used. 10,000 of them
 * are to fit in 100 MB of heap; {@code -Dztnio.test.peers=10000} makes as many, otherwise it is a part of them.
 */
@Tag("any-jdk")
class KnownPeersTest {
    private static final int PEERS = Integer.getInteger("ztnio.test.peers", 1_000);
    private static final long MOST_BYTES_PER_PEER = 10_000;
    private static final long FIRST = 0x10_0000_0000L;
    private static final long START = 1_767_225_600_000L;
    private static final SoftwareVersion VERSION = new SoftwareVersion(12, 1, 14, 1);

    @SuppressWarnings("ArrayRecordComponent") // of a queue, compared by nobody
    private record Sent(InetSocketAddress to, byte[] bytes) {}

    private final ArrayDeque<Sent> sent = new ArrayDeque<>();
    private final Identity rootIdentity = SimIdentities.of(0);
    private final PeerKeys keys = PeerKeys.agree(SimStranger.unearned(FIRST), rootIdentity);
    private long now = START;
    private long nextId = 1;

    @Test
    void aKnownPeerTakesTenKilobytesAtMost() {
        List<PeerRecord> known = new ArrayList<>();
        for (int i = 0; i < PEERS; i++) {
            Identity identity = SimStranger.unearned(FIRST + i).withoutSecret();
            known.add(new PeerRecord(identity, new SoftwareVersion(0, 0, 0, 0), List.of(), START));
        }
        Node warm = root(known.subList(0, 10));
        meet(warm, 10);
        long before = usedBytes();

        Node root = root(known);
        meet(root, PEERS);

        long each = (usedBytes() - before) / PEERS;
        System.out.println(PEERS + " peers of " + each + " bytes");
        assertThat(root.peers(now))
                .filteredOn(PeerStatus::direct)
                .hasSize(PEERS)
                .allSatisfy(peer -> assertThat(peer.version()).isEqualTo("1.14.1"));
        assertThat(each).isLessThan(MOST_BYTES_PER_PEER);
        assertThat(warm.peers(now)).as("kept until here").isNotEmpty();
    }

    private Node root(List<PeerRecord> known) {
        NodeState state = new NodeState(rootIdentity, Optional.of(SimPlanet.planet(1)), List.of(), known);
        Node root = new Node(
                NodeConfig.builder(state, new SplittableRandom(1)).build(),
                (socket, to, buffer, offset, length) ->
                        sent.add(new Sent(to, Arrays.copyOfRange(buffer, offset, offset + length))),
                (event, at) -> {});
        root.poll(now);
        return root;
    }

    /** Each says HELLO, is asked whether it is where that came from, and answers by suite 3. */
    private void meet(Node root, int count) {
        SimStranger strangers = new SimStranger(rootIdentity);
        for (int i = 0; i < count; i++) {
            now += 20;
            InetSocketAddress address = SimStranger.source(i);
            sent.clear();
            deliver(root, address, strangers.hello(SimStranger.unearned(FIRST + i), now));
            for (Sent each = sent.poll(); each != null; each = sent.poll()) {
                if (each.to.equals(address) && PacketHeader.verb(each.bytes, 0) == Verb.HELLO) {
                    deliver(root, address, answer(FIRST + i, each.bytes));
                }
            }
        }
    }

    private void deliver(Node root, InetSocketAddress from, byte[] datagram) {
        root.onDatagram(0, from, datagram, 0, datagram.length, now, now * 1_000_000);
        root.poll(now);
    }

    private byte[] answer(long peer, byte[] hello) {
        byte[] bytes = new byte[PacketHeader.MAX_PACKET_LENGTH];
        PacketHeader.write(bytes, 0, nextId++, rootIdentity.address(), peer, Verb.OK);
        ByteWriter writer = new ByteWriter(bytes, PacketHeader.LENGTH);
        new OkHeader(Verb.HELLO.code(), PacketHeader.id(hello, 0)).write(writer);
        long timestamp = BigEndian.getLong(hello, PacketHeader.LENGTH + 5);
        new OkHello(timestamp, VERSION, null, Bytes.EMPTY).write(writer);
        Armor.seal(keys, CipherSuite.AES_GMAC_SIV, bytes, 0, writer.position());
        return Arrays.copyOf(bytes, writer.position());
    }

    private static long usedBytes() {
        // Twice: what the first finds unreachable may have kept something else.
        System.gc();
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
