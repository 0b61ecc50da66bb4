package io.ztnio.protocol.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.protocol.json.JsonObject;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The controller's memory of who asked. */
@Tag("any-jdk")
class ControlledNetworkTest {
    private static final long FIRST = 0x11_0000_0000L;

    @Test
    void strangersWhoAskAreRememberedUpToABoundAndThoseKnownStayKnown() {
        ControlledNetwork network = new ControlledNetwork(0x8056c2e21c000001L, new JsonObject());

        for (int i = 0; i < ControlledNetwork.MAX_PENDING; i++) {
            assertThat(network.entry(FIRST + i)).isNotNull();
        }

        assertThat(network.entry(FIRST - 1)).isNull();
        assertThat(network.entry(FIRST)).isNotNull();
        assertThat(network.members.size()).isEqualTo(ControlledNetwork.MAX_PENDING);
    }
}
