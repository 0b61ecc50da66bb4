package io.ztnio.protocol.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.protocol.credential.Capability;
import io.ztnio.protocol.credential.CertificateOfMembership;
import io.ztnio.protocol.credential.CertificateOfOwnership;
import io.ztnio.protocol.credential.Tag;
import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.rule.Rule;
import io.ztnio.protocol.rule.RuleType;
import io.ztnio.protocol.sim.SimIdentities;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Each key of a configuration by itself ({@code docs/protocol.md} 6.2): as it is read, what is without it, and as it is written. */
class ConfigKeysTest {
    private static final Identity CONTROLLER = SimIdentities.of(1);
    private static final Identity MEMBER = SimIdentities.of(2);
    private static final long NETWORK = NetworkId.of(CONTROLLER.address(), 7);
    private static final long TIME = 1_700_000_000_000L;

    private record Row(
            String key, String text, Object expected, Object missing, Function<NetworkConfig, Object> field) {

        @Override
        public String toString() {
            return key + "=" + text;
        }
    }

    private static Row row(
            String key, String text, Object expected, Object missing, Function<NetworkConfig, Object> field) {
        return new Row(key, text, expected, missing, field);
    }

    private static Dictionary dictionary() {
        return new Dictionary().put("v", 7L).put("nwid", NETWORK).putAddress("id", MEMBER.address());
    }

    /** Numbers as the reference writes them, sixteen digits, and as a person would. */
    static Stream<Row> numbersAndTexts() {
        return Stream.of(
                row("ts", "0000018bcfe56800", TIME, 0L, NetworkConfig::timestampMillis),
                row("ts", "18bcfe56800", TIME, 0L, NetworkConfig::timestampMillis),
                row("ctmd", "00000000001b7740", 1_800_000L, 0L, NetworkConfig::credentialTimeMaxDeltaMillis),
                row("ctmd", "1b7740", 1_800_000L, 0L, NetworkConfig::credentialTimeMaxDeltaMillis),
                row("r", "000000000000000a", 10L, 0L, NetworkConfig::revision),
                row("r", "a", 10L, 0L, NetworkConfig::revision),
                row("tt", "a1b2c3d4e5", 0xa1b2c3d4e5L, 0L, NetworkConfig::traceTarget),
                row("tt", "0000000000", 0L, 0L, NetworkConfig::traceTarget),
                row("tl", "000000000000000f", 15L, 0L, NetworkConfig::traceLevel),
                row("tl", "f", 15L, 0L, NetworkConfig::traceLevel),
                row("f", "0000000000000016", 0x16L, 0L, NetworkConfig::flags),
                row("f", "2", 2L, 0L, NetworkConfig::flags),
                row("ml", "0000000000000020", 32, 0, NetworkConfig::multicastLimit),
                row("ml", "20", 32, 0, NetworkConfig::multicastLimit),
                row("t", "0000000000000001", true, false, NetworkConfig::isPublic),
                row("t", "1", true, false, NetworkConfig::isPublic),
                row("t", "0", false, false, NetworkConfig::isPublic),
                row("n", "my network", "my network", "", NetworkConfig::name),
                row("mtu", "0000000000000578", 1400, 2800, NetworkConfig::mtuBytes),
                row("mtu", "578", 1400, 2800, NetworkConfig::mtuBytes),
                row("mtu", "1", 1280, 2800, NetworkConfig::mtuBytes),
                row("mtu", "ffff", 10_000, 2800, NetworkConfig::mtuBytes));
    }

    @ParameterizedTest
    @MethodSource("numbersAndTexts")
    void aNumberOrText(Row row) {
        assertRow(row, row.text().getBytes(StandardCharsets.US_ASCII));
    }

    private static void assertRow(Row row, byte[] value) {
        NetworkConfig with = read(dictionary().put(row.key(), value));
        NetworkConfig without = read(dictionary());

        assertThat(row.field().apply(with)).isEqualTo(row.expected());
        assertThat(row.field().apply(without)).isEqualTo(row.missing());
        NetworkConfig again = read(NetworkConfigCodec.write(with));
        assertThat(row.field().apply(again)).isEqualTo(row.expected());
    }

