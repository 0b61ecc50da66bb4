package io.ztnio.it.planet;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.protocol.identity.Identity;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The identities of the simulation are what a node would have made. */
@Tag("any-jdk")
class PlanetIdentitiesIT {
    @Test
    void everyAddressIsThereOnceAndHasItsSecret() {
        byte[] message = {1};
        Set<Long> addresses = new HashSet<>();

        for (int i = 0; i < PlanetIdentities.count(); i++) {
            Identity identity = PlanetIdentities.of(i);
            assertThat(addresses.add(identity.address())).isTrue();
            assertThat(identity.verify(message, identity.sign(message)))
                    .as("%s", identity)
                    .isTrue();
        }
        assertThat(addresses).hasSizeGreaterThanOrEqualTo(1_010);
    }

    @Test
    void addressesAreTheirKeysInASample() {
        for (int i = 0; i < PlanetIdentities.count(); i += 101) {
            assertThat(PlanetIdentities.of(i).locallyValid()).isTrue();
        }
    }

    @Test
    @Tag("long")
    void addressesAreTheirKeys() {
        for (int i = 0; i < PlanetIdentities.count(); i++) {
            assertThat(PlanetIdentities.of(i).locallyValid()).isTrue();
        }
    }
}
