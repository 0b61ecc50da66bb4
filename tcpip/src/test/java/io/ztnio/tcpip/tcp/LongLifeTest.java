package io.ztnio.tcpip.tcp;

import static io.ztnio.tcpip.tcp.ScriptedPeer.OFFER;
import static io.ztnio.tcpip.tcp.ScriptedPeer.config;
import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.tcpip.EphemeralPorts;
import io.ztnio.tcpip.ip.IcmpError;
import io.ztnio.tcpip.tcp.segment.TcpDropReason;
import java.net.StandardSocketOptions;
import org.junit.jupiter.api.Test;

/** Keepalive, timestamps, path MTU and identity: scenarios 161 to 167. */
class LongLifeTest extends SenderScript {
    @Test
    void s161KeepAliveProbesAndGivesUp() {
        peer.establish(65_535);
        peer.stream.option(jdk.net.ExtendedSocketOptions.TCP_KEEPIDLE, 10);
        peer.stream.option(jdk.net.ExtendedSocketOptions.TCP_KEEPINTERVAL, 1);
        peer.stream.option(jdk.net.ExtendedSocketOptions.TCP_KEEPCOUNT, 3);
        peer.stream.option(StandardSocketOptions.SO_KEEPALIVE, true);

        peer.expectAfter(10_000, ". 0:0 ack 1");
        peer.send(". 1:0 ack 1");
        peer.expectAfter(10_000, ". 0:0 ack 1");
        peer.expectAfter(1000, ". 0:0 ack 1");
        peer.expectAfter(1000, ". 0:0 ack 1");
        peer.expectAfter(1000, "R. 1:0 ack 1");
    }

    @Test
    void s162PeersKeepAliveIsAnswered() {
        peer.establish(65_535);

        peer.send(". 0:0 ack 1").expect(". 1:0 ack 1");
    }

    @Test
    void s165PacketTooBigLowersTheSegmentSize() {
        peer.ip.mtuBytes = 1540;
        peer.establish(4_000_000, "<mss 1500,sackOK,ws 7>");
        peer.write(3000);
        peer.expect(". 1:1500 ack 1", "P. 1501:1500 ack 1");

        peer.icmp(IcmpError.PACKET_TOO_BIG, 50_000, 1040).expectNothing();
        peer.icmp(IcmpError.PACKET_TOO_BIG, 1, 1040);

        peer.expect(". 1:1000 ack 1", ". 1001:500 ack 1", ". 1501:1000 ack 1", "P. 2501:500 ack 1");
    }

    @Test
    void pathThatBecameSmallerIsNoticedWithoutAnError() {
        peer.ip.mtuBytes = 1540;
        peer.establish(4_000_000, "<mss 1500,sackOK,ws 7>");
        peer.ip.mtuBytes = 1040;

        peer.write(1500);

        peer.expect(". 1:1000 ack 1", "P. 1001:500 ack 1");
    }

    @Test
    void s161DataInFlightNeedsNoProbe() {
        withoutProbes();
        flight(1);
        peer.stream.option(jdk.net.ExtendedSocketOptions.TCP_KEEPIDLE, 1);
        peer.stream.option(StandardSocketOptions.SO_KEEPALIVE, true);

        for (int wait = 300; wait < 10_000; wait *= 2) {
            peer.expectAfter(wait, "P. 1:1000 ack 1");
        }
    }

    @Test
    void s162PeersKeepAliveWithAByteIsAnsweredToo() {
        peer.establish(65_535);
        peer.send(". 1:1 ack 1").expectAfter(40, ". 1:0 ack 2");

        peer.send(". 1:1 ack 1").expect(". 1:0 ack 2 <sack 1-2>");
    }

    @Test
    void s163OldTimestampIsDroppedUnlessTheConnectionWasIdleFor24Days() {
        peer = new ScriptedPeer(config().timestamps(true)).establish(65_535, OFFER.replace("ws", "ts 100 0,ws"));
        peer.send("P. 1:10 ack 1 <ts 99 0>").expect(". 1:0 ack 1 <ts 100>");
        assertThat(peer.layer.counters().drops(TcpDropReason.OLD_TIMESTAMP)).isEqualTo(1);

        peer.advanceMillis(25L * 24 * 3_600_000);
        peer.send("P. 1:10 ack 1 <ts 99 0>");

        assertThat(peer.read(1, 100)).isEqualTo(10);
        peer.expectAfter(40, ". 1:0 ack 11 <ts 99>");
    }

    @Test
    void s163ResetIsNeverTooOld() {
        peer = new ScriptedPeer(config().timestamps(true)).establish(65_535, OFFER.replace("ws", "ts 100 0,ws"));

        peer.send("R. 1:0 ack 1 <ts 50 0>");

        assertThat(peer.layer.flowCount()).isZero();
    }

