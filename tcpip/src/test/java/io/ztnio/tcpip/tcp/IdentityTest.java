package io.ztnio.tcpip.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.tcpip.tcp.segment.TcpDropReason;
import io.ztnio.tcpip.tcp.table.InitialNumbers;
import java.net.InetSocketAddress;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Timestamps, initial sequence numbers and ephemeral ports: scenarios 163, 164 and 167. */
@AtEverySequenceStart
class IdentityTest {
    private static final String OFFER = "<mss 1000,sackOK,ts 1000 0,ws 7>";
    private static final long DAY_MILLIS = 86_400_000L;

    private final ScriptedPeer peer = new ScriptedPeer(ScriptedPeer.config().timestamps(true));

    @AfterEach
    void nothingElseWasSent() {
        peer.expectNothing();
    }

    @Test
    void s163OlderTimestampInTheWindowIsDroppedAndAnswered() {
        peer.establish(65_535, OFFER).send(". 1:0 ack 1 <ts 1000 0>");

        peer.send("P. 1:100 ack 1 <ts 999 0>").expect(". 1:0 ack 1 <ts 1000>");

        assertThat(peer.stream.available()).isZero();
        assertThat(peer.layer.counters().drops(TcpDropReason.OLD_TIMESTAMP)).isEqualTo(1);
    }

    @Test
    void s163ResetIsNeverTooOld() {
        peer.establish(65_535, OFFER);

        peer.send("R. 1:0 ack 1 <ts 1 0>").expectNothing();

        assertThat(peer.layer.flowCount()).isZero();
    }

    @Test
    void s163TimestampIsForgottenAfter25Days() {
        peer.establish(65_535, OFFER);

        peer.advanceMillis(25 * DAY_MILLIS);
        peer.send("P. 1:100 ack 1 <ts 5 0>").expectAfter(40, ". 1:0 ack 101 <ts 5>");
    }

    @Test
    void s164EchoIsOfTheSegmentThatTheDelayedAckAnswers() {
        peer.establish(65_535, OFFER);

        peer.send("P. 1:100 ack 1 <ts 2000 0>").advanceMillis(10).expectNothing();
        peer.send("P. 101:50 ack 1 <ts 2010 0>").expectNothing();

        // RFC 7323 4.3: the oldest segment that is not acknowledged yet counts.
        peer.expectAfter(30, ". 1:0 ack 151 <ts 2000>");
    }

    @Test
    void s164SegmentBehindAHoleDoesNotChangeTheEcho() {
        peer.establish(65_535, OFFER);

        peer.send("P. 101:100 ack 1 <ts 2000 0>").expect(". 1:0 ack 1 <ts 1000,sack 101-201>");
        peer.send("P. 1:100 ack 1 <ts 2010 0>").expect(". 1:0 ack 201 <ts 2010>");
    }

    @Test
    void s164SegmentWithoutTimestampIsAccepted() {
        peer.establish(65_535, OFFER);

        peer.send("P. 1:100 ack 1").expectAfter(40, ". 1:0 ack 101 <ts 1000>");
    }

    @Test
    void s167InitialSequenceNumbersFollowAClockAndTellNothingOfEachOther() {
        InitialNumbers numbers = peer.layer.ground.numbers;

        long first = numbers.initialSequence(peer.own, 1, peer.remote, 2, peer.now);
        long later = numbers.initialSequence(peer.own, 1, peer.remote, 2, peer.now + 1_000_000_000L);
        long other = numbers.initialSequence(peer.own, 1, peer.remote, 3, peer.now);

        assertThat((later - first) & 0xffff_ffffL).isEqualTo(15_625_000);
        assertThat(other).isNotEqualTo(first);
        Set<Long> differences = new HashSet<>();
        for (int port = 0; port < 1000; port++) {
            long a = numbers.initialSequence(peer.own, 1, peer.remote, port, peer.now);
            long b = numbers.initialSequence(peer.own, 1, peer.remote, port + 1, peer.now);
            differences.add((b - a) & 0xffff_ffffL);
        }
        assertThat(differences).as("no constant step between ports").hasSizeGreaterThan(990);
    }

    @Test
    void s167EphemeralPortsDoNotClash() throws Exception {
        Set<Integer> ports = new HashSet<>();
        for (int i = 0; i < 2000; i++) {
            var stream = peer.layer.openStream();
            stream.connect(new InetSocketAddress(peer.remote, 80));
            assertThat(ports.add(stream.localAddress().getPort())).isTrue();
        }
        assertThat(ports).allMatch(port -> port >= 32_768 && port <= 60_999);
        expectSyns(2000);
    }

    @Test
    void s167EphemeralPortsOfDifferentPeersStartApart() throws Exception {
        Set<Integer> firsts = new HashSet<>();
        for (int seed = 0; seed < 3; seed++) {
            var stream = peer.layer.openStream();
            stream.connect(new InetSocketAddress(peer.remote, 1000 + seed));
            firsts.add(stream.localAddress().getPort());
        }
        assertThat(firsts).hasSize(3);
        expectSyns(3);
    }

    private void expectSyns(int count) {
        peer.expect(
                Collections.nCopies(count, "S 0:0 <mss 1000,sackOK,ts 0,ws 7>").toArray(new String[0]));
    }
}