    /** Over the bytes, so that escapes are gone through too. */
    private static NetworkConfig read(Dictionary dictionary) {
        return NetworkConfigCodec.read(dictionary.toByteArray()).orElseThrow();
    }

    static Stream<Arguments> blobs() throws Exception {
        CertificateOfMembership membership = CertificateOfMembership.sign(CONTROLLER, NETWORK, TIME, 1_800_000, MEMBER);
        Capability capability = Capability.sign(CONTROLLER, NETWORK, TIME, 3, List.of(Rule.ACCEPT), MEMBER.address());
        Tag tag = Tag.sign(CONTROLLER, NETWORK, TIME, 4, 5, MEMBER.address());
        CertificateOfOwnership ownership = ownership();
        Dns dns =
                new Dns("lab.example", List.of(InetAddress.getByName("10.1.2.53"), InetAddress.getByName("fd00::53")));
        List<Rule> rules = List.of(Rule.match(RuleType.MATCH_ETHERTYPE, 0x86dd).not(), Rule.DROP, Rule.ACCEPT);
        List<Specialist> specialists = List.of(
                Specialist.of(0xa1b2c3d4e5L, Specialist.ACTIVE_BRIDGE),
                Specialist.of(0xa1b2c3d4e6L, Specialist.ANCHOR));
        List<Route> routes = List.of(
                new Route(InetPrefix.parse("10.1.2.0/24")),
                new Route(InetPrefix.parse("fd00::/64"), InetAddress.getByName("fd00::1")));
        List<InetPrefix> addresses = List.of(InetPrefix.parse("10.1.2.3/24"), InetPrefix.parse("fd00::3/64"));
        return Stream.of(
                blob(
                        "C",
                        Optional.of(membership),
                        Optional.empty(),
                        NetworkConfig::membership,
                        b -> b.membership(membership)),
                blob(
                        "CAP",
                        List.of(capability),
                        List.of(),
                        NetworkConfig::capabilities,
                        b -> b.capabilities(List.of(capability))),
                blob("TAG", List.of(tag), List.of(), NetworkConfig::tags, b -> b.tags(List.of(tag))),
                blob(
                        "COO",
                        List.of(ownership),
                        List.of(),
                        NetworkConfig::ownership,
                        b -> b.ownership(List.of(ownership))),
                blob("S", specialists, List.of(), NetworkConfig::specialists, b -> b.specialists(specialists)),
                blob("RT", routes, List.of(), NetworkConfig::routes, b -> b.routes(routes)),
                blob("I", addresses, List.of(), NetworkConfig::addresses, b -> b.addresses(addresses)),
                blob("R", rules, List.of(), NetworkConfig::rules, b -> b.rules(rules)),
                blob("DNS", dns, Dns.NONE, NetworkConfig::dns, b -> b.dns(dns)));
    }

    private static CertificateOfOwnership ownership() throws Exception {
        return CertificateOfOwnership.sign(
                CONTROLLER,
                NETWORK,
                TIME,
                6,
                List.of(CertificateOfOwnership.Thing.ip(InetAddress.getByName("10.1.2.3"))),
                MEMBER.address());
    }

    private static Arguments blob(
            String key,
            Object expected,
            Object missing,
            Function<NetworkConfig, Object> field,
            Function<NetworkConfig.Builder, NetworkConfig.Builder> put) {
        NetworkConfig config =
                put.apply(NetworkConfig.builder(NETWORK, MEMBER.address())).build();
        byte[] value = NetworkConfigCodec.write(config).bytes(key).orElseThrow();
        return Arguments.of(row(key, value.length + " bytes", expected, missing, field), value);
    }

    @ParameterizedTest
    @MethodSource("blobs")
    void anObjectOrSeveral(Row row, byte[] value) {
        assertRow(row, value);
    }

    @ParameterizedTest
    @MethodSource("blobs")
    void aBlobThatIsCutIsRefusedOrIsAShorterOne(Row row, byte[] value) {
        for (int length = 1; length < value.length; length++) {
            byte[] cut = Arrays.copyOf(value, length);
            Optional<NetworkConfig> read =
                    NetworkConfigCodec.read(dictionary().put(row.key(), cut).toByteArray());
            assertThat(read.map(row.field())).as("%d bytes", length).isNotEqualTo(Optional.of(row.expected()));
        }
    }

