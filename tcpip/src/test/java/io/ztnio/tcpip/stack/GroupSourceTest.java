package io.ztnio.tcpip.stack;

import static io.ztnio.tcpip.sim.Lan.ip;
import static io.ztnio.tcpip.sim.Lan.socket;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ztnio.tcpip.endpoint.DatagramEndpoint;
import io.ztnio.tcpip.endpoint.DatagramOptions;
import io.ztnio.tcpip.endpoint.SourceFilter;
import io.ztnio.tcpip.sim.Lan;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Source filters: what endpoints receive, and what IGMPv3 and MLDv2 reports say of it. */
class GroupSourceTest {
    private static final long SECOND = 1_000_000_000L;

    /** Addresses of one IP version. */
    enum Version {
        IGMP("igmp3", "239.1.2.3", "232.1.2.3", "10.1.0."),
        MLD("mld2", "ff05::1:3", "ff35::1:3", "fd00::");

        private final String protocol;
        private final String group;
        private final String specific;
        private final String prefix;

        Version(String protocol, String group, String specific, String prefix) {
            this.protocol = protocol;
            this.group = group;
            this.specific = specific;
            this.prefix = prefix;
        }

        private String record(String type, int... hosts) {
            return protocol + ' ' + type + ' ' + text(group) + sources(hosts);
        }

        private String sources(int... hosts) {
            return Arrays.stream(hosts)
                    .mapToObj(host -> ' ' + text(prefix + host))
                    .collect(Collectors.joining());
        }

        /** As {@link GroupRouter} writes addresses. */
        private static String text(String address) {
            return ip(address).getHostAddress().replaceFirst(":0(:0)+:", "::");
        }

        private SourceFilter only(int... hosts) {
            return SourceFilter.only(addresses(hosts));
        }

        private SourceFilter except(int... hosts) {
            return SourceFilter.except(addresses(hosts));
        }

        private Set<InetAddress> addresses(int... hosts) {
            Set<InetAddress> addresses = new LinkedHashSet<>();
            Arrays.stream(hosts).forEach(host -> addresses.add(ip(prefix + host)));
            return addresses;
        }
    }

    private final Lan lan = new Lan(21);
    private final Lan.Host host = lan.host(0x0200_0000_000aL, "10.1.0.1/24", "fd00::1/64");
    private final GroupRouter router = new GroupRouter(lan, host);
    private final DatagramEndpoint endpoint = host.stack.openDatagram();

    private List<String> heardIn(long nanos) {
        lan.run(nanos);
        return router.heard();
    }

