package io.ztnio.protocol.vl1.receive;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** How often strangers' identities are checked. */
class IdentityGateTest {
    @Test
    void identitiesAreCheckedOncePerTwoSecondsAndSourceNetwork() throws java.io.IOException {
        IdentityGate gate = new IdentityGate(5);
        java.net.InetAddress one = java.net.InetAddress.getByName("81.1.1.1");
        java.net.InetAddress neighbour = java.net.InetAddress.getByName("81.1.1.200");

        assertThat(gate.admit(one, 0)).isTrue();
        assertThat(gate.admit(neighbour, 1_999)).isFalse();
        assertThat(gate.admit(neighbour, 2_000)).isTrue();
    }
}