    @ParameterizedTest
    @CsvSource({
        // ssov, ssoe, keys, url, expiry, provider
        "0, 1, aurl=https://a.example;aexpt=4d2, https://a.example, 1234, default",
        "0, t, aurl=https://a.example, https://a.example, 0, default",
        "0, 0, aurl=https://a.example;aexpt=4d2, '', 0, default",
        "1, 1, iurl=https://i.example;ssop=okta, https://i.example, 0, okta",
        "1, 1, iurl=https://i.example, https://i.example, 0, default",
    })
    void signingIn(long version, String enabled, String keys, String url, long expiry, String provider) {
        Dictionary dictionary = dictionary().put("ssov", version).put("ssoe", enabled);
        for (String entry : keys.split(";", -1)) {
            int equals = entry.indexOf('=');
            dictionary.put(entry.substring(0, equals), entry.substring(equals + 1));
        }

        SingleSignOn read = read(dictionary).singleSignOn();

        assertThat(read.version()).isEqualTo((int) version);
        assertThat(read.enabled()).isEqualTo(!enabled.equals("0"));
        assertThat(read.url()).isEqualTo(url);
        assertThat(read.expiryMillis()).isEqualTo(expiry);
        assertThat(read.provider()).isEqualTo(provider);
        assertThat(read(NetworkConfigCodec.write(read(dictionary))).singleSignOn())
                .isEqualTo(read);
    }

    @Test
    void theParametersOfOpenIdConnect() {
        Dictionary dictionary = dictionary()
                .put("ssov", 1L)
                .put("ssoe", true)
                .put("iurl", "https://i.example")
                .put("ssoce", "https://c.example")
                .put("sson", "nonce")
                .put("ssos", "state")
                .put("ssocid", "client")
                .put("ssop", "okta");

        assertThat(read(dictionary).singleSignOn())
                .isEqualTo(new SingleSignOn(
                        1, true, "https://i.example", 0, "https://c.example", "nonce", "state", "client", "okta"));
        assertThat(read(dictionary()).singleSignOn()).isEqualTo(SingleSignOn.NONE);
    }

    /** Older formats have other keys, of which nothing is taken. */
    @ParameterizedTest
    @CsvSource({"v, 5", "v, 0000000000000005", "v, ''", "nwid, 0", "id, 0000000000", "id, ''"})
    void withoutAFormatANetworkOrAMemberItIsNone(String key, String value) {
        assertThat(NetworkConfigCodec.read(dictionary().put(key, value).toByteArray()))
                .isEmpty();
    }

    @Test
    void everyKeyThatIsWrittenIsTriedHere() throws Exception {
        Set<String> tried = new HashSet<>(List.of("v", "nwid", "id", "ssov", "ssoe", "aurl", "aexpt"));
        tried.addAll(List.of("iurl", "ssoce", "sson", "ssos", "ssocid", "ssop"));
        numbersAndTexts().forEach(row -> tried.add(row.key()));
        blobs().forEach(row -> tried.add(((Row) row.get()[0]).key()));
        NetworkConfig.Builder full = NetworkConfig.builder(NETWORK, MEMBER.address())
                .membership(CertificateOfMembership.sign(CONTROLLER, NETWORK, TIME, 1, MEMBER))
                .tags(List.of(Tag.sign(CONTROLLER, NETWORK, TIME, 4, 5, MEMBER.address())))
                .ownership(List.of(ownership()))
                .addresses(List.of(InetPrefix.parse("10.1.2.3/24")))
                .routes(List.of(new Route(InetPrefix.parse("10.1.2.0/24"))))
                .rules(List.of(Rule.ACCEPT))
                .specialists(List.of(Specialist.of(0xa1b2c3d4e5L, Specialist.ACTIVE_BRIDGE)));

        for (SingleSignOn login : List.of(
                SingleSignOn.NONE,
                new SingleSignOn(0, true, "u", 1, "", "", "", "", "default"),
                new SingleSignOn(1, true, "u", 0, "c", "n", "s", "i", "p"))) {
            assertThat(NetworkConfigCodec.write(full.singleSignOn(login).build())
                            .keys())
                    .isSubsetOf(tried);
        }
    }
}
