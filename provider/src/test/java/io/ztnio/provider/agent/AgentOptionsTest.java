package io.ztnio.provider.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AgentOptionsTest {
    @ParameterizedTest
    @ValueSource(strings = {"", " "})
    void noTextIsNoSetting(String text) {
        assertThat(AgentOptions.parse(text)).isEmpty();
    }

    @Test
    void settingsAreSeparatedByCommasAndThePrefixMayBeLeftOut() {
        assertThat(AgentOptions.parse("home=/var/lib/ztnio, ztnio.port=9993,join.timeout=5s"))
                .containsExactly(
                        entry("ztnio.home", "/var/lib/ztnio"),
                        entry("ztnio.port", "9993"),
                        entry("ztnio.join.timeout", "5s"));
    }

    @Test
    void listsKeepTheirCommas() {
        assertThat(AgentOptions.parse("networks=8056c2e21c000001,8056c2e21c000002,port=9993,bind=127.0.0.1,::1"))
                .containsExactly(
                        entry("ztnio.networks", "8056c2e21c000001,8056c2e21c000002"),
                        entry("ztnio.port", "9993"),
                        entry("ztnio.bind", "127.0.0.1,::1"));
    }

    @Test
    void aCommaBehindABackslashSeparatesNothing() {
        assertThat(AgentOptions.parse("overlay.key=salt\\,port=pepper,home=C:\\ztnio\\a b,config=/x"))
                .containsExactly(
                        entry("ztnio.overlay.key", "salt,port=pepper"),
                        entry("ztnio.home", "C:\\ztnio\\a b"),
                        entry("ztnio.config", "/x"));
    }

    @Test
    void aValueMayHoldAnEqualsSignAndMayBeEmpty() {
        assertThat(AgentOptions.parse("overlay.key=a=b,status.file="))
                .containsExactly(entry("ztnio.overlay.key", "a=b"), entry("ztnio.status.file", ""));
    }

    @Test
    void whatIsNoSettingIsRefusedSayingHowToWriteOne() {
        assertThatThrownBy(() -> AgentOptions.parse("8056c2e21c000001"))
                .hasMessage("'8056c2e21c000001' is no setting; write key=value,key=value, such as"
                        + " networks=NETWORK_ID");
    }

    @Test
    void aSettingIsMadeOnce() {
        assertThatThrownBy(() -> AgentOptions.parse("port=1,ztnio.port=2")).hasMessage("ztnio.port is set twice");
    }
}
