package io.ztnio.tcpip.stack;

import static io.ztnio.tcpip.sim.Lan.ip;
import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.tcpip.DropReason;
import io.ztnio.tcpip.endpoint.DatagramEndpoint;
import io.ztnio.tcpip.endpoint.SourceFilter;
import io.ztnio.tcpip.sim.Lan;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Multicast routers of older versions (RFC 3376 7.2, RFC 3810 8.2). */
class OlderQuerierTest {
    private static final long SECOND = 1_000_000_000L;
    private static final String V2 = "false,239.1.2.3,igmp2,igmp3,10";
    private static final String MLD1 = "true,ff05::1:3,mld1,mld2,1000";

    private final Lan lan = new Lan(22);
    private final Lan.Host host = lan.host(0x0200_0000_000aL, "10.1.0.1/24", "fd00::1/64");
    private final GroupRouter router = new GroupRouter(lan, host);
    private final DatagramEndpoint endpoint = host.stack.openDatagram();

    /** Queries to all hosts are heard from the first group on. */
    @BeforeEach
    void listen() throws IOException {
        host.stack.openDatagram().join(ip("224.0.0.1"), null);
    }

    private List<String> heardIn(long nanos) {
        lan.run(nanos);
        return router.heard();
    }

    private static String text(String group) {
        return ip(group).getHostAddress().replaceFirst(":0(:0)+:", "::");
    }

