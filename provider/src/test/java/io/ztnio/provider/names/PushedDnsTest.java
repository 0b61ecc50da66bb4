package io.ztnio.provider.names;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.ztnio.provider.ZeroTierSelectorProvider;
import io.ztnio.provider.config.NameSettings;
import io.ztnio.provider.dns.Answers;
import io.ztnio.provider.dns.DnsClient;
import io.ztnio.provider.junit.OverlayExtension;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/** A DNS server on one node of an overlay in memory, asked by another over our own channels. */
@Timeout(90)
class PushedDnsTest {
    private static final Families BOTH = Families.ofCharacteristics(1 | 2 | 4);

    @RegisterExtension
    static final OverlayExtension OVERLAY = OverlayExtension.withNodes(3);

    private static Names names(String... servers) throws IOException {
        NamedNetworks networks = new NamedNetworks(
                OVERLAY.networks(1),
                new NameSettings(Optional.empty(), true),
                FakeNamed.pushing(1, "corp.example", OverlayExtension.address(1).getHostAddress(), servers));
        return new Names(
                networks, new DnsClient(new ZeroTierSelectorProvider(networks)), System::nanoTime, () -> "this");
    }

    private static TestDnsServer server(int node, TestDnsServer.Behaviour behaviour) throws IOException {
        return new TestDnsServer(OVERLAY.provider(node), OverlayExtension.address(node), behaviour);
    }

    /** Knows db.corp.example, in both IP versions, and its address. */
    private static byte[] zone(byte[] query, Record question, boolean stream) {
        Answers answer = Answers.to(query);
        String name = question.getName().toString(true);
        if (question.getType() == Type.PTR) {
            return answer.pointer(name, 60, "db.corp.example").bytes();
        }
        if (!name.equals("db.corp.example")) {
            return answer.code(Rcode.NXDOMAIN).start("corp.example", 60, 60).bytes();
        }
        return answer.address(name, 60, question.getType() == Type.A ? "10.96.0.77" : "fd00::77")
                .bytes();
    }

    private static List<String> addresses(Names names, String host) throws UnknownHostException {
        return names.lookup(host, BOTH).orElseThrow().stream()
                .map(InetAddress::getHostAddress)
                .toList();
    }

    @Test
    void aNameOfThePushedDomainIsAskedOfTheServerWithinTheNetworkAndKept() throws IOException {
        try (TestDnsServer server = server(0, PushedDnsTest::zone)) {
            Names names = names("10.96.0.1");

            assertThat(addresses(names, "DB.corp.example")).containsExactly("10.96.0.77", "fd00:0:0:0:0:0:0:77");
            assertThat(addresses(names, "db.corp.example.")).hasSize(2);
            assertThat(addresses(names, "db")).hasSize(2);
            assertThat(server.asked).containsExactlyInAnyOrder("udp db.corp.example. 1", "udp db.corp.example. 28");
        }
    }

    @Test
    void aNameThatTheServerDoesNotKnowIsUnknownAndABareOneIsLeftToTheJdk() throws IOException {
        try (TestDnsServer server = server(0, PushedDnsTest::zone)) {
            Names names = names("10.96.0.1");

            assertThatExceptionOfType(UnknownHostException.class)
                    .isThrownBy(() -> names.lookup("web.corp.example", BOTH))
                    .withMessage("web.corp.example: the DNS of the virtual network does not know it");
            assertThat(names.lookup("web", BOTH)).isEmpty();
            assertThat(server.asked).hasSize(2);
        }
    }

    @Test
    void anAddressOfTheNetworkHasTheNameThatItsDnsTells() throws IOException {
        try (TestDnsServer server = server(0, PushedDnsTest::zone)) {
            assertThat(names("10.96.0.1").lookup(InetAddress.getByName("10.96.0.77")))
                    .contains("db.corp.example");
            assertThat(server.asked).containsExactly("udp 77.0.96.10.in-addr.arpa. 12");
        }
    }

    @Test
    void aNameOutsideThePushedDomainIsNoNameOfAnAddress() throws IOException {
        try (TestDnsServer server = server(
                0,
                (query, question, stream) -> Answers.to(query)
                        .pointer(question.getName().toString(true), 60, "www.example.org")
                        .bytes())) {
            assertThatExceptionOfType(UnknownHostException.class)
                    .isThrownBy(() -> names("10.96.0.1").lookup(InetAddress.getByName("10.96.0.77")));
            assertThat(server.asked).hasSize(1);
        }
    }

    @Test
    void anAnswerThatIsTooLongForADatagramComesOverTcp() throws IOException {
        try (TestDnsServer server = server(
                0,
                (query, question, stream) -> stream
                        ? many(query, question)
                        : Answers.to(query).truncated().bytes())) {
            List<InetAddress> found = names("10.96.0.1")
                    .lookup("many.corp.example", Families.ofCharacteristics(1))
                    .orElseThrow();

            assertThat(found).hasSize(60);
            assertThat(server.asked).containsExactly("udp many.corp.example. 1", "tcp many.corp.example. 1");
        }
    }

    private static byte[] many(byte[] query, Record question) {
        Answers answer = Answers.to(query);
        for (int i = 1; i <= 60; i++) {
            answer.address(question.getName().toString(true), 60, "10.96.1." + i);
        }
        return answer.bytes();
    }

    @Test
    void theNextServerIsAskedWhenOneIsSilent() throws IOException {
        try (TestDnsServer silent = server(0, (query, question, stream) -> null);
                TestDnsServer second = server(2, PushedDnsTest::zone)) {
            assertThat(addresses(names("10.96.0.1", "10.96.0.3"), "db.corp.example"))
                    .hasSize(2);
            assertThat(silent.asked).isNotEmpty();
            assertThat(second.asked).isNotEmpty();
        }
    }

    @Test
    void aPortWithoutAServerIsAFailureThatSaysWhatToDo() {
        assertThatExceptionOfType(UnknownHostException.class)
                .isThrownBy(() -> names("10.96.0.3").lookup("db.corp.example", BOTH))
                .withMessageContaining("10.96.0.3: nothing listens on UDP port 53")
                .withMessageContaining("The operating system is not asked");
    }

    @Test
    void queriesComeFromPortsOfTheirOwn() throws IOException {
        try (TestDnsServer server = server(0, PushedDnsTest::zone)) {
            Names names = names("10.96.0.1");
            for (int i = 0; i < 8; i++) {
                String host = "n" + i;
                assertThat(names.lookup(host, Families.ofCharacteristics(1))).isEmpty();
            }

            assertThat(server.ports).hasSize(8);
            assertThat(server.ports.stream().distinct().count()).isGreaterThan(4);
        }
    }

    @Test
    void anInterruptNeitherEndsALookupNorGetsLost() throws IOException {
        try (TestDnsServer server = server(0, PushedDnsTest::zone)) {
            Names names = names("10.96.0.1");
            Thread.currentThread().interrupt();

            assertThat(addresses(names, "db.corp.example")).hasSize(2);
            assertThat(Thread.interrupted()).isTrue();
            assertThat(server.asked).hasSize(2);
        }
    }

    @Test
    void anOverlaysOwnNamesAreThere() throws IOException {
        assertThat(OVERLAY.networks(0).names().networks()).singleElement().satisfies(network -> {
            assertThat(network.tellsNames()).isTrue();
            assertThat(network.memberOf(OverlayExtension.address(1))).isPresent();
            assertThat(network.addressesOf(
                            network.memberOf(OverlayExtension.address(1)).orElseThrow()))
                    .contains(OverlayExtension.address(1));
        });
    }
}
