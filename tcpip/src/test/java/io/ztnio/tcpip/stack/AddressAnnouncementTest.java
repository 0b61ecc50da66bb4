package io.ztnio.tcpip.stack;

import static io.ztnio.tcpip.sim.Lan.ip;
import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.tcpip.DropReason;
import io.ztnio.tcpip.link.WrappedLink;
import io.ztnio.tcpip.sim.Lan;
import io.ztnio.tcpip.sim.TestLink;
import io.ztnio.tcpip.wire.EtherType;
import io.ztnio.tcpip.wire.EthernetAddress;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said of an address that a link is given, and what comes of another station that has it. */
class AddressAnnouncementTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long A = 0x0200_0000_000aL;
    private static final long C = 0x0200_0000_000cL;
    private static final int OVERRIDE = 0x2000_0000;
    private static final String IPV4 = "10.1.0.1";
    private static final String IPV6 = "fd00::12:3456";

    private record Sent(long atNanos, long destination, int etherType, String hex) {}

    private final Lan lan = new Lan(43);
    private final List<Sent> sent = new ArrayList<>();
    private final List<String> conflicts = new ArrayList<>();

    /** A host whose link wants announcements. */
    private Lan.Host announcing(String... addresses) {
        lan.wrapping = link -> new WrappedLink(link) {
            @Override
            public boolean isAnnouncing() {
                return true;
            }

            @Override
            public void onConflict(InetAddress own, long mac) {
                conflicts.add(own.getHostAddress() + " " + Long.toHexString(mac));
            }
        };
        Lan.Host host = lan.host(A, addresses);
        lan.filter = frame -> {
            sent.add(new Sent(lan.now, frame.destination(), frame.etherType(), frame.hex()));
            return true;
        };
        return host;
    }

    private void receive(Lan.Host host, int etherType, byte[] payload) {
        host.gate.run(now -> host.port.onFrame(
                C,
                etherType == EtherType.ARP ? EthernetAddress.BROADCAST : EthernetAddress.ALL_NODES,
                etherType,
                payload,
                0,
                payload.length,
                now));
    }

    private List<Sent> sent(byte[] payload) {
        String hex = new TestLink.Frame(A, 0, 0, payload).hex();
        return sent.stream().filter(frame -> frame.hex().equals(hex)).toList();
    }

    private static List<Long> gaps(List<Sent> frames) {
        List<Long> gaps = new ArrayList<>();
        for (int i = 1; i < frames.size(); i++) {
            gaps.add((frames.get(i).atNanos() - frames.get(i - 1).atNanos()) / SECOND);
        }
        return gaps;
    }

    @Test
    void anIpv4AddressIsAskedForTwiceAndThenAnnouncedTwice() {
        long start = lan.now;
        announcing(IPV4 + "/16");

        lan.run(60 * SECOND);

        List<Sent> probes = sent(WirePackets.arp(1, A, "0.0.0.0", 0, IPV4));
        List<Sent> announcements = sent(WirePackets.arp(1, A, IPV4, 0, IPV4));
        assertThat(probes).hasSize(2);
        assertThat(probes.get(0).atNanos() - start).isBetween(0L, SECOND);
        assertThat(gaps(probes))
                .as("beyond the 5 s in which a daemon tells its groups")
                .containsExactly(6L);
        assertThat(announcements).hasSize(2);
        assertThat(announcements.get(0).atNanos() - probes.get(1).atNanos()).isEqualTo(2 * SECOND);
        assertThat(gaps(announcements)).containsExactly(2L);
        assertThat(sent).hasSize(4).allMatch(frame -> frame.destination() == EthernetAddress.BROADCAST);
    }

    @Test
    void anIpv6AddressIsAskedForTwiceFromNoAddressAndWithoutOurMac() {
        announcing(IPV6 + "/64");

        lan.run(60 * SECOND);

        List<Sent> asked = sent(WirePackets.solicitation("::", "ff02::1:ff12:3456", IPV6, -1));
        assertThat(asked).hasSize(2).allMatch(frame -> frame.destination() == 0x3333_ff12_3456L);
        assertThat(gaps(asked)).containsExactly(6L);
        assertThat(sent).hasSize(2);
    }

    @Test
    void aLinkThatKnowsWhoHasWhichAddressIsToldNothing() {
        lan.host(A, IPV4 + "/16", IPV6 + "/64").link.tap(frame -> sent.add(null));

        lan.run(60 * SECOND);

        assertThat(sent).isEmpty();
    }

    @Test
    void onlyAnAddressThatIsNewIsAskedFor() {
        Lan.Host host = announcing(IPV4 + "/16");
        lan.run(60 * SECOND);
        sent.clear();

        host.port.configure(Lan.config(2800, List.of(), IPV4 + "/16", "10.1.0.9/16"), lan.now);
        lan.run(60 * SECOND);

        assertThat(sent).hasSize(4);
        assertThat(sent(WirePackets.arp(1, A, "10.1.0.9", 0, "10.1.0.9"))).hasSize(2);
    }

    @Test
    void ofAnAddressThatIsTakenAwayNothingMoreIsSaid() {
        Lan.Host host = announcing(IPV4 + "/16", IPV6 + "/64");
        lan.run(2 * SECOND);
        assertThat(sent).hasSize(2);

        host.port.configure(Lan.config(2800, List.of()), lan.now);
        lan.run(60 * SECOND);

        assertThat(sent).hasSize(2);
    }

    @Test
    void nothingIsSaidAfterTheLinkHasGone() {
        Lan.Host host = announcing(IPV4 + "/16", IPV6 + "/64");
        lan.run(2 * SECOND);

        host.port.detach(lan.now);
        lan.run(60 * SECOND);

        assertThat(sent).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void hostsThatAreGivenAddressesAtTheSameTimeDoNotAllAskAtOnce(long seed) {
        Lan many = new Lan(seed);
        many.wrapping = link -> new WrappedLink(link) {
            @Override
            public boolean isAnnouncing() {
                return true;
            }
        };
        List<Long> times = new ArrayList<>();
        many.filter = frame -> times.add(many.now);
        for (int i = 0; i < 20; i++) {
            many.host(A + 16L * i, "10.1.1." + i + "/16");
        }

        many.run(SECOND);

        assertThat(times).as("seed %d", seed).hasSize(20);
        assertThat(times.get(19) - times.get(0)).as("seed %d", seed).isGreaterThan(SECOND / 2);
    }

    @Test
    void whoAnswersTheQuestionForAnIpv4AddressIsInConflict() {
        Lan.Host host = announcing(IPV4 + "/16");
        lan.run(SECOND);

        receive(host, EtherType.ARP, WirePackets.arp(2, C, IPV4, A, "0.0.0.0"));

        assertThat(conflicts).containsExactly("10.1.0.1 2000000000c");
        assertThat(host.drops(DropReason.ADDRESS_CONFLICT)).isEqualTo(1);
        assertThat(host.stack.isLocal(ip(IPV4))).as("the address stays").isTrue();
    }

    @Test
    void whoAnswersTheQuestionForAnIpv6AddressIsInConflict() {
        Lan.Host host = announcing(IPV6 + "/64");
        lan.run(SECOND);

        receive(host, EtherType.IPV6, WirePackets.advertisement(IPV6, "ff02::1", IPV6, OVERRIDE, C));

        assertThat(conflicts).containsExactly("fd00:0:0:0:0:0:12:3456 2000000000c");
        assertThat(host.drops(DropReason.ADDRESS_CONFLICT)).isEqualTo(1);
        assertThat(host.stack.isLocal(ip(IPV6))).as("the address stays").isTrue();
    }

    @Test
    void twoOfOursWithOneAddressAreBothTold() {
        announcing(IPV4 + "/16");
        lan.run(60 * SECOND);
        lan.host(C, IPV4 + "/16");

        lan.run(60 * SECOND);

        assertThat(conflicts).contains("10.1.0.1 2000000000a", "10.1.0.1 2000000000c");
    }

    /** RFC 5227 2.4 (b). */
    @Test
    void anAddressIsDefendedOnceInTenSecondsAndToldAsOften() {
        Lan.Host host = announcing(IPV4 + "/16");
        lan.run(60 * SECOND);
        sent.clear();

        for (int i = 0; i < 21; i++) {
            receive(host, EtherType.ARP, WirePackets.arp(1, C, IPV4, 0, IPV4));
            lan.run(SECOND);
        }

        assertThat(host.drops(DropReason.ADDRESS_CONFLICT)).isEqualTo(21);
        assertThat(gaps(sent(WirePackets.arp(1, A, IPV4, 0, IPV4)))).containsExactly(10L, 10L);
        assertThat(sent).hasSize(3);
        assertThat(conflicts).hasSize(3);
    }

    @Test
    void aQuestionWhetherAnAddressIsFreeIsNoConflict() {
        Lan.Host host = announcing(IPV4 + "/16", IPV6 + "/64");
        lan.run(60 * SECOND);

        receive(host, EtherType.ARP, WirePackets.arp(1, C, "0.0.0.0", 0, IPV4));
        receive(host, EtherType.IPV6, WirePackets.solicitation("::", "ff02::1:ff12:3456", IPV6, -1));

        assertThat(conflicts).isEmpty();
        assertThat(host.drops(DropReason.ADDRESS_CONFLICT)).isZero();
    }
}