    @ParameterizedTest
    @CsvSource({V2, MLD1, "false,239.1.2.3,igmp1,igmp3,0"})
    void isAnsweredInItsVersion(boolean v6, String group, String older, String newest, int code) throws IOException {
        endpoint.join(ip(group), null);
        assertThat(heardIn(3 * SECOND)).hasSize(2).allMatch(text -> text.startsWith(newest + " TO_EX"));

        router.askOlder(v6, null, code);

        // Version 1 gives ten seconds, the others here one.
        assertThat(heardIn(10 * SECOND)).containsExactly(older + " report " + text(group));
        assertThat(heardIn(20 * SECOND)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({V2, MLD1})
    void joinsAreReportedTwiceAndLeavesOnce(boolean v6, String group, String older, String newest, int code)
            throws IOException {
        router.askOlder(v6, null, code);
        assertThat(heardIn(2 * SECOND)).isEmpty();
        endpoint.join(ip(group), null);

        assertThat(heardIn(0)).containsExactly(older + " report " + text(group));
        assertThat(heardIn(11 * SECOND)).containsExactly(older + " report " + text(group));
        assertThat(heardIn(30 * SECOND)).isEmpty();

        endpoint.leave(ip(group), null);
        assertThat(heardIn(30 * SECOND)).containsExactly(older + " leave " + text(group));
    }

    @Test
    void version1KnowsNoLeave() throws IOException {
        router.askOlder(false, null, 0);
        endpoint.join(ip("239.1.2.3"), null);
        assertThat(heardIn(30 * SECOND)).hasSize(2).allMatch("igmp1 report 239.1.2.3"::equals);

        endpoint.leave(ip("239.1.2.3"), null);

        assertThat(heardIn(30 * SECOND)).isEmpty();
    }

    /** 2 x 125 s + 10 s after its last query. */
    @ParameterizedTest
    @CsvSource({V2, MLD1})
    void isForgottenAfterItsTime(boolean v6, String group, String older, String newest, int code) throws IOException {
        endpoint.join(ip(group), null);
        lan.run(3 * SECOND);
        router.askOlder(v6, null, code);
        lan.run(100 * SECOND);
        router.askOlder(v6, null, code);
        lan.run(259 * SECOND);
        router.heard();

        router.ask(v6, group, code);
        assertThat(heardIn(0).size() + heardIn(SECOND / 2).size()).isLessThanOrEqualTo(1);
        lan.run(SECOND / 2);
        router.heard();
        lan.run(SECOND);
        router.ask(v6, group, code);

        assertThat(heardIn(2 * SECOND)).containsExactly(newest + " IS_EX " + text(group));
    }

    @ParameterizedTest
    @CsvSource({V2, MLD1})
    void newerQueriesAreAnsweredInTheOlderVersionWhileItIsThere(
            boolean v6, String group, String older, String newest, int code) throws IOException {
        endpoint.filter(ip(group), null, SourceFilter.only(Set.of(ip(v6 ? "fd00::5" : "10.1.0.5"))));
        lan.run(3 * SECOND);
        router.askOlder(v6, null, code);
        lan.run(2 * SECOND);
        router.heard();

        router.ask(v6, group, code, v6 ? "fd00::9" : "10.1.0.9");

        assertThat(heardIn(2 * SECOND)).containsExactly(older + " report " + text(group));
    }

    @ParameterizedTest
    @CsvSource({V2, MLD1})
    void changesOfSourcesAreNotSaid(boolean v6, String group, String older, String newest, int code)
            throws IOException {
        router.askOlder(v6, null, code);
        endpoint.join(ip(group), null);
        lan.run(30 * SECOND);
        router.heard();

        endpoint.filter(ip(group), null, SourceFilter.except(Set.of(ip(v6 ? "fd00::5" : "10.1.0.5"))));

        assertThat(heardIn(30 * SECOND)).isEmpty();
    }

    /** RFC 2236 3, RFC 2710 4. */
    @ParameterizedTest
    @CsvSource({V2, MLD1})
    void reportsOfOthersSaveOurs(boolean v6, String group, String older, String newest, int code) throws IOException {
        endpoint.join(ip(group), null);
        lan.run(3 * SECOND);
        router.heard();

        router.askOlder(v6, null, code);
        router.reportOlder(v6, group);

        assertThat(heardIn(10 * SECOND)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({V2, MLD1})
    void reportsOfOthersDoNotSaveOursInTheNewestVersion(boolean v6, String group, String older, String newest, int code)
            throws IOException {
        endpoint.join(ip(group), null);
        lan.run(3 * SECOND);
        router.heard();

        router.ask(v6, null, code);
        router.reportOlder(v6, group);

        assertThat(heardIn(10 * SECOND)).containsExactly(newest + " IS_EX " + text(group));
    }

    @ParameterizedTest
    @CsvSource({V2, MLD1})
    void groupsAreAskedForOneByOne(boolean v6, String group, String older, String newest, int code) throws IOException {
        endpoint.join(ip(group), null);
        endpoint.join(ip(v6 ? "ff05::1:4" : "239.1.2.4"), null);
        lan.run(3 * SECOND);
        router.heard();

        router.askOlder(v6, null, code);
        assertThat(heardIn(2 * SECOND)).hasSize(2).doesNotHaveDuplicates();
        router.askOlder(v6, group, code);
        assertThat(heardIn(2 * SECOND)).containsExactly(older + " report " + text(group));
    }

    /** RFC 3376 7.2.1: a change of version forgets what was to be said. */
    @Test
    void whatWasPendingIsForgotten() throws IOException {
        endpoint.join(ip("239.1.2.3"), null);
        assertThat(heardIn(0)).containsExactly("igmp3 TO_EX 239.1.2.3");

        router.askOlder(false, null, 10);

        assertThat(heardIn(20 * SECOND)).containsExactly("igmp2 report 239.1.2.3");
    }

    /** RFC 4604 2.2.3: the older versions cannot say what such a group is. */
    @ParameterizedTest
    @CsvSource({"false,232.1.2.3,10.1.0.5,10", "true,ff35::1:3,fd00::5,1000"})
    void sourceSpecificGroupsAreNotReported(boolean v6, String group, String source, int code) throws IOException {
        router.askOlder(v6, null, code);
        endpoint.filter(ip(group), null, SourceFilter.only(Set.of(ip(source))));
        lan.run(20 * SECOND);
        router.askOlder(v6, null, code);

        assertThat(heardIn(20 * SECOND)).isEmpty();
    }

    /** RFC 3376 7.1, RFC 3810 8.1: no version has these lengths, or their sources do not fit. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void queriesOfNoVersionAreCounted(boolean v6) throws IOException {
        endpoint.join(ip(v6 ? "ff05::1:3" : "239.1.2.3"), null);
        lan.run(3 * SECOND);
        router.heard();
        byte[] between = new byte[v6 ? 26 : 10];
        byte[] overfull = new byte[v6 ? 28 : 12];
        overfull[overfull.length - 1] = 1;
        for (byte[] each : List.of(between, overfull)) {
            each[0] = (byte) (v6 ? 130 : 0x11);
            router.deliverRaw(v6, each);
        }

        assertThat(heardIn(20 * SECOND)).isEmpty();
        assertThat(host.drops(DropReason.MALFORMED_GROUP_MESSAGE)).isEqualTo(2);
    }
}
