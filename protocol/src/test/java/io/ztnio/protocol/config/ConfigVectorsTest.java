package io.ztnio.protocol.config;

import static io.ztnio.protocol.Vectors.A;
import static io.ztnio.protocol.Vectors.B;
import static io.ztnio.protocol.Vectors.hex;
import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.protocol.Vectors;
import io.ztnio.protocol.credential.CertificateOfMembership;
import io.ztnio.protocol.identity.Address;
import io.ztnio.protocol.rule.Rule;
import io.ztnio.protocol.wire.SocketAddressField;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Configurations, dictionaries, MAC and managed addresses against the reference's bytes. */
class ConfigVectorsTest {
    private static final long NETWORK = 0x8e4df28b72000001L;
    private static final long TIME = 1_700_000_000_000L;

    private static NetworkConfig vectorConfig() {
        return NetworkConfig.builder(NETWORK, B.address())
                .timestamp(TIME, 1_800_000)
                .revision(3)
                .flags(NetworkConfig.FLAG_BROADCAST)
                .multicastLimit(32)
                .name("test")
                .membership(CertificateOfMembership.sign(A, NETWORK, TIME, 1_800_000, B))
                .specialists(List.of(Specialist.of(0xa1b2c3d4e5L, Specialist.ACTIVE_BRIDGE)))
                .routes(List.of(new Route(InetPrefix.parse("10.1.2.0/24"))))
                .addresses(List.of(InetPrefix.parse("10.1.2.3/24")))
                .rules(List.of(Rule.ACCEPT))
                .build();
    }

    @Test
    void configurationIsWrittenAndReadToTheByte() {
        byte[] expected = hex(Vectors.map("vectors/protocol-13.json").get("config"));

        byte[] written = NetworkConfigCodec.write(vectorConfig()).toByteArray();

        assertThat(written).hasSize(937).isEqualTo(expected);
        assertThat(NetworkConfigCodec.read(expected)).contains(vectorConfig());
    }

    @Test
    void damagedConfigurationsAreReadAsNothingOrAsConfigurations() {
        byte[] good = hex(Vectors.map("vectors/protocol-13.json").get("config"));
        SplittableRandom random = new SplittableRandom(7);

        for (int length = 0; length < good.length; length++) {
            byte[] cut = Arrays.copyOf(good, length);
            NetworkConfigCodec.read(cut)
                    .ifPresent(config -> assertThat(config.networkId()).isNotZero());
        }
        for (int i = 0; i < 3000; i++) {
            byte[] bad = good.clone();
            bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
            NetworkConfigCodec.read(bad)
                    .ifPresent(config -> assertThat(config.issuedTo()).isNotZero());
        }
    }

    @Test
    void dictionaryIsTheReferences() {
        Map<?, ?> vector = (Map<?, ?>) Vectors.map("vectors/credentials.json").get("dictionary");
        byte[] binary = new byte[64];
        for (int i = 0; i < 64; i++) {
            binary[i] = (byte) i;
        }
        Dictionary dictionary = new Dictionary()
                .put("a", "plain")
                .put("esc", "x=1\r\ny\\z")
                .put("u", 0x0123456789abcdefL)
                .put("t", true)
                .put("bin", binary);

        byte[] written = dictionary.toByteArray();

        assertThat(written).isEqualTo(hex(vector.get("serialized")));
        Dictionary read = Dictionary.parse(written);
        assertThat(read.text("a")).isEqualTo("plain");
        assertThat(read.text("esc")).isEqualTo("x=1\r\ny\\z");
        assertThat(read.number("u", 0)).isEqualTo(0x0123456789abcdefL);
        assertThat(read.flag("t")).isTrue();
        assertThat(read.bytes("bin")).contains(binary);
    }