    private static List<String> twice(String... texts) {
        List<String> all = new ArrayList<>(List.of(texts));
        all.addAll(List.of(texts));
        return all;
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void onlySourcesWantedAreReceived(Version version) throws IOException {
        Lan.Host first = lan.host(0x0200_0000_000bL, "10.1.0.2/24", "fd00::2/64");
        Lan.Host second = lan.host(0x0200_0000_000cL, "10.1.0.3/24", "fd00::3/64");
        endpoint.bind(socket("0.0.0.0", 5000));
        DatagramEndpoint other = host.stack.openDatagram();
        other.option(StandardSocketOptions.SO_REUSEADDR, true);

        endpoint.filter(ip(version.group), null, version.only(2));
        assertThat(received(version, first, second)).containsExactly(ip(version.prefix + 2));

        endpoint.filter(ip(version.group), null, version.only(2, 3));
        assertThat(received(version, first, second)).hasSize(2);

        endpoint.filter(ip(version.group), null, version.except(2));
        assertThat(received(version, first, second)).containsExactly(ip(version.prefix + 3));

        endpoint.filter(ip(version.group), null, SourceFilter.ANY);
        assertThat(received(version, first, second)).hasSize(2);

        endpoint.filter(ip(version.group), null, SourceFilter.NONE);
        assertThat(received(version, first, second)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void endpointsOfOnePortFilterByThemselves(Version version) throws IOException {
        Lan.Host first = lan.host(0x0200_0000_000bL, "10.1.0.2/24", "fd00::2/64");
        Lan.Host second = lan.host(0x0200_0000_000cL, "10.1.0.3/24", "fd00::3/64");
        DatagramEndpoint other = host.stack.openDatagram();
        for (DatagramEndpoint each : List.of(endpoint, other)) {
            each.option(StandardSocketOptions.SO_REUSEADDR, true);
            each.bind(socket("0.0.0.0", 5000));
        }
        endpoint.filter(ip(version.group), null, version.only(2));
        other.filter(ip(version.group), ip(version.prefix + 1), version.only(3));

        assertThat(received(version, first, second)).containsExactly(ip(version.prefix + 2));
        assertThat(other.receive(ByteBuffer.allocate(9))).isEqualTo(socket(version.prefix + 3, 6000));
        assertThat(other.receive(ByteBuffer.allocate(9))).isNull();
    }

    private List<InetAddress> received(Version version, Lan.Host... senders) throws IOException {
        for (Lan.Host sender : senders) {
            DatagramEndpoint sending = sender.stack.openDatagram();
            sending.bind(socket("0.0.0.0", 6000));
            InetAddress own = ip(version.prefix + (sender.link.mac() == 0x0200_0000_000bL ? 2 : 3));
            sending.option(DatagramOptions.MULTICAST_LINK_ADDRESS, own);
            sending.send(ByteBuffer.allocate(1), socket(version.group, 5000));
            sending.close();
        }
        lan.run(SECOND);
        List<InetAddress> sources = new ArrayList<>();
        while (true) {
            InetSocketAddress from = endpoint.receive(ByteBuffer.allocate(9));
            if (from == null) {
                return sources;
            }
            sources.add(from.getAddress());
        }
    }

    /** RFC 3376 5.1: each row of the table of differences. */
    @ParameterizedTest
    @EnumSource(Version.class)
    void changesAreReportedTwice(Version version) throws IOException {
        endpoint.filter(ip(version.group), null, version.only(5, 6));
        assertThat(heardIn(3 * SECOND)).isEqualTo(twice(version.record("ALLOW", 5, 6)));

        endpoint.filter(ip(version.group), null, version.only(6, 7));
        assertThat(heardIn(3 * SECOND)).isEqualTo(twice(version.record("ALLOW", 7), version.record("BLOCK", 5)));

        endpoint.filter(ip(version.group), null, version.except(8));
        assertThat(heardIn(3 * SECOND)).isEqualTo(twice(version.record("TO_EX", 8)));

        endpoint.filter(ip(version.group), null, version.except(9));
        assertThat(heardIn(3 * SECOND)).isEqualTo(twice(version.record("ALLOW", 8), version.record("BLOCK", 9)));

        endpoint.filter(ip(version.group), null, version.only(4));
        assertThat(heardIn(3 * SECOND)).isEqualTo(twice(version.record("TO_IN", 4)));

        endpoint.filter(ip(version.group), null, SourceFilter.NONE);
        assertThat(heardIn(3 * SECOND)).isEqualTo(twice(version.record("BLOCK", 4)));
        assertThat(heardIn(60 * SECOND)).isEmpty();
    }

    /** RFC 3376 5.1: an unfinished change goes together with the next one. */
    @ParameterizedTest
    @EnumSource(Version.class)
    void aChangeBeforeTheLastWasRepeatedIsMerged(Version version) throws IOException {
        endpoint.filter(ip(version.group), null, version.only(5));
        assertThat(heardIn(0)).containsExactly(version.record("ALLOW", 5));

        endpoint.filter(ip(version.group), null, version.only(5, 6));
        assertThat(heardIn(0)).containsExactly(version.record("ALLOW", 5, 6));
        assertThat(heardIn(3 * SECOND)).containsExactly(version.record("ALLOW", 6));

        endpoint.filter(ip(version.group), null, SourceFilter.ANY);
        endpoint.filter(ip(version.group), null, version.except(7));
        assertThat(heardIn(3 * SECOND)).isEqualTo(twice(version.record("TO_EX", 7)));
    }

    /** RFC 3376 3.2. */
    @ParameterizedTest
    @EnumSource(Version.class)
    void theFiltersOfAllEndpointsAreMerged(Version version) throws IOException {
        DatagramEndpoint second = host.stack.openDatagram();
        endpoint.filter(ip(version.group), null, version.except(5, 6, 7));
        second.filter(ip(version.group), ip(version.prefix + 1), version.except(6, 7, 8));
        lan.run(3 * SECOND);
        router.heard();

        router.ask(version == Version.MLD, null, 1);
        assertThat(heardIn(SECOND)).containsExactly(version.record("IS_EX", 6, 7));

        second.filter(ip(version.group), ip(version.prefix + 1), version.only(7));
        assertThat(heardIn(3 * SECOND)).isEqualTo(twice(version.record("ALLOW", 7), version.record("BLOCK", 5)));

        endpoint.close();
        assertThat(heardIn(3 * SECOND)).isEqualTo(twice(version.record("TO_IN", 7)));
    }

    /** RFC 3376 5.2. */
    @ParameterizedTest
    @EnumSource(Version.class)
    void queriesForSourcesAreAnsweredWithThoseWanted(Version version) throws IOException {
        boolean v6 = version == Version.MLD;
        endpoint.filter(ip(version.group), null, version.only(5, 6));
        lan.run(3 * SECOND);
        router.heard();

        router.ask(v6, version.group, 10, sources(version, 6, 7));
        assertThat(heardIn(2 * SECOND)).containsExactly(version.record("IS_IN", 6));
        router.ask(v6, version.group, 10, sources(version, 7, 8));
        assertThat(heardIn(2 * SECOND)).isEmpty();
        router.ask(v6, version.group, 10);
        assertThat(heardIn(2 * SECOND)).containsExactly(version.record("IS_IN", 5, 6));

        endpoint.filter(ip(version.group), null, version.except(5));
        lan.run(3 * SECOND);
        router.heard();
        router.ask(v6, version.group, 10, sources(version, 5, 6));
        assertThat(heardIn(2 * SECOND)).containsExactly(version.record("IS_IN", 6));
        router.ask(v6, version.group, 10);
        assertThat(heardIn(2 * SECOND)).containsExactly(version.record("IS_EX", 5));
    }

    /** RFC 3376 5.2: pending answers grow together, and a general answer contains them. */
    @ParameterizedTest
    @EnumSource(Version.class)
    void answersThatWaitAreJoined(Version version) throws IOException {
        boolean v6 = version == Version.MLD;
        int second = v6 ? 1000 : 10;
        endpoint.filter(ip(version.group), null, SourceFilter.ANY);
        lan.run(3 * SECOND);
        router.heard();

        router.ask(v6, version.group, 10 * second, sources(version, 5));
        router.ask(v6, version.group, 10 * second, sources(version, 6));
        assertThat(heardIn(11 * SECOND)).containsExactly(version.record("IS_IN", 5, 6));

        router.ask(v6, version.group, 10 * second, sources(version, 5));
        router.ask(v6, version.group, 10 * second);
        assertThat(heardIn(11 * SECOND)).containsExactly(version.record("IS_EX"));

        router.ask(v6, null, 1);
        router.ask(v6, version.group, 10 * second, sources(version, 5));
        assertThat(heardIn(11 * SECOND)).hasSizeBetween(1, 2).startsWith(version.record("IS_EX"));
    }

    @Test
    void delaysAreSpreadOverTheTimeGiven() throws IOException {
        endpoint.join(ip("239.1.2.3"), null);
        lan.run(3 * SECOND);
        Set<Integer> tenths = new LinkedHashSet<>();
        for (int i = 0; i < 40; i++) {
            router.heard();
            router.ask(false, null, 100);
            int waited = 0;
            while (router.heard().isEmpty()) {
                lan.run(SECOND / 10);
                waited++;
            }
            tenths.add(waited);
        }

        assertThat(tenths).hasSizeGreaterThan(15).allMatch(each -> each <= 100);
    }

    /** RFC 4604 2.2: no records with exceptions for source-specific groups. */
    @ParameterizedTest
    @EnumSource(Version.class)
    void sourceSpecificGroupsAreReportedWithSourcesOnly(Version version) throws IOException {
        boolean v6 = version == Version.MLD;
        String group = ' ' + Version.text(version.specific);
        endpoint.join(ip(version.specific), null);
        lan.run(3 * SECOND);
        router.ask(v6, null, 1);
        assertThat(heardIn(SECOND)).isEmpty();

        endpoint.filter(ip(version.specific), null, version.only(5));
        assertThat(heardIn(3 * SECOND)).isEqualTo(twice(version.protocol + " ALLOW" + group + version.sources(5)));
        router.ask(v6, null, 1);
        assertThat(heardIn(SECOND)).containsExactly(version.protocol + " IS_IN" + group + version.sources(5));
    }

    /** RFC 3376 4.2.16. */
    @ParameterizedTest
    @EnumSource(Version.class)
    void longListsAreSplitOrCut(Version version) throws IOException {
        int fit = version == Version.IGMP ? 310 : 75;
        int[][] parts = IntStream.range(0, 8)
                .mapToObj(part -> IntStream.range(0, 60)
                        .map(i -> 10 + (part * 60 + i) % 240)
                        .toArray())
                .toArray(int[][]::new);
        String[] prefixes =
                version == Version.IGMP ? new String[] {"10.1.1.", "10.1.2."} : new String[] {"fd00::1:", "fd00::2:"};
        for (int part = 0; part < parts.length; part++) {
            Set<InetAddress> sources = new LinkedHashSet<>();
            for (int each : parts[part]) {
                sources.add(ip(prefixes[part / 4] + each));
            }
            host.stack.openDatagram().filter(ip(version.group), null, SourceFilter.only(sources));
        }

        List<String> heard = heardIn(3 * SECOND);
        assertThat(heard).allMatch(text -> text.contains("ALLOW"));
        assertThat(heard.stream().mapToInt(text -> text.split(" ").length - 3).sum())
                .isEqualTo(2 * 480);
        assertThat(heard).allMatch(text -> text.split(" ").length - 3 <= fit);
    }

    @Test
    void tooManySourcesAreRefused() {
        Set<InetAddress> sources =
                IntStream.range(0, 65).mapToObj(i -> ip("10.2.0." + i)).collect(Collectors.toSet());

        assertThatThrownBy(() -> endpoint.filter(ip("239.1.2.3"), null, SourceFilter.only(sources)))
                .isInstanceOf(SocketException.class)
                .hasMessage("No buffer space available");
    }

    private static String[] sources(Version version, int... hosts) {
        return Arrays.stream(hosts).mapToObj(each -> version.prefix + each).toArray(String[]::new);
    }
}
