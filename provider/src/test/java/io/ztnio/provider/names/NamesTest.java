package io.ztnio.provider.names;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.ztnio.provider.ZeroTierSelectorProvider;
import io.ztnio.provider.config.NameSettings;
import io.ztnio.provider.dns.DnsClient;
import io.ztnio.provider.fake.FakeNetworks;
import io.ztnio.provider.routing.Standing;
import io.ztnio.provider.runtime.NamedNetwork;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Which names are whose. No DNS server is asked here: where one would have to be, that shows in the refusal. */
@Timeout(60)
class NamesTest {
    private static final Families BOTH = Families.ofCharacteristics(3);
    private static final NameSettings WITH_DNS = new NameSettings(Optional.empty(), true);
    private static final long NETWORK = 0x8056c2e21c000001L;

    @TempDir
    private Path directory;

    private NamedNetworks networks;

    private Names names(NameSettings settings, NamedNetwork... named) {
        networks = new NamedNetworks(new FakeNetworks(), settings, named);
        return new Names(
                networks, new DnsClient(new ZeroTierSelectorProvider(networks)), System::nanoTime, () -> "This.Host");
    }

    /** With servers that are not the network's own, so that asking one shows. */
    private static NamedNetwork corp() {
        return FakeNamed.pushing(NETWORK, "Corp.Example.", "10.144.0.1", "192.168.7.7");
    }

    private static void assertRefused(Names names, String host, String... says) {
        assertThatExceptionOfType(UnknownHostException.class)
                .isThrownBy(() -> names.lookup(host, BOTH))
                .withMessageStartingWith(host + ": ")
                .satisfies(e -> assertThat(e.getMessage()).contains(says));
    }

    private static void assertLeftToTheJdk(Names names, String host) throws UnknownHostException {
        assertThat(names.lookup(host, BOTH)).as(host).isEmpty();
    }

    @Test
    void aNameOfTheHostsFileIsFoundAndCarriedByItsAddresses() throws IOException {
        Path file = Files.writeString(directory.resolve("hosts"), "10.144.0.9 db db.lab\nfd00::9 db\n");
        Names names = names(new NameSettings(Optional.of(file), false), corp());

        List<InetAddress> found = names.lookup("DB", BOTH).orElseThrow();

        assertThat(found).extracting(InetAddress::getHostAddress).containsExactly("10.144.0.9", "fd00:0:0:0:0:0:0:9");
        assertThat(found).extracting(InetAddress::getHostName).containsOnly("DB");
        assertThat(names.lookup(InetAddress.getByName("fd00::9"))).contains("db");
        assertThat(names.lookup("db", Families.ofCharacteristics(2)).orElseThrow())
                .hasSize(1);
    }

    @Test
    void theHostsFileCountsBeforeAPushedDomain() throws IOException {
        Path file = Files.writeString(directory.resolve("hosts"), "10.144.0.9 db.corp.example\n");

        assertThat(names(new NameSettings(Optional.of(file), true), corp())
                        .lookup("db.corp.example", BOTH)
                        .orElseThrow())
                .hasSize(1);
    }

    @Test
    void aMemberIsFoundByItsAddressAndNetwork() throws IOException {
        Names names = names(NameSettings.NONE, corp());

        assertThat(names.lookup("0000000007.8056c2e21c000001.zt", BOTH).orElseThrow())
                .containsExactly(InetAddress.getByName("10.144.0.7"));
        assertThat(names.lookup("0000000007.ZT.", BOTH).orElseThrow()).hasSize(1);
        assertThat(names.lookup(InetAddress.getByName("10.144.0.7"))).contains("0000000007.8056c2e21c000001.zt");
    }

    @Test
    void aMembersNameNeverGoesToTheJdk() {
        Names names = names(NameSettings.NONE, corp());

        assertRefused(names, "0000000007.8056c2e21c000002.zt", "has not joined that network (ztnio.networks)");
        assertRefused(names, "0000000fff.8056c2e21c000001.zt", "RFC 4193");
        assertRefused(names, "db.8056c2e21c000001.zt", "calls itself db");
    }

    @Test
    void otherNamesBelowZtAreTheJdksWhereMembersTellNone() throws IOException {
        assertLeftToTheJdk(names(NameSettings.NONE, corp()), "db.zt");
    }