    @Test
    void dictionaryQuirksAreKept() {
        Dictionary d =
                Dictionary.parse("a=1\ra=2\nnothing\nb=x=y\nc=\\q\\\nn=-a\nx=0x1F\nlong=11112222333344445\nz=\0q=1"
                        .getBytes(StandardCharsets.ISO_8859_1));

        assertThat(d.text("a")).isEqualTo("1");
        assertThat(d.text("b")).isEqualTo("x=y");
        assertThat(d.text("c")).isEqualTo("q");
        assertThat(d.number("n", 0)).isEqualTo(-10);
        assertThat(d.number("x", 0)).isEqualTo(31);
        assertThat(d.number("long", 0)).isEqualTo(-1);
        assertThat(d.number("z", 5)).isEqualTo(5);
        assertThat(d.contains("q")).isFalse();
        assertThat(d.contains("nothing")).isFalse();
    }

    @Test
    void macAndManagedAddressesAreTheReferences() {
        for (Map<String, Object> each : Vectors.list("vectors/primitives.json", "mac")) {
            long address = Address.parse((String) each.get("address"));
            long networkId = NetworkId.parse((String) each.get("nwid"));

            long mac = MacAddress.of(address, networkId);

            assertThat(MacAddress.format(mac)).isEqualTo(each.get("mac"));
            assertThat(MacAddress.parse((String) each.get("mac"))).isEqualTo(mac);
            assertThat(MacAddress.address(mac, networkId)).isEqualTo(address);
            assertThat(MacAddress.isMember(mac, networkId)).isTrue();
            InetPrefix rfc4193 = ManagedAddresses.rfc4193(networkId, address);
            InetPrefix sixPlane = ManagedAddresses.sixPlane(networkId, address);
            assertThat(rfc4193).isEqualTo(InetPrefix.parse((String) each.get("rfc4193")));
            assertThat(sixPlane).isEqualTo(InetPrefix.parse((String) each.get("sixplane")));
            byte[] target =
                    ManagedAddresses.rfc4193(networkId, 0x1122334455L).address().getAddress();
            assertThat(ManagedAddresses.memberOf(target, 0, networkId, List.of(rfc4193)))
                    .isEqualTo(0x1122334455L);
            byte[] inside = ManagedAddresses.sixPlane(networkId, 0x1122334455L)
                    .address()
                    .getAddress();
            inside[13] = 9;
            assertThat(ManagedAddresses.memberOf(inside, 0, networkId, List.of(sixPlane)))
                    .isEqualTo(0x1122334455L);
            assertThat(ManagedAddresses.memberOf(inside, 0, networkId, List.of(rfc4193)))
                    .isEqualTo(-1);
        }
    }

    @Test
    void resolutionGroupsAreTheReferences() {
        for (Map<String, Object> each : Vectors.list("vectors/primitives.json", "multicastGroups")) {
            String ip = ((String) each.get("ip")).replaceAll("/.*", "");

            MulticastGroup group =
                    MulticastGroup.resolving(SocketAddressField.parseAddress(ip).orElseThrow());

            assertThat(MacAddress.format(group.mac())).isEqualTo(each.get("mac"));
            assertThat(group.adi() & 0xffffffffL).isEqualTo(((Number) each.get("adi")).longValue());
        }
    }

    @Test
    void adHocNetworksFollowFromTheirId() {
        NetworkConfig ports =
                AdHocNetworks.config(0xff00160050000000L, B.address(), TIME).orElseThrow();
        NetworkConfig open =
                AdHocNetworks.config(0xff0a000000000001L, B.address(), TIME).orElseThrow();

        assertThat(ports.name()).isEqualTo("adhoc-0016-0050");
        assertThat(ports.rules()).hasSize(14);
        assertThat(ports.multicastLimit()).isZero();
        assertThat(open.name()).isEqualTo("adhoc-10.0.0.0");
        assertThat(open.addresses()).contains(InetPrefix.parse("10.99.246.148/8"));
        assertThat(open.rules()).containsExactly(Rule.ACCEPT);
        assertThat(AdHocNetworks.config(0xff00500016000000L, B.address(), TIME)).isEmpty();
    }

    @Test
    void metadataIsReadAsWritten() {
        RequestMetadata metadata = RequestMetadata.own().withToken("let me = in");

        RequestMetadata read =
                RequestMetadata.read(Dictionary.parse(metadata.write().toByteArray()));

        assertThat(read).isEqualTo(metadata);
        assertThat(metadata.write().toByteArray().length).isLessThan(RequestMetadata.MAX_LENGTH);
    }
}
