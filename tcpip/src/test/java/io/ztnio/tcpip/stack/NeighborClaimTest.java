package io.ztnio.tcpip.stack;

import static io.ztnio.tcpip.sim.Lan.socket;
import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.tcpip.DropReason;
import io.ztnio.tcpip.endpoint.DatagramEndpoint;
import io.ztnio.tcpip.sim.Lan;
import io.ztnio.tcpip.sim.TestLink;
import io.ztnio.tcpip.wire.ArpPacket;
import io.ztnio.tcpip.wire.EtherType;
import io.ztnio.tcpip.wire.EthernetAddress;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who says that an address is his. */
class NeighborClaimTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long A = 0x0200_0000_000aL;
    private static final long B = 0x0200_0000_000bL;
    private static final long C = 0x0200_0000_000cL;
    private static final int SOLICITED = 0x4000_0000;
    private static final int OVERRIDE = 0x2000_0000;

    /** The ways to say that one has the address of host B. */
    enum Claim {
        ARP_GRATUITOUS,
        ARP_GRATUITOUS_REPLY,
        ARP_REPLY,
        ARP_REQUEST,
        UNSOLICITED_ADVERTISEMENT,
        SOLICITED_ADVERTISEMENT,
        SOLICITATION;

        boolean isArp() {
            return name().startsWith("ARP_");
        }

        String victim() {
            return isArp() ? "10.1.0.2" : "fd00::2";
        }

        TestLink.Frame from(long mac) {
            return switch (this) {
                case ARP_GRATUITOUS -> frame(mac, true, WirePackets.arp(1, mac, "10.1.0.2", 0, "10.1.0.2"));
                case ARP_GRATUITOUS_REPLY -> frame(mac, true, WirePackets.arp(2, mac, "10.1.0.2", mac, "10.1.0.2"));
                case ARP_REPLY -> frame(mac, false, WirePackets.arp(2, mac, "10.1.0.2", A, "10.1.0.1"));
                case ARP_REQUEST -> frame(mac, true, WirePackets.arp(1, mac, "10.1.0.2", 0, "10.1.0.1"));
                case UNSOLICITED_ADVERTISEMENT ->
                    frame(mac, true, WirePackets.advertisement("fd00::2", "ff02::1", "fd00::2", OVERRIDE, mac));
                case SOLICITED_ADVERTISEMENT ->
                    frame(
                            mac,
                            false,
                            WirePackets.advertisement("fd00::2", "fd00::1", "fd00::2", SOLICITED | OVERRIDE, mac));
                case SOLICITATION -> frame(mac, false, WirePackets.solicitation("fd00::2", "fd00::1", "fd00::1", mac));
            };
        }

        private TestLink.Frame frame(long mac, boolean toAll, byte[] payload) {
            long group = isArp() ? EthernetAddress.BROADCAST : EthernetAddress.ALL_NODES;
            return new TestLink.Frame(mac, toAll ? group : A, isArp() ? EtherType.ARP : EtherType.IPV6, payload);
        }
    }

    private final Lan lan = new Lan(41);
    private final Lan.Host host = lan.host(A, "10.1.0.1/16", "fd00::1/64");
    private final Lan.Host victim = lan.host(B, "10.1.0.2/16", "fd00::2/64");
    private DatagramEndpoint endpoint;

    @BeforeEach
    void open() throws IOException {
        endpoint = host.stack.openDatagram();
        endpoint.bind(socket("::", 500));
        victim.stack.openDatagram().bind(socket("::", 9));
    }

    private void receive(TestLink.Frame frame) {
        byte[] bytes = frame.payload();
        host.port.onFrame(frame.source(), frame.destination(), frame.etherType(), bytes, 0, bytes.length, lan.now);
    }

    /** Where a datagram to an address goes, {@code -1} if nowhere yet. */
    private long receiver(String address) throws IOException {
        host.link.sent.clear();
        endpoint.send(ByteBuffer.allocate(4), socket(address, 9));
        return host.link.sent.stream()
                .filter(frame -> isDatagram(frame.payload(), frame.etherType()))
                .mapToLong(TestLink.Frame::destination)
                .findFirst()
                .orElse(-1);
    }

    private static boolean isDatagram(byte[] packet, int etherType) {
        return etherType == EtherType.IPV4 || (etherType == EtherType.IPV6 && packet[6] == 17);
    }

    private long conflicts() {
        return host.drops(DropReason.NEIGHBOUR_CONFLICT);
    }

    private void know(String address) throws IOException {
        receiver(address);
        lan.run(SECOND);
        assertThat(receiver(address)).isEqualTo(B);
        lan.run(SECOND);
    }

    @ParameterizedTest
    @EnumSource(Claim.class)
    void aStationThatAnswersKeepsItsAddress(Claim claim) throws IOException {
        know(claim.victim());
        host.link.sent.clear();

        receive(claim.from(C));

        assertThat(host.link.sent)
                .as("the known station is asked, and nobody else")
                .filteredOn(frame -> frame.destination() == B)
                .hasSize(1);
        assertThat(receiver(claim.victim())).isEqualTo(B);
        lan.run(10 * SECOND);
        assertThat(receiver(claim.victim())).isEqualTo(B);
        assertThat(conflicts()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(Claim.class)
    void aStationThatIsSilentLosesItsAddressToWhoClaimedIt(Claim claim) throws IOException {
        know(claim.victim());
        lan.filter = frame -> frame.source() != B;

        receive(claim.from(C));
        assertThat(receiver(claim.victim())).isEqualTo(B);
        lan.run(3 * SECOND + SECOND / 2);

        assertThat(receiver(claim.victim())).isEqualTo(C);
    }

    @ParameterizedTest
    @EnumSource(Claim.class)
    void oneWhoClaimedAnAddressOfASilentStationHasToAnswerToo(Claim claim) throws IOException {
        know(claim.victim());
        lan.filter = frame -> frame.source() != B;
        receive(claim.from(C));

        lan.run(7 * SECOND);

        assertThat(receiver(claim.victim())).as("asked for anew").isEqualTo(-1);
    }

    @ParameterizedTest
    @EnumSource(Claim.class)
    void manyClaimsAreOneQuestionEveryFewSeconds(Claim claim) throws IOException {
        know(claim.victim());
        long asked = 0;

        for (int i = 0; i < 1000; i++) {
            host.link.sent.clear();
            receive(claim.from(C + i % 7));
            asked += host.link.sent.stream()
                    .filter(frame -> frame.destination() == B)
                    .count();
            lan.run(SECOND / 100);
        }

        assertThat(asked).isBetween(1L, 3L);
        assertThat(receiver(claim.victim())).isEqualTo(B);
        assertThat(conflicts()).isEqualTo(1000);
    }

    @Test
    void anAdvertisementWithoutOverrideMakesTheNeighbourAnswerAndChangesNothing() throws IOException {
        know("fd00::2");
        byte[] claim = WirePackets.advertisement("fd00::2", "fd00::1", "fd00::2", 0, C);
        host.link.sent.clear();

        receive(new TestLink.Frame(C, A, EtherType.IPV6, claim));
        assertThat(host.link.takeOnly().destination()).isEqualTo(B);
        lan.filter = frame -> frame.source() != B;
        lan.run(2 * SECOND);
        assertThat(receiver("fd00::2")).isEqualTo(B);
        lan.run(2 * SECOND);

        assertThat(receiver("fd00::2")).as("asked for anew").isEqualTo(-1);
    }

    @Test
    void aSolicitedAdvertisementToEverybodyIsMalformed() throws IOException {
        know("fd00::2");
        byte[] claim = WirePackets.advertisement("fd00::2", "ff02::1", "fd00::2", SOLICITED | OVERRIDE, C);

        receive(new TestLink.Frame(C, EthernetAddress.ALL_NODES, EtherType.IPV6, claim));

        assertThat(host.drops(DropReason.MALFORMED_NDP)).isEqualTo(1);
        assertThat(conflicts()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "224.0.0.1", "255.255.255.255", "10.1.255.255", "240.0.0.1"})
    void claimsToAddressesThatNoStationHasAreNotTaken(String address) throws IOException {
        receive(new TestLink.Frame(C, A, EtherType.ARP, WirePackets.arp(1, C, address, 0, "10.1.0.1")));

        assertThat(host.drops(DropReason.BAD_SOURCE)).isEqualTo(1);
        assertThat(host.link.sent).isEmpty();
    }

    /** A stack whose link knows owners: of fc00::/7 by the last six bytes, of others by what it is told. */
    private Lan.Host owning() {
        Lan.Host owner = lan.host(0x0200_0000_000dL, "10.1.0.13/16", "fd00::d/64", "fc00::d/40");
        owner.link.deriving();
        return owner;
    }

    private static void receive(Lan.Host at, TestLink.Frame frame, long now) {
        byte[] bytes = frame.payload();
        at.port.onFrame(frame.source(), at.link.mac(), frame.etherType(), bytes, 0, bytes.length, now);
    }

    private static long receiver(Lan.Host from, String address) throws IOException {
        from.link.sent.clear();
        from.stack.openDatagram().send(ByteBuffer.allocate(4), socket(address, 9));
        return from.link.sent.stream()
                .filter(frame -> isDatagram(frame.payload(), frame.etherType()))
                .mapToLong(TestLink.Frame::destination)
                .findFirst()
                .orElse(-1);
    }

    private static List<TestLink.Frame> everyClaim(String address, String to, long mac) {
        boolean v4 = !address.contains(":");
        byte[] datagram = WirePackets.udp(address, 7, to, 9, 1);
        TestLink.Frame heard = new TestLink.Frame(mac, 0, v4 ? EtherType.IPV4 : EtherType.IPV6, datagram);
        if (v4) {
            return List.of(
                    heard,
                    new TestLink.Frame(mac, 0, EtherType.ARP, WirePackets.arp(ArpPacket.REQUEST, mac, address, 0, to)),
                    new TestLink.Frame(mac, 0, EtherType.ARP, WirePackets.arp(ArpPacket.REPLY, mac, address, 0, to)));
        }
        byte[] answer = WirePackets.advertisement(address, to, address, SOLICITED | OVERRIDE, mac);
        return List.of(
                heard,
                new TestLink.Frame(mac, 0, EtherType.IPV6, WirePackets.solicitation(address, to, to, mac)),
                new TestLink.Frame(mac, 0, EtherType.IPV6, answer));
    }

    @Test
    void anAddressThatImpliesItsMacTakesNoOther() throws IOException {
        Lan.Host owner = owning();
        String address = "fc00::0200:0000:000b";

        for (TestLink.Frame claim : everyClaim(address, "fc00::d", C)) {
            receive(owner, claim, lan.now);
            assertThat(receiver(owner, address)).isEqualTo(B);
        }
        for (TestLink.Frame claim : everyClaim(address, "fc00::d", C)) {
            receive(owner, claim, lan.now);
            lan.run(10 * SECOND);
            assertThat(receiver(owner, address)).isEqualTo(B);
        }

        assertThat(owner.drops(DropReason.NEIGHBOUR_NOT_OWNER)).isEqualTo(6);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.1.0.77", "fd00::77"})
    void anAddressWhoseOwnerTheNetworkKnowsTakesNoOther(String address) throws IOException {
        Lan.Host owner = owning();
        String own = address.contains(":") ? "fd00::d" : "10.1.0.13";
        owner.link.owners.put(Lan.ip(address), B);

        everyClaim(address, own, C).forEach(claim -> receive(owner, claim, lan.now));
        assertThat(receiver(owner, address)).as("nobody has shown himself yet").isEqualTo(-1);
        everyClaim(address, own, C).forEach(claim -> receive(owner, claim, lan.now));
        assertThat(receiver(owner, address)).as("the first was not believed").isEqualTo(-1);
        receive(owner, everyClaim(address, own, B).get(2), lan.now);
        assertThat(receiver(owner, address)).isEqualTo(B);
        everyClaim(address, own, C).forEach(claim -> receive(owner, claim, lan.now));

        assertThat(receiver(owner, address)).isEqualTo(B);
        assertThat(owner.drops(DropReason.NEIGHBOUR_CONFLICT)).isZero();
        assertThat(owner.drops(DropReason.NEIGHBOUR_NOT_OWNER)).isGreaterThanOrEqualTo(6);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.1.0.77", "fd00::77", "fc00::0200:0000:000b"})
    void whoSpeaksForAnotherIsNotAnswered(String address) throws IOException {
        Lan.Host owner = owning();
        String own = address.contains(":") ? (address.startsWith("fc") ? "fc00::d" : "fd00::d") : "10.1.0.13";
        owner.link.owners.put(Lan.ip(address), B);
        DatagramEndpoint service = owner.stack.openDatagram();
        service.bind(socket("::", 9));
        List<byte[]> packets = List.of(
                WirePackets.udp(address, 7, own, 9, 100),
                WirePackets.udp(address, 7, own, 10, 100),
                WirePackets.echoRequest(address, own, 100));

        for (int i = 0; i < 2; i++) {
            for (byte[] packet : packets) {
                receive(owner, new TestLink.Frame(C, 0, WirePackets.etherType(packet), packet), lan.now);
                for (byte[] each : WirePackets.fragments(packet, 48, 3)) {
                    receive(owner, new TestLink.Frame(C, 0, WirePackets.etherType(each), each), lan.now);
                }
            }
            lan.run(SECOND);
            assertThat(owner.link.sent).isEmpty();
            assertThat(service.receive(ByteBuffer.allocate(100))).isNull();
            // From now on it is known.
            receive(owner, everyClaim(address, own, B).get(0), lan.now);
            service.receive(ByteBuffer.allocate(100));
        }

        assertThat(owner.drops(DropReason.NEIGHBOUR_NOT_OWNER)).isEqualTo(2 * 9);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 0xffff_ffff_ffffL, 0x0100_5e00_0001L, 0x3333_0000_0001L, A})
    void nobodySendsFromTheMacOfAGroupOrFromOurs(long mac) throws IOException {
        DatagramEndpoint service = host.stack.openDatagram();
        service.bind(socket("::", 9));
        byte[] packet = WirePackets.udp("10.1.0.77", 7, "10.1.0.1", 9, 1);

        receive(new TestLink.Frame(mac, A, EtherType.IPV4, packet));

        assertThat(service.receive(ByteBuffer.allocate(100))).isNull();
        assertThat(host.drops(DropReason.BAD_SOURCE)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.1.0.77", "fd00::77"})
    void anOwnerThatBecomesKnownGetsItsAddressWithItsFirstWord(String address) throws IOException {
        Lan.Host owner = owning();
        String own = address.contains(":") ? "fd00::d" : "10.1.0.13";
        receive(owner, everyClaim(address, own, C).get(1), lan.now);
        assertThat(receiver(owner, address)).isEqualTo(C);
        owner.link.owners.put(Lan.ip(address), B);

        receive(owner, everyClaim(address, own, B).get(0), lan.now);

        assertThat(receiver(owner, address)).isEqualTo(B);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.1.0.77", "fd00::77"})
    void whoIsNotTheOwnerIsNotTrustedForLonger(String address) throws IOException {
        Lan.Host owner = owning();
        String own = address.contains(":") ? "fd00::d" : "10.1.0.13";
        receive(owner, everyClaim(address, own, C).get(1), lan.now);
        owner.link.owners.put(Lan.ip(address), B);

        lan.run(31 * SECOND);

        assertThat(receiver(owner, address)).as("asked for anew").isEqualTo(-1);
    }
}