    @Test
    void s164EchoIsThatOfTheFirstSegmentNotAcknowledged() {
        peer = new ScriptedPeer(config().timestamps(true)).establish(65_535, OFFER.replace("ws", "ts 5 0,ws"));

        peer.send(". 1:1000 ack 1 <ts 10 0>").expectNothing();
        peer.send(". 1001:1000 ack 1 <ts 20 0>").expect(". 1:0 ack 2001 <ts 10>");
        peer.send(". 3001:1000 ack 1 <ts 30 0>").expect(". 1:0 ack 2001 <ts 10,sack 3001-4001>");
        peer.send(". 2001:1000 ack 1 <ts 40 0>").expect(". 1:0 ack 4001 <ts 40>");
        peer.send(". 4001:1000 ack 1", ". 5001:1000 ack 1").expect(". 1:0 ack 6001 <ts 40>");
    }

    @Test
    void s165TooSmallAPathIsNotBelieved() {
        peer.ip.mtuBytes = 1540;
        peer.establish(4_000_000, "<mss 1500,sackOK,ws 7>");
        peer.write(600);
        peer.expect("P. 1:600 ack 1");

        peer.icmp(IcmpError.PACKET_TOO_BIG, 1, 60);

        peer.expect(". 1:512 ack 1", "P. 513:88 ack 1");
    }

    @Test
    void s165PacketTooBigDoesNotTouchTheWindow() {
        peer.ip.mtuBytes = 1540;
        peer.establish(4_000_000, "<mss 1500,sackOK,ws 7>");
        peer.write(1500);
        peer.expect("P. 1:1500 ack 1");
        long window = congestion().windowBytes();

        peer.icmp(IcmpError.PACKET_TOO_BIG, 1, 1400);

        peer.expect(". 1:1360 ack 1", "P. 1361:140 ack 1");
        assertThat(congestion().windowBytes()).isEqualTo(window);
        assertThat(congestion().thresholdBytes()).isEqualTo(Long.MAX_VALUE);
    }

    /** The 1348 bytes of the scenario are those beside timestamps. */
    @Test
    void s165PacketTooBigLeavesRoomForTimestamps() {
        peer = new ScriptedPeer(config().timestamps(true));
        peer.ip.mtuBytes = 1540;
        peer.establish(4_000_000, "<mss 1500,sackOK,ts 5 0,ws 7>");
        peer.write(1488);
        peer.expect("P. 1:1488 ack 1 <ts 5>");

        peer.icmp(IcmpError.PACKET_TOO_BIG, 50_000, 1400).expectNothing();
        peer.icmp(IcmpError.PACKET_TOO_BIG, 1, 1400);

        peer.expect(". 1:1348 ack 1 <ts 5>", "P. 1349:140 ack 1 <ts 5>");
    }

    @Test
    void s165ReportedMtuOfIpv6IsClampedTo1280() {
        peer = new ScriptedPeer(config(), "fd00::1", "fd00::2");
        peer.ip.mtuBytes = 1560;
        peer.establish(4_000_000, "<mss 1500,sackOK,ws 7>");
        peer.write(1500);
        peer.expect("P. 1:1500 ack 1");

        peer.icmp(IcmpError.PACKET_TOO_BIG, 1, 60);

        peer.expect(". 1:1220 ack 1", "P. 1221:280 ack 1");
    }

    @Test
    void s167InitialSequenceNumbersAdvanceWithTheClockPerPairOfAddresses() {
        long now = peer.now;
        long first = peer.layer.ground.numbers.initialSequence(peer.own, 40_000, peer.remote, 80, now);
        long later =
                peer.layer.ground.numbers.initialSequence(peer.own, 40_000, peer.remote, 80, now + 1000 * MILLISECOND);
        long other = peer.layer.ground.numbers.initialSequence(peer.own, 40_001, peer.remote, 80, now);

        assertThat((later - first) & 0xffff_ffffL).isEqualTo(15_625_000);
        assertThat(Math.abs((int) (other - first))).isGreaterThan(1_000_000);
    }

    @Test
    void s167EphemeralPortsDoNotClash() {
        peer = new ScriptedPeer(config().ephemeralPorts(new EphemeralPorts(40_000, 40_009)));
        java.util.Set<Integer> ports = new java.util.HashSet<>();

        for (int i = 0; i < 10; i++) {
            peer.open().connect().expect("S 0:0 " + OFFER);
            ports.add(peer.ownPort);
        }

        assertThat(ports).hasSize(10);
    }
}
