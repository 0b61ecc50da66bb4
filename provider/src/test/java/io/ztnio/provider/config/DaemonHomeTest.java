package io.ztnio.provider.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.ztnio.protocol.config.InetPrefix;
import io.ztnio.protocol.vl1.PathPolicy;
import io.ztnio.protocol.vl1.PathRules;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A home that was ZeroTier One's before. */
@SuppressWarnings("AddressSelection") // literals
class DaemonHomeTest {
    private static final long FIRST = 0x8056c2e21c000001L;
    private static final long SECOND = 0xe5cd7a9e1c000002L;

    @TempDir
    private Path home;

    @TempDir
    private Path directory;

    private final List<String> warnings = new ArrayList<>();

    private ZtnioConfig load(String... settings) {
        return loader(settings).load();
    }

    private ConfigLoader loader(String... settings) {
        Map<String, String> all = new HashMap<>(Map.of("ztnio.home", home.toString()));
        for (int i = 0; i < settings.length; i += 2) {
            all.put(settings[i], settings[i + 1]);
        }
        return new ConfigLoader(all, Map.of(), warnings::add);
    }

    private void write(String name, String content) throws IOException {
        write(name, content.getBytes(StandardCharsets.UTF_8));
    }

    private void write(String name, byte[] content) throws IOException {
        Path file = home.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, content);
    }

    @Test
    void itsNetworksAreJoinedBesideThoseOfTheSettings() throws IOException {
        write("networks.d/8056c2e21c000001.conf", "v=0000000000000007\nnwid=8056c2e21c000001");
        write("networks.d/e5cd7a9e1c000002.conf", "\n");

        assertThat(load().networks()).containsExactly(FIRST, SECOND);
        assertThat(load("ztnio.networks", "e5cd7a9e1c000002").networks()).containsExactly(SECOND, FIRST);
        assertThat(loader().loadForChannels().hasNetworks()).isTrue();
        assertThat(warnings).isEmpty();
    }

    @Test
    void aFileThatAShellHasMadeIsAMembershipToo() throws IOException {
        write("networks.d/8056c2e21c000001.conf", new byte[0]);
        write("networks.d/e5cd7a9e1c000002.conf", "\ufeff\r\n".getBytes(Charset.forName("UTF-16LE")));

        assertThat(load().networks()).containsExactly(FIRST, SECOND);
    }

    @Test
    void whatIsOnlyACacheOrNoMembershipIsNotJoined() throws IOException {
        write("networks.d/8056c2e21c000001.conf", "ztnio=cache\nv=0000000000000007\nnwid=8056c2e21c000001");
        write("networks.d/e5cd7a9e1c000002.conf.damaged", "x");
        write("networks.d/e5cd7a9e1c000002.local.conf", "allowManaged=1\n");
        write("networks.d/0000000000000000.conf", "");
        write("networks.d/readme.conf", "");

        assertThat(load().networks()).isEmpty();
        assertThat(loader().loadForChannels().hasNetworks()).isFalse();
    }

    @Test
    void anOverlayHasAHomeOfItsOwn() throws IOException {
        write("networks.d/8056c2e21c000001.conf", "");

        assertThat(load("ztnio.transport", "overlay-udp").networks()).isEmpty();
    }

    @Test
    void portAndAddressesOfLocalConfCountUnlessASettingSaysOtherwise() throws IOException {
        write("networks.d/8056c2e21c000001.conf", "");
        write(
                "local.conf",
                "{\"settings\":{\"primaryPort\":19993,\"bind\":[\"127.0.0.1\",\"::1\"],\"portMappingEnabled\":false}}");

        assertThat(load().port()).isEqualTo(19_993);
        assertThat(load().bind()).containsExactly(InetAddress.getByName("127.0.0.1"), InetAddress.getByName("::1"));
        assertThat(load("ztnio.port", "7").port()).isEqualTo(7);
        assertThat(warnings).isEmpty();
    }

    @Test
    void aRouterIsAskedForAPortOnlyIfLocalConfOrASettingSaysSo() throws IOException {
        write("networks.d/8056c2e21c000001.conf", "");
        write("local.conf", "{\"settings\":{}}");
        assertThat(load().paths().portMapping().enabled()).isFalse();
        assertThat(load("ztnio.port.mapping", "on").paths().portMapping().enabled())
                .isTrue();

        write("local.conf", "{\"settings\":{\"portMappingEnabled\":true}}");
        assertThat(load().paths().portMapping().enabled()).isTrue();
        assertThat(load("ztnio.port.mapping", "off").paths().portMapping().enabled())
                .isFalse();
        assertThat(warnings).isEmpty();
    }

    @Test
    void everySettingThatIsNotHonouredIsNamed() throws IOException {
        write("networks.d/8056c2e21c000001.conf", "");
        write(
                "networks.d/8056c2e21c000001.local.conf",
                "allowManaged=1\r\nallowGlobal=1\r\nallowDefault=0\r\nallowDNS=1\r\nallowPigeons=1\r\n");
        write("local.conf", """
                {"physical":{"10.0.0.0/24":{"blacklist":"yes","other":1}, "0.0.0.0/0":{"blacklist":true}},
                 "virtual":{"feedbeef12":{"try":["10.10.20.1"]}},
                 "settings":{"primaryPort":"9993","tertiaryPort":9995,"portMappingEnabled":true,"forceTcpRelay":false}}
                """);

        load();

        assertThat(warnings)
                .containsExactly(
                        home.resolve("networks.d/8056c2e21c000001.local.conf") + ": not honoured: allowPigeons=1",
                        home.resolve("local.conf") + ": physical.10.0.0.0/24.blacklist: expected true or false, found"
                                + " a string; ignored",
                        home.resolve("local.conf")
                                + ": settings.primaryPort: expected a number, found a string; ignored",
                        home.resolve("local.conf")
                                + ": not honoured: physical.0.0.0.0/0.blacklist, physical.10.0.0.0/24.other,"
                                + " settings.tertiaryPort, virtual.feedbeef12.try");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"settings\":{\"secondaryPort\":[1]}} | settings.secondaryPort: expected a number, found a list",
                "{\"settings\":{\"bind\":\"127.0.0.1\"}} | settings.bind: expected a list, found a string",
                "{\"settings\":{\"interfacePrefixBlacklist\":null}} | settings.interfacePrefixBlacklist: expected a list, found null",
                "{\"settings\":{\"portMappingEnabled\":1}} | settings.portMappingEnabled: expected true or false, found a number",
                "{\"settings\":{\"tcpFallbackRelay\":false}} | settings.tcpFallbackRelay: expected a string, found false",
                "{\"settings\":7} | settings: expected an object, found a number",
                "{\"physical\":{\"10.0.0.0/8\":true}} | physical.10.0.0.0/8: expected an object, found true",
                "{\"physical\":{\"10.0.0.0/8\":{\"mtu\":\"1400\"}}} | physical.10.0.0.0/8.mtu: expected a number, found a string",
                "{\"virtual\":{\"feedbeef12\":{\"try\":\"10.10.20.1/9993\"}}} | virtual.feedbeef12.try: expected a list, found a string",
                "{\"settings\":{\"policies\":{\"a\":{\"basePolicy\":\"balance-rr\",\"links\":{\"e\":{\"failoverTo\":1}}}}}}"
                        + " | settings.policies.a.links.e.failoverTo: expected a string, found a number"
            })
    void aValueOfTheWrongTypeIsNamedWithBothTypes(String json, String expected) throws IOException {
        write("local.conf", json);

        load();

        assertThat(warnings).containsExactly(home.resolve("local.conf") + ": " + expected + "; ignored");
    }

    @Test
    void whatLocalConfSaysOfPathsCounts() throws IOException {
        write("networks.d/8056c2e21c000001.conf", "");
        write("local.conf", """
                {"physical":{"10.0.0.0/24":{"blacklist":true,"trustedPathId":101,"mtu":9000},"10.1.0.0/16":{"mtu":20}},
                 "virtual":{"feedbeef12":{"try":["10.10.20.1/9993","fd00::1/9993"],"blacklist":["10.20.0.0/16"]}},
                 "settings":{"secondaryPort":9994,"allowSecondaryPort":true,"interfacePrefixBlacklist":["docker","veth"]}}
                """);

        PathSettings paths = load().paths();

        assertThat(warnings).isEmpty();
        assertThat(paths.rules())
                .isEqualTo(new PathRules(
                        List.of(
                                new PathRules.Physical(InetPrefix.parse("10.0.0.0/24"), true, 101, 9000),
                                new PathRules.Physical(InetPrefix.parse("10.1.0.0/16"), false, 0, 1400)),
                        Map.of(
                                0xfeedbeef12L,
                                new PathRules.Virtual(
                                        List.of(
                                                new InetSocketAddress("10.10.20.1", 9993),
                                                new InetSocketAddress("fd00::1", 9993)),
                                        List.of(InetPrefix.parse("10.20.0.0/16"))))));
        assertThat(paths.ignoredInterfaces()).containsExactly("docker", "veth");
        assertThat(paths.secondPort()).hasValue(9994);
    }

    @Test
    void thePropertysMtuIsForWhereLocalConfSaysNone() throws IOException {
        write("networks.d/8056c2e21c000001.conf", "");
        write("local.conf", """
                {"physical":{"10.0.0.0/8":{"mtu":9000},"10.1.0.0/16":{"mtu":"9000"},"10.2.0.0/16":{"mtu":20000}}}
                """);

        PathPolicy policy = load("ztnio.path.mtu", "1472").paths().rules().applyTo(PathPolicy.standard());

        assertThat(warnings)
                .containsExactly(home.resolve("local.conf")
                        + ": physical.10.1.0.0/16.mtu: expected a number, found a string; ignored");
        assertThat(policy.mtu(new InetSocketAddress("10.1.1.1", 9993))).isEqualTo(9000);
        assertThat(policy.mtu(new InetSocketAddress("10.2.1.1", 9993))).isEqualTo(10_324);
        assertThat(policy.mtu(new InetSocketAddress("192.168.1.1", 9993))).isEqualTo(1472);
        assertThat(policy.mtu(new InetSocketAddress("fd00::1", 9993))).isEqualTo(1472);
        assertThat(policy.findsMtu(new InetSocketAddress("fd00::1", 9993))).isFalse();
        PathPolicy automatic = load().paths().rules().applyTo(PathPolicy.standard());
        assertThat(automatic.mtu(new InetSocketAddress("192.168.1.1", 9993))).isEqualTo(1432);
        assertThat(automatic.findsMtu(new InetSocketAddress("192.168.1.1", 9993)))
                .isTrue();
        assertThat(automatic.findsMtu(new InetSocketAddress("10.3.1.1", 9993))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "'{}', '', true, false",
        "'{\"tcpFallbackRelay\":\"10.1.2.3/443\",\"allowTcpFallbackRelay\":true}', 10.1.2.3:443, false, false",
        "'{\"tcpFallbackRelay\":\"fd00::1/443\",\"forceTcpRelay\":true}', [fd00::1]:443, false, true",
        "'{\"tcpFallbackRelay\":\"10.1.2.3/443\",\"allowTcpFallbackRelay\":false}', '', false, false"
    })
    void theRelayOfLocalConfCountsUnlessASettingNamesAnother(
            String settings, String named, boolean publicAllowed, boolean forced) throws IOException {
        write("networks.d/8056c2e21c000001.conf", "");
        write("local.conf", "{\"settings\":" + settings + "}");

        assertThat(load().paths().tcpRelay())
                .isEqualTo(new TcpRelaySettings(
                        Optional.of(named).filter(name -> !name.isEmpty()), publicAllowed, forced));
        assertThat(load("ztnio.tcp.relay", "relay:1").paths().tcpRelay().named())
                .contains("relay:1");
        assertThat(warnings).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "'{}', -1",
        "'{\"allowSecondaryPort\":true}', 0",
        "'{\"allowSecondaryPort\":false,\"secondaryPort\":9994}', -1",
        "'{\"secondaryPort\":9994}', 9994"
    })
    void aSecondPortIsOpenedOnlyIfItIsAskedFor(String settings, int expected) throws IOException {
        write("networks.d/8056c2e21c000001.conf", "");
        write("local.conf", "{\"settings\":" + settings + "}");

        assertThat(load().paths().secondPort().orElse(-1)).isEqualTo(expected);
        assertThat(warnings).isEmpty();
    }

    @Test
    void whatAsksForNothingIsNotNamed() throws IOException {
        write("networks.d/8056c2e21c000001.conf", "");
        write("local.conf", """
                {"physical":{"10.0.0.0/24":{"blacklist":false}, "10.1.0.0/24":{}},
                 "virtual":{"feedbeef12":{"try":[], "blacklist":[]}},
                 "settings":{"bind":[], "softwareUpdate":"disable"}}
                """);

        load();

        assertThat(warnings).isEmpty();
    }

    @Test
    void aHomeThatIsAFileHasNoSettings() throws IOException {
        Path file = Files.createFile(home.resolve("file"));

        assertThat(load("ztnio.home", file.toString(), "ztnio.networks", "8056c2e21c000001")
                        .networks())
                .containsExactly(FIRST);
        assertThat(warnings).isEmpty();
    }

    @Test
    void aNetworkOfWhichNothingMayBeUsedIsJoinedAndItsTrafficIsWarnedOf() throws IOException {
        write("networks.d/8056c2e21c000001.conf", "");
        write("networks.d/8056c2e21c000001.local.conf", "allowManaged=0\n");

        assertThat(loader().loadForChannels().networks()).containsExactly(FIRST);
        assertThat(warnings)
                .singleElement()
                .asString()
                .contains("allowManaged")
                .contains("goes to the operating system");
    }

    /** Also for root, who has every permission: links that lead in a circle, or nowhere, cannot be read by anybody. */
    @ParameterizedTest
    @ValueSource(strings = {"", "networks.d", "networks.d/8056c2e21c000001.conf"})
    void aHomeWhoseNetworksCannotBeReadIsNoPassThrough(String unreadable) throws IOException {
        for (String target : List.of("circle", "not-mounted")) {
            Path home = Files.createDirectory(directory.resolve("home-" + target));
            Path link = home.resolve(unreadable);
            if (unreadable.isEmpty()) {
                Files.delete(home);
            } else {
                Files.createDirectories(link.getParent());
            }
            Path circle = directory.resolve("circle");
            if (!Files.isSymbolicLink(circle)) {
                Files.createSymbolicLink(circle, circle);
            }
            Files.createSymbolicLink(
                    unreadable.isEmpty() ? home : link, target.equals("circle") ? circle : directory.resolve(target));
            ConfigLoader loader = new ConfigLoader(Map.of("ztnio.home", home.toString()), Map.of(), warnings::add);

            ConfigException failure = catchThrowableOfType(ConfigException.class, loader::loadForChannels);

            assertThat(failure)
                    .as(home.toString())
                    .hasMessageContaining("ztnio.home=" + home + ": which networks it is a member of is not known")
                    .hasMessageContaining(" cannot be read (")
                    .hasMessageContaining("make it readable");
            assertThat(failure.mayPass()).isTrue();
        }
    }

    @Test
    void whatIsSeenToHaveNoNetworksPassesThrough() throws IOException {
        assertThat(loader().loadForChannels().hasNetworks()).isFalse();
        Files.createDirectory(home.resolve("networks.d"));
        assertThat(loader().loadForChannels().hasNetworks()).isFalse();
        assertThat(warnings).isEmpty();
    }

    @Test
    void aHomeThatIsNamedAndIsNotThereIsWarnedOf() {
        String missing = home.resolve("not/there").toString();

        assertThat(loader("ztnio.home", missing).loadForChannels().hasNetworks())
                .isFalse();

        assertThat(warnings)
                .singleElement()
                .asString()
                .startsWith("ztnio.home=" + missing + " (system property): there is no such directory")
                .contains("ztnio.networks");
        warnings.clear();
        loader("ztnio.home", missing, "ztnio.networks", "8056c2e21c000001").loadForChannels();
        assertThat(warnings).isEmpty();
    }

    @Test
    void aLocalConfThatCannotBeReadIsSaidAndIgnored() throws IOException {
        write("networks.d/8056c2e21c000001.conf", "");
        write("local.conf", "{\"settings\":");

        assertThat(load().networks()).containsExactly(FIRST);
        write("local.conf", "{\"settings\":{\"x\":\"b\u00fcro\"}}".getBytes(StandardCharsets.ISO_8859_1));
        load();

        assertThat(warnings.get(0)).endsWith("local.conf is not a JSON object, and is ignored");
        assertThat(warnings.get(1)).contains("local.conf is ignored").contains("not text in UTF-8");
    }

    @Test
    void aPassThroughReadsNoSettingsOfTheDaemon() throws IOException {
        write("local.conf", "{\"settings\":{\"primaryPort\":19993,\"x\":1}}");

        assertThat(loader().loadForChannels().hasNetworks()).isFalse();
        assertThat(warnings).isEmpty();
    }
}
