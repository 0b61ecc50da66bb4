package io.ztnio.protocol.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ztnio.protocol.crypto.Armor;
import io.ztnio.protocol.crypto.CipherSuite;
import io.ztnio.protocol.crypto.PeerKeys;
import io.ztnio.protocol.packet.Fragmenter;
import io.ztnio.protocol.packet.Reassembly;
import io.ztnio.protocol.sim.SimHost;
import io.ztnio.protocol.sim.SimIdentities;
import io.ztnio.protocol.sim.SimNet;
import io.ztnio.protocol.sim.SimPlanet;
import io.ztnio.protocol.sim.TrustingHandler;
import io.ztnio.protocol.vl1.DropReason;
import io.ztnio.protocol.vl1.PacketReader;
import io.ztnio.protocol.wire.BigEndian;
import io.ztnio.protocol.wire.PacketHeader;
import io.ztnio.protocol.wire.Verb;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Packets that are opened outside of the node, which accepts them later. Other tests' hosts do that one datagram at a time. */
@Tag("any-jdk")
class PacketReaderTest {
    private static final InetSocketAddress ALICE = SimNet.endpoint("81.1.1.1:9993");
    private static final int OPENERS = 2;
    private static final int MTU = 1432;

    private final SimNet net = new SimNet(1);
    private final SimPlanet planet = new SimPlanet(net);
    private final SimHost alice = net.host("81.1.1.1:9993");
    private final SimHost bob = net.host("82.1.1.1:9993");
    private final TrustingHandler handler = new TrustingHandler();
    private final PeerKeys keys = PeerKeys.agree(SimIdentities.of(1), SimIdentities.of(2));
    private long nextId = 0x5500_0000_0000_0000L;
    private PacketReader reader;
    private PacketReader.Packets packets;

    @BeforeEach
    void meet() {
        planet.start(alice, 1).handler(new TrustingHandler());
        planet.start(bob, 2).handler(handler);
        net.run(1_000);
        alice.say(SimIdentities.of(2).address(), "hello");
        assertThat(net.runUntil(5_000, () -> handler.texts().contains("hello"))).isTrue();
        reader = bob.node().reader(OPENERS);
        packets = reader.packets();
        handler.texts().clear();
    }

    /** A FRAME of Alice's, in datagrams. */
    private List<byte[]> frame(String text, CipherSuite suite) {
        byte[] payload = text.getBytes(StandardCharsets.UTF_8);
        byte[] bytes = new byte[PacketHeader.LENGTH + payload.length];
        PacketHeader.write(
                bytes, 0, 0, SimIdentities.of(2).address(), SimIdentities.of(1).address(), Verb.FRAME);
        BigEndian.putLong(bytes, PacketHeader.ID, nextId++);
        System.arraycopy(payload, 0, bytes, PacketHeader.LENGTH, payload.length);
        if (bytes.length > MTU) {
            PacketHeader.setFragmented(bytes, 0);
        }
        Armor.seal(keys, suite, bytes, 0, bytes.length);
        List<byte[]> datagrams = new ArrayList<>();
        Fragmenter.send(
                bytes,
                0,
                bytes.length,
                MTU,
                0,
                ALICE,
                (socket, to, buffer, offset, length) ->
                        datagrams.add(Arrays.copyOfRange(buffer, offset, offset + length)));
        return datagrams;
    }

    private List<byte[]> frame(String text) {
        return frame(text, CipherSuite.AES_GMAC_SIV);
    }

    private void read(List<byte[]> datagrams) {
        datagrams.forEach(
                datagram -> reader.read(packets, 0, ALICE, datagram, 0, datagram.length, net.nowMillis() * 1_000_000));
    }

    private void accept() {
        for (int i = 0; i < packets.size(); i++) {
            bob.node().onRead(packets, i, net.nowMillis());
        }
        packets.clear();
    }

    private static String longText(int number) {
        return number + "x".repeat(2_700 + number);
    }

    @Test
    void whatWasOpenedElsewhereIsAcceptedInTheOrderOfArrival() {
        for (CipherSuite suite :
                List.of(CipherSuite.AES_GMAC_SIV, CipherSuite.SALSA2012_POLY1305, CipherSuite.POLY1305_NONE)) {
            read(frame(suite + " short", suite));
            read(frame(suite + longText(7), suite));
        }
        reader.open(packets, 1);
        accept();

        assertThat(handler.texts())
                .containsExactly(
                        "AES_GMAC_SIV short",
                        "AES_GMAC_SIV" + longText(7),
                        "SALSA2012_POLY1305 short",
                        "SALSA2012_POLY1305" + longText(7),
                        "POLY1305_NONE short",
                        "POLY1305_NONE" + longText(7));
    }

    @Test
    void whatNobodyHasOpenedTheNodeOpens() {
        read(frame("one"));
        reader.open(packets, 0);
        read(frame("two"));
        accept();

        assertThat(handler.texts()).containsExactly("one", "two");
    }

    /** More packets in pieces than the reassembly has slots, all in one batch that waits. */
    @Test
    void packetsInPiecesKeepTheirBytesUntilTheBatchHasBeenHandled() {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < 3 * Reassembly.SLOTS; i++) {
            texts.add(longText(i));
            read(frame(longText(i)));
        }
        reader.open(packets, 0);
        accept();
        assertThat(handler.texts()).isEqualTo(texts);

