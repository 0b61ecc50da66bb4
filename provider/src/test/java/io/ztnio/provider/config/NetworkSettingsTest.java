package io.ztnio.provider.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.ztnio.tcpip.link.IpPrefix;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code networks.d/ID.local.conf}. */
class NetworkSettingsTest {
    private static IpPrefix prefix(String address, int bits) throws UnknownHostException {
        return new IpPrefix(InetAddress.getByName(address), bits);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "allowManaged=1\nallowGlobal=0\nallowDefault=0\nallowDNS=0\n", "other=1"})
    void whatIsNotSaidIsAsTheDaemonHasIt(String content) {
        assertThat(NetworkSettings.parse(content)).isEqualTo(NetworkSettings.DEFAULT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "allowManaged=0\nallowGlobal=1\nallowDefault=1\nallowDNS=1\n",
                "allowDNS=true\r\nallowDefault=T\r\nallowGlobal=t\r\nallowManaged=false\r\n"
            })
    void flagsAreDigitsOrWords(String content) {
        assertThat(NetworkSettings.parse(content)).isEqualTo(new NetworkSettings(false, List.of(), true, true, true));
    }

    @Test
    void aListOfPrefixesIsWhatIsManaged() throws UnknownHostException {
        NetworkSettings settings = NetworkSettings.parse("allowManaged=10.1.0.0/16, fd00::/8,nonsense\n");

        assertThat(settings.allowManaged()).isTrue();
        assertThat(settings.manages(prefix("10.1.2.3", 16))).isTrue();
        assertThat(settings.manages(prefix("10.1.2.0", 24))).isTrue();
        assertThat(settings.manages(prefix("10.0.0.0", 8))).isFalse();
        assertThat(settings.manages(prefix("10.2.0.0", 16))).isFalse();
        assertThat(settings.manages(prefix("fd12::", 64))).isTrue();
    }

    @Test
    void aListOfNothingButMistakesManagesNothing() throws UnknownHostException {
        NetworkSettings settings = NetworkSettings.parse("allowManaged=nonsense\n");

        assertThat(settings.manages(prefix("10.1.0.0", 16))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "allowManaged=1\nallowGlobal=0\nallowDefault=1\nallowDNS=0\n",
                "allowManaged=0\nallowGlobal=1\nallowDefault=0\nallowDNS=1\n",
                "allowManaged=10.1.0.0/16,10.2.0.0/16\nallowGlobal=0\nallowDefault=0\nallowDNS=0\n"
            })
    void theFileIsTheDaemons(String content) {
        assertThat(NetworkSettings.parse(content).toFile()).isEqualTo(content);
    }

    @Test
    void eachIsChangedByItsName() {
        NetworkSettings changed = NetworkSettings.DEFAULT
                .with("allowManaged", false)
                .with("allowGlobal", true)
                .with("allowDefault", true)
                .with("allowDNS", true);

        assertThat(changed).isEqualTo(new NetworkSettings(false, List.of(), true, true, true));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NetworkSettings.DEFAULT.with("allowPigeons", true))
                .withMessageContaining("allowPigeons")
                .withMessageContaining("allowDNS");
    }
}