    @Test
    void aNameThatAnOverlayNodeTellsIsFound() throws IOException {
        Names names = names(
                NameSettings.NONE, FakeNamed.pushing(NETWORK, "", "10.144.0.1").telling("db", "10.144.0.3"));

        assertThat(names.lookup("db.zt", BOTH).orElseThrow()).containsExactly(InetAddress.getByName("10.144.0.3"));
        assertThat(names.lookup("db.8056c2e21c000001.zt", BOTH)).isPresent();
        assertThat(names.lookup(InetAddress.getByName("10.144.0.3"))).contains("db.8056c2e21c000001.zt");
        assertRefused(names, "web.zt", "no member that was found calls itself web");
        assertLeftToTheJdk(names, "db");
    }

    @Test
    void pushedDnsIsOffUnlessItIsAskedFor() throws IOException {
        assertLeftToTheJdk(names(NameSettings.NONE, corp()), "db.corp.example");
    }

    @Test
    void aNameOfAPushedDomainNeverGoesToTheJdkWhateverIsWrong() {
        Names names = names(WITH_DNS, corp());

        for (String host : List.of("db.corp.example", "CORP.example", "a.b.corp.example.", "db。corp。example")) {
            assertRefused(
                    names,
                    host,
                    "network 8056c2e21c000001 has pushed the domain corp.example",
                    "192.168.7.7 is not an address of that network",
                    "ztnio.dns=false");
        }
        names = names(WITH_DNS, ((FakeNamed) corp()).standing(Standing.UNAVAILABLE));
        assertRefused(names, "db.corp.example", "the fake is not usable");
        names = names(WITH_DNS, FakeNamed.pushing(NETWORK, "corp.example", "10.144.0.1"));
        assertRefused(names, "db.corp.example", "it has pushed no DNS server");
        names = names(WITH_DNS, FakeNamed.pushing(NETWORK, "corp.example", "192.168.7.1", "192.168.7.7"));
        assertRefused(names, "db.corp.example", "192.168.7.7 is the operating system's");
        assertRefused(names, "not_a_-name-.corp.example", "does not know it");
    }

    @Test
    void namesOutsideThePushedDomainsAreTheJdks() throws IOException {
        Names names = names(WITH_DNS, corp());

        for (String host : List.of("example", "xcorp.example", "corp.example.org", "localhost", "a.localhost", "db.")) {
            if (!host.equals("example")) {
                assertLeftToTheJdk(names, host);
            }
        }
    }

    @Test
    void aBareNameIsLookedForInThePushedDomainsAndThisMachinesOwnIsNot() throws IOException {
        Names names = names(WITH_DNS, corp());

        assertRefused(names, "db", "has pushed the domain corp.example");
        assertLeftToTheJdk(names, "this");
    }

    @Test
    void aDomainThatIsEmptyOrNoneIsNotPushed() throws IOException {
        for (String domain : List.of("", ".", " ", "..", "localhost", "a b", "-", "a..b", "*.corp")) {
            Names names = names(WITH_DNS, FakeNamed.pushing(NETWORK, domain, "10.144.0.1", "10.144.0.2"));

            assertLeftToTheJdk(names, "db.corp");
            assertLeftToTheJdk(names, "db");
        }
    }

    @Test
    void theLongestDomainThatFitsCountsAndOfEqualOnesTheFirstNetworks() {
        Names names = names(
                WITH_DNS,
                FakeNamed.pushing(1, "example", "10.144.0.1"),
                FakeNamed.pushing(2, "corp.example", "10.144.0.1"),
                FakeNamed.pushing(3, "corp.example", "10.144.0.1"));

        assertRefused(names, "db.corp.example", "network 0000000000000002");
        assertRefused(names, "db.lab.example", "network 0000000000000001");
    }

    @Test
    void aNetworkOfWhichNothingIsKnownYetIsWaitedForOnce() throws IOException {
        Names names = names(WITH_DNS, ((FakeNamed) corp()).unknown());
        networks.afterwards = List.of(corp());

        assertRefused(names, "db.corp.example", "has pushed the domain corp.example");
        assertThat(networks.waits).hasValue(1);
        assertLeftToTheJdk(names, "www.example.org");
        assertThat(networks.waits).hasValue(1);
    }

    @Test
    void withoutDnsNoNameWaitsForANetwork() throws IOException {
        Names names = names(NameSettings.NONE, ((FakeNamed) corp()).unknown());

        assertLeftToTheJdk(names, "db.corp.example");
        assertThat(networks.waits).hasValue(0);
    }

    @Test
    void reverseLookupsOfOtherAddressesAreTheJdks() throws IOException {
        Names names = names(WITH_DNS, corp());

        assertThat(names.lookup(InetAddress.getByName("192.0.2.1"))).isEmpty();
        assertThat(names.lookup(InetAddress.getLoopbackAddress())).isEmpty();
    }
}