        // The buffers that went out are used again.
        handler.texts().clear();
        Random random = new Random(1);
        List<byte[]> pieces = new ArrayList<>();
        List<String> few = texts.subList(0, Reassembly.SLOTS / 2);
        few.forEach(text -> pieces.addAll(frame(text)));
        Collections.shuffle(pieces, random);
        read(pieces.subList(0, pieces.size() / 2));
        reader.open(packets, 1);
        PacketReader.Packets first = packets;
        packets = reader.packets();
        read(pieces.subList(pieces.size() / 2, pieces.size()));
        reader.open(packets, 0);
        PacketReader.Packets second = packets;
        packets = first;
        accept();
        packets = second;
        accept();
        assertThat(handler.texts()).containsExactlyInAnyOrderElementsOf(few);
    }

    @Test
    void copiesAreFoundByTheNode() {
        List<byte[]> sealed = frame("once");
        byte[] copy = sealed.get(0).clone();
        read(sealed);
        read(List.of(copy));
        reader.open(packets, 0);
        long before = bob.counters().dropped(DropReason.REPLAYED);
        accept();

        assertThat(handler.texts()).containsExactly("once");
        assertThat(bob.counters().dropped(DropReason.REPLAYED)).isEqualTo(before + 1);
    }

    @Test
    void whatIsForgedCostsItself() {
        List<byte[]> good = frame("good");
        List<byte[]> forged = frame("forged");
        forged.get(0)[PacketHeader.LENGTH + 1] ^= 1;
        read(forged);
        read(good);
        reader.open(packets, 0);
        long before = bob.counters().dropped(DropReason.AUTHENTICATION_FAILED);
        accept();

        assertThat(handler.texts()).containsExactly("good");
        assertThat(bob.counters().dropped(DropReason.AUTHENTICATION_FAILED)).isEqualTo(before + 1);
    }

    /** Bob forgets Alice while a packet of hers lies opened; then her next one makes him ask who she is, as ever. */
    @Test
    void whatWasOpenedForSomebodyWhoIsForgottenIsDropped() {
        read(frame("late"));
        reader.open(packets, 0);
        alice.stop();
        net.run(700_000);
        long before = bob.counters().dropped(DropReason.AUTHENTICATION_FAILED);
        accept();
        assertThat(handler.texts()).isEmpty();
        assertThat(bob.counters().dropped(DropReason.AUTHENTICATION_FAILED)).isEqualTo(before + 1);

        read(frame("unknown"));
        reader.open(packets, 0);
        accept();
        assertThat(handler.texts()).isEmpty();
        planet.start(alice, 1).handler(new TrustingHandler());
        assertThat(net.runUntil(5_000, () -> handler.texts().contains("unknown")))
                .isTrue();
    }

    /** He has forgotten her, and knows her again by the time that it is looked at: its keys are other objects by then. */
    @Test
    void whatFailedWithKeysThatAreNoMoreIsTriedAgain() {
        PacketReader before = reader;
        List<byte[]> sealed = frame("again");
        before.read(packets, 0, ALICE, sealed.get(0), 0, sealed.get(0).length, 0);
        // Damaged while it is opened, and as it was again afterwards: stands for keys that did not fit.
        sealed.get(0)[PacketHeader.LENGTH + 1] ^= 1;
        before.open(packets, 0);
        sealed.get(0)[PacketHeader.LENGTH + 1] ^= 1;
        // Publishes the same peers' keys anew.
        reader = bob.node().reader(OPENERS);
        accept();

        assertThat(handler.texts()).containsExactly("again");
    }

    @Test
    void beaconsShortAndLongDatagramsAreCountedAsEver() {
        long beacons = bob.counters().dropped(DropReason.LEGACY_BEACON);
        long shorts = bob.counters().dropped(DropReason.TOO_SHORT);
        long longs = bob.counters().dropped(DropReason.TOO_LONG);
        long datagrams = bob.counters().datagramsIn();
        read(List.of(new byte[13], new byte[20], new byte[PacketHeader.MAX_PACKET_LENGTH + 1], new byte[0]));
        reader.open(packets, 0);
        accept();

        assertThat(bob.counters().dropped(DropReason.LEGACY_BEACON)).isEqualTo(beacons + 1);
        assertThat(bob.counters().dropped(DropReason.TOO_SHORT)).isEqualTo(shorts + 2);
        assertThat(bob.counters().dropped(DropReason.TOO_LONG)).isEqualTo(longs + 1);
        assertThat(bob.counters().datagramsIn()).isEqualTo(datagrams + 4);
    }

    /** Without memory reading ends anywhere; what the place was used for before is not handled again. */
    @Test
    void whatCouldNotBeReadIsNothing() {
        read(frame("one"));
        accept();
        long forged = bob.counters().dropped(DropReason.AUTHENTICATION_FAILED);
        long copies = bob.counters().dropped(DropReason.REPLAYED);
        byte[] head = frame(longText(1)).get(0);
        assertThatThrownBy(() -> reader.read(packets, 0, null, head, 0, head.length, 0));
        accept();

        assertThat(handler.texts()).containsExactly("one");
        assertThat(bob.counters().dropped(DropReason.AUTHENTICATION_FAILED)).isEqualTo(forged);
        assertThat(bob.counters().dropped(DropReason.REPLAYED)).isEqualTo(copies);
    }
}
