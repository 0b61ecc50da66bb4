package io.ztnio.provider.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.ztnio.overlay.identity.Identity;
import io.ztnio.overlay.identity.PublicIdentity;
import io.ztnio.protocol.transport.UdpOffload;
import io.ztnio.tcpip.link.IpPrefix;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigLoaderTest {
    @TempDir
    Path directory;

    /** With a home directory, which every user has. */
    private static ZtnioConfig load(Map<String, String> properties, Map<String, String> environment) {
        Map<String, String> all = new HashMap<>(properties);
        all.put("user.home", "/home/someone");
        return new ConfigLoader(all, environment).load();
    }

    private static InetAddress literal(String text) throws IOException {
        return InetAddress.getByName(text);
    }

    private static ConfigException failure(Map<String, String> properties, Map<String, String> environment) {
        return catchThrowableOfType(ConfigException.class, () -> load(properties, environment));
    }

    @Test
    void nothingSetIsAPassThroughWithDefaults() {
        ZtnioConfig config = load(Map.of(), Map.of());

        assertThat(config.hasNetworks()).isFalse();
        assertThat(config)
                .isEqualTo(new ZtnioConfig(
                        List.of(),
                        Path.of("/home/someone/.ztnio"),
                        0,
                        List.of(),
                        false,
                        Optional.empty(),
                        false,
                        true,
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(8),
                        WhenUnavailable.FAIL,
                        List.of(),
                        List.of(),
                        List.of(),
                        new CaptureSettings(List.of(), false),
                        NameSettings.NONE,
                        WildcardScope.BOTH,
                        "cubic",
                        216,
                        UdpOffload.AUTO,
                        OptionalInt.empty(),
                        Optional.empty(),
                        false,
                        Transport.ZEROTIER,
                        new OverlaySettings(
                                List.of(), Optional.empty(), List.of(), List.of(), Optional.empty(), false, "ztnio"),
                        PathSettings.NONE
                                .with(new TcpRelaySettings(Optional.empty(), true, false), PortMappingSettings.NONE)
                                .withReceiving(new ReceiveSettings(true, 80, 0))));
    }

    @Test
    void everyKeyIsRead() throws IOException {
        PublicIdentity identity = Identity.generate(new SplittableRandom(1)).publicIdentity();
        Path hosts = Files.writeString(directory.resolve("hosts"), "10.1.2.3 db");
        Map<String, String> properties = Map.ofEntries(
                Map.entry("ztnio.hosts", hosts.toString()),
                Map.entry("ztnio.dns", "true"),
                Map.entry("ztnio.networks", "8056c2e21c000001, E5CD7A9E1C000001,8056c2e21c000001"),
                Map.entry("ztnio.home", "/var/lib/ztnio"),
                Map.entry("ztnio.port", "9993"),
                Map.entry("ztnio.bind", "127.0.0.1,::1"),
                Map.entry("ztnio.loopback", "true"),
                Map.entry("ztnio.planet", "/etc/planet"),
                Map.entry("ztnio.public.planet", "forbid"),
                Map.entry("ztnio.join.timeout", "500ms"),
                Map.entry("ztnio.unavailable", "os"),
                Map.entry("ztnio.routes", "10.1.0.0/16, fd00::/8"),
                Map.entry("ztnio.bypass", "10.1.2.3/32"),
                Map.entry("ztnio.wildcard", "zerotier"),
                Map.entry("ztnio.tcp.congestion", "bbr"),
                Map.entry("ztnio.tcp.minimum.mss", "48"),
                Map.entry("ztnio.tcp.relay", "relay.example:443"),
                Map.entry("ztnio.tcp.relay.force", "true"),
                Map.entry("ztnio.port.mapping", "on"),
                Map.entry("ztnio.port.mapping.gateway", "192.168.1.1"),
                Map.entry("ztnio.udp.offload", "on"),
                Map.entry("ztnio.threads", "64"),
                Map.entry("ztnio.path.mtu", "9000"),
                Map.entry("ztnio.lead", "off"),
                Map.entry("ztnio.spin", "1000"),
                Map.entry("ztnio.readers", "3"),
                Map.entry("ztnio.status.file", "/tmp/status"),
                Map.entry("ztnio.api", "on"),
                Map.entry("ztnio.transport", "overlay-udp"),
                Map.entry("ztnio.overlay.peers", "192.0.2.1:9994, [2001:db8::1]:9994,host.example:1"),
                Map.entry("ztnio.overlay.key", "open sesame"),
                Map.entry("ztnio.overlay.allow", identity.toString()),
                Map.entry("ztnio.overlay.addresses", "10.5.0.1/24"),
                Map.entry("ztnio.overlay.name", "alpha"),
                Map.entry("ztnio.overlay.insecure", "true"),
                Map.entry("ztnio.overlay.hub", "hub-2"));

        ZtnioConfig config = load(properties, Map.of());

        assertThat(config)
                .isEqualTo(new ZtnioConfig(
                        List.of(0x8056c2e21c000001L, 0xe5cd7a9e1c000001L),
                        Path.of("/var/lib/ztnio"),
                        9993,
                        List.of(literal("127.0.0.1"), literal("::1")),
                        true,
                        Optional.of(Path.of("/etc/planet")),
                        false,
                        false,
                        Duration.ofMillis(500),
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(8),
                        WhenUnavailable.OS,
                        List.of(new IpPrefix(literal("10.1.0.0"), 16), new IpPrefix(literal("fd00::"), 8)),
                        List.of(new IpPrefix(literal("10.1.2.3"), 32)),
                        List.of(),
                        new CaptureSettings(List.of(), false),
                        new NameSettings(Optional.of(hosts), true),
                        WildcardScope.ZEROTIER,
                        "bbr",
                        48,
                        UdpOffload.ON,
                        OptionalInt.of(64),
                        Optional.of(Path.of("/tmp/status")),
                        true,
                        Transport.OVERLAY_UDP,
                        new OverlaySettings(
                                List.of("192.0.2.1:9994", "[2001:db8::1]:9994", "host.example:1"),
                                Optional.of("open sesame"),
                                List.of(identity),
                                List.of(new IpPrefix(literal("10.5.0.1"), 24)),
                                Optional.of("alpha"),
                                true,
                                "hub-2"),
                        PathSettings.NONE
                                .with(
                                        new TcpRelaySettings(Optional.of("relay.example:443"), false, true),
                                        new PortMappingSettings(true, Optional.of(literal("192.168.1.1"))))
                                .withMtu(9000)
                                .withReceiving(new ReceiveSettings(false, 1000, 3))));
    }

    @Test
    void nobodySpinsOnTheOnlyProcessor() {
        ReceiveSettings receiving =
                load(Map.of("ztnio.spin", "40"), Map.of()).paths().receiving();

        assertThat(receiving.spinNanos(2)).isEqualTo(40_000);
        assertThat(receiving.spinNanos(1)).isZero();
    }

    @Test
    void theOverlaysKeyMayComeFromAFileAndIsNeverShown() throws IOException {
        Path file = Files.writeString(directory.resolve("key"), "open sesame\n");

        ZtnioConfig config = load(Map.of("ztnio.overlay.key.file", file.toString()), Map.of());

        assertThat(config.overlay().key()).contains("open sesame");
        assertThat(config.toString()).doesNotContain("sesame");
        assertThatThrownBy(() -> load(Map.of("ztnio.overlay.key", "short"), Map.of()))
                .hasMessageContaining("ztnio.overlay.key=... (system property): allowed is 64 hexadecimal digits")
                .hasMessageNotContaining("short");
        assertThatThrownBy(() -> load(
                        Map.of("ztnio.overlay.key", "open sesame", "ztnio.overlay.key.file", file.toString()),
                        Map.of()))
                .hasMessageContaining("ztnio.overlay.key and ztnio.overlay.key.file: allowed is one of them");
        assertThatThrownBy(() -> load(Map.of("ztnio.overlay.key.file", "/nonexistent/key"), Map.of()))
                .hasMessageContaining("ztnio.overlay.key.file=/nonexistent/key (system property)");
    }

    @Test
    void aSystemPropertyBeatsTheEnvironmentWhichBeatsTheFile() throws IOException {
        Path file = directory.resolve("ztnio.properties");
        Files.writeString(file, "ztnio.port=1\nztnio.wildcard=os\nztnio.join.timeout=7s\n");

        ZtnioConfig config = load(
                Map.of("ztnio.config", file.toString(), "ztnio.port", "3"),
                Map.of("ZTNIO_PORT", "2", "ZTNIO_WILDCARD", "zerotier"));

        assertThat(config.port()).isEqualTo(3);
        assertThat(config.wildcard()).isEqualTo(WildcardScope.ZEROTIER);
        assertThat(config.joinTimeout()).isEqualTo(Duration.ofSeconds(7));
    }

    @Test
    void anOverrideBeatsEverything() {
        ConfigLoader loader = new ConfigLoader(Map.of("ztnio.port", "3"), Map.of());
        loader.override(ConfigKey.PORT, "4", "--port");

        assertThat(loader.load().port()).isEqualTo(4);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ztnio.networks|8056c2e21c00001",
                "ztnio.networks|0000000000000000",
                "ztnio.networks|8056c2e21c000001,",
                "ztnio.home|''",
                "ztnio.port|65536",
                "ztnio.port|-1",
                "ztnio.port|http",
                "ztnio.bind|localhost",
                "ztnio.bind|256.0.0.1",
                "ztnio.bind|1.2.3",
                "ztnio.bind|:::1",
                "ztnio.loopback|yes",
                "ztnio.planet|''",
                "ztnio.public.planet|never",
                "ztnio.join.timeout|30",
                "ztnio.join.timeout|0s",
                "ztnio.join.timeout|-1s",
                "ztnio.routes|10.0.0.0",
                "ztnio.routes|10.0.0.0/33",
                "ztnio.bypass|fd00::/129",
                "ztnio.bypass|example.com/8",
                "ztnio.wildcard|none",
                "ztnio.tcp.congestion|vegas",
                "ztnio.tcp.minimum.mss|47",
                "ztnio.tcp.minimum.mss|537",
                "ztnio.tcp.minimum.mss|small",
                "ztnio.udp.offload|yes",
                "ztnio.path.mtu|1399",
                "ztnio.path.mtu|10325",
                "ztnio.path.mtu|jumbo",
                "ztnio.threads|65",
                "ztnio.threads|-1",
                "ztnio.spin|-1",
                "ztnio.spin|1001",
                "ztnio.spin|80us",
                "ztnio.threads|many",
                "ztnio.config|/nonexistent/file",
            })
    void aBadValueIsNamedWithItsKeyItsSourceAndWhatIsAllowed(String key, String value) {
        ConfigException failure = failure(Map.of(key, value), Map.of());

        assertThat(failure.problems()).hasSize(1);
        assertThat(failure)
                .hasMessageContaining(key + "=" + value + " (system property): allowed is "
                        + ConfigKey.ofKey(key).orElseThrow().allowed());
    }

    @Test
    void aBadValueInTheEnvironmentNamesTheVariable() {
        ConfigException failure = failure(Map.of(), Map.of("ZTNIO_JOIN_TIMEOUT", "soon"));

        assertThat(failure).hasMessageContaining("ztnio.join.timeout=soon (environment variable ZTNIO_JOIN_TIMEOUT)");
    }

    @Test
    void aBadValueInTheFileNamesTheFile() throws IOException {
        Path file = directory.resolve("ztnio.properties");
        Files.writeString(file, "ztnio.port=x\n");

        ConfigException failure = failure(Map.of("ztnio.config", file.toString()), Map.of());

        assertThat(failure).hasMessageContaining("ztnio.port=x (file " + file + ")");
    }

    @Test
    void unknownKeysAreNamedWithTheNearestKnownOne() throws IOException {
        Path file = directory.resolve("ztnio.properties");
        Files.writeString(file, "networks=8056c2e21c000001\n");

        ConfigException failure =
                failure(Map.of("ztnio.netwroks", "8056c2e21c000001", "ztnio.config", file.toString()), Map.of());

        assertThat(failure.problems()).hasSize(2);
        assertThat(failure)
                .hasMessageContaining("ztnio.netwroks=8056c2e21c000001 (system property): unknown key,"
                        + " did you mean ztnio.networks? Allowed keys: ztnio.config, ztnio.networks")
                .hasMessageContaining("networks=8056c2e21c000001 (file " + file + "): unknown key,"
                        + " did you mean ztnio.networks?");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "8056c2e21c000001"})
    void anUnknownVariableIsWarnedOfWithTheNearestKnownOneAndWithoutItsValue(String networks) {
        List<String> warnings = new ArrayList<>();

        ZtnioConfig config = new ConfigLoader(
                        Map.of("ztnio.networks", networks, "ztnio.home", "/x"),
                        Map.of("ZTNIO_POTR", "4711", "ZTNIO_ENV_PASSWORD", "sesame"),
                        warnings::add)
                .load();

        assertThat(config.port()).isZero();
        assertThat(warnings).hasSize(2).noneMatch(line -> line.contains("4711") || line.contains("sesame"));
        assertThat(warnings.get(1))
                .isEqualTo("environment variable ZTNIO_POTR is ignored: unknown key, did you mean ZTNIO_PORT?"
                        + " Allowed keys: "
                        + Arrays.stream(ConfigKey.values())
                                .map(ConfigKey::environmentVariable)
                                .collect(Collectors.joining(", ")));
    }

    /** What Kubernetes and Docker put beside a service that is called ztnio, ztnio-web or web. */
    private static Map<String, String> serviceLinks() {
        return Map.ofEntries(
                Map.entry("ZTNIO_SERVICE_HOST", "10.96.0.10"),
                Map.entry("ZTNIO_SERVICE_PORT", "9993"),
                Map.entry("ZTNIO_SERVICE_PORT_VL1", "9993"),
                Map.entry("ZTNIO_PORT", "tcp://10.96.0.10:9993"),
                Map.entry("ZTNIO_PORT_9993_TCP", "tcp://10.96.0.10:9993"),
                Map.entry("ZTNIO_PORT_9993_TCP_PROTO", "tcp"),
                Map.entry("ZTNIO_PORT_9993_TCP_PORT", "9993"),
                Map.entry("ZTNIO_PORT_9993_TCP_ADDR", "10.96.0.10"),
                Map.entry("ZTNIO_PORT_9993_UDP", "UDP://[fd00::a]:9993"),
                Map.entry("ZTNIO_WEB_SERVICE_HOST", "10.96.0.11"),
                Map.entry("ZTNIO_WEB_PORT", "sctp://10.96.0.11:80"),
                Map.entry("ZTNIO_HOME", "tcp://10.96.0.12:80"),
                Map.entry("WEB_PORT", "tcp://10.96.0.13:80"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "8056c2e21c000001"})
    void serviceLinksOfAContainerPlatformAreOneWarningWithNetworksOrWithout(String networks) {
        List<String> warnings = new ArrayList<>();

        ZtnioConfig config = new ConfigLoader(
                        Map.of("ztnio.networks", networks, "user.home", "/home/someone"), serviceLinks(), warnings::add)
                .load();

        assertThat(config.port()).isZero();
        assertThat(config.home()).isEqualTo(Path.of("/home/someone/.ztnio"));
        assertThat(warnings).hasSize(1);
        assertThat(warnings.get(0))
                .startsWith("environment variables ZTNIO_HOME, ZTNIO_PORT, ZTNIO_PORT_9993_TCP, ")
                .contains("ZTNIO_WEB_SERVICE_HOST", "enableServiceLinks")
                .doesNotContain(", WEB_PORT");
    }

    @Test
    void aServiceLinkDoesNotHideTheSameKeyOfAFile() throws IOException {
        Path file = Files.writeString(directory.resolve("ztnio.properties"), "ztnio.port=9994\n");

        ZtnioConfig config = new ConfigLoader(
                        Map.of("ztnio.config", file.toString()),
                        Map.of("ZTNIO_PORT", "tcp://10.96.0.10:9993"),
                        warning -> {})
                .load();

        assertThat(config.port()).isEqualTo(9994);
    }

    @Test
    void channelsWithoutNetworksNeedNoOtherValue() {
        ZtnioConfig config = new ConfigLoader(
                        Map.of("ztnio.port", "http", "ztnio.overlay.key", "short", "user.home", "?"),
                        Map.of("ZTNIO_JOIN_TIMEOUT", "soon"))
                .loadForChannels();

        assertThat(config.hasNetworks()).isFalse();
        assertThat(config.port()).isZero();
    }

    @Test
    void channelsWithoutNetworksFailAtUnknownKeysAndAtNetworksThatAreNone() {
        assertThatThrownBy(() -> new ConfigLoader(Map.of("ztnio.netwroks", "1"), Map.of()).loadForChannels())
                .hasMessageContaining("did you mean ztnio.networks?");
        assertThatThrownBy(() -> new ConfigLoader(Map.of("ztnio.networks", "1"), Map.of()).loadForChannels())
                .hasMessageContaining("ztnio.networks=1 (system property)");
    }

    /** Whoever mistypes the network's id means to have one. */
    @Test
    void channelsWithWrongNetworksNameAllOtherBadValuesToo() {
        assertThatThrownBy(() -> new ConfigLoader(Map.of("ztnio.networks", "nonsense", "ztnio.port", "70000"), Map.of())
                        .loadForChannels())
                .hasMessageContaining("ztnio.networks=nonsense (system property)")
                .hasMessageContaining("ztnio.port=70000 (system property)");
    }

    @Test
    void channelsWithNetworksNeedAllValues() {
        assertThatThrownBy(() -> new ConfigLoader(
                                Map.of("ztnio.networks", "8056c2e21c000001", "ztnio.port", "http", "ztnio.home", "/x"),
                                Map.of())
                        .loadForChannels())
                .hasMessageContaining("ztnio.port=http (system property)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"?", "", " ", "/", "//", "/.."})
    void aHomeThatNobodyChoseIsRefusedNamingTheKey(String userHome) {
        Map<String, String> properties = Map.of("ztnio.networks", "8056c2e21c000001", "user.home", userHome);

        ConfigException failure =
                catchThrowableOfType(ConfigException.class, () -> new ConfigLoader(properties, Map.of()).load());

        assertThat(failure.problems()).hasSize(1);
        assertThat(failure)
                .hasMessageContaining("ztnio.home=${user.home}/.ztnio: user.home is '" + userHome + "', ")
                .hasMessageContaining("set ztnio.home (ZTNIO_HOME) to a directory that is kept");
        assertThatThrownBy(() -> new ConfigLoader(Map.of("user.home", userHome), Map.of()).loadForNode())
                .hasMessageContaining("set ztnio.home (ZTNIO_HOME)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"?", "", "/"})
    void aHomeThatIsNamedOrNotNeededIsNotAskedFor(String userHome) {
        Map<String, String> named =
                Map.of("ztnio.networks", "8056c2e21c000001", "user.home", userHome, "ztnio.home", "/var/lib/ztnio");
        Map<String, String> memory = Map.of(
                "ztnio.networks", "8056c2e21c000001", "user.home", userHome, "ztnio.transport", "overlay-memory");

        assertThat(new ConfigLoader(named, Map.of()).load().home()).isEqualTo(Path.of("/var/lib/ztnio"));
        assertThat(new ConfigLoader(memory, Map.of()).load().hasNetworks()).isTrue();
    }

    @Test
    void filesOfWindowsShellsAreRead() throws IOException {
        Path file = Files.write(
                directory.resolve("ztnio.properties"),
                "\ufeffztnio.port=9994\r\nztnio.wildcard=os\r\n".getBytes(StandardCharsets.UTF_16LE));
        Path key = Files.write(directory.resolve("key"), "\ufeffopen sesame\r\n".getBytes(StandardCharsets.UTF_16LE));

        ZtnioConfig config =
                load(Map.of("ztnio.config", file.toString(), "ztnio.overlay.key.file", key.toString()), Map.of());

        assertThat(config.port()).isEqualTo(9994);
        assertThat(config.wildcard()).isEqualTo(WildcardScope.OS);
        assertThat(config.overlay().key()).contains("open sesame");
    }

    @Test
    void aFileThatCannotBeReadSaysWhy() {
        assertThat(failure(Map.of("ztnio.config", "/nonexistent/file"), Map.of()))
                .hasMessageEndingWith("allowed is a readable properties file (there is no such file)");
        assertThat(failure(Map.of("ztnio.overlay.key.file", directory.toString()), Map.of()))
                .hasMessageEndingWith("allowed is a readable file with such a key (Is a directory)");
    }

    @Test
    void aFileMustNotNameAnotherFile() throws IOException {
        Path file = directory.resolve("ztnio.properties");
        Files.writeString(file, "ztnio.config=other\n");

        assertThat(failure(Map.of("ztnio.config", file.toString()), Map.of()))
                .hasMessageContaining("ztnio.config=other")
                .hasMessageContaining("not allowed in a file");
    }

    @Test
    void thePublicPlanetCanBeForbidden() {
        ConfigException failure =
                failure(Map.of("ztnio.public.planet", "forbid", "ztnio.networks", "8056c2e21c000001"), Map.of());

        assertThat(failure)
                .hasMessageContaining("ztnio.planet=earth")
                .hasMessageContaining("ztnio.public.planet=forbid")
                .hasMessageContaining("allowed is the path of a planet file");
    }

    @Test
    void otherPeoplesKeysAreIgnored() {
        assertThat(load(Map.of("ztniox", "1", "java.home", "/"), Map.of("PATH", "/bin"))
                        .hasNetworks())
                .isFalse();
    }

    @ParameterizedTest
    @EnumSource(ConfigKey.class)
    void everyKeyHasAnEnvironmentVariableOfTheSameName(ConfigKey key) {
        assertThat(key.environmentVariable()).matches("ZTNIO(_[A-Z]+)+");
        assertThat(ConfigKey.ofEnvironmentVariable(key.environmentVariable())).contains(key);
        assertThat(ConfigKey.ofKey(key.key())).contains(key);
    }
}
