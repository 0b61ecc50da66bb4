package io.ztnio.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.it.lab.ControlledNode;
import io.ztnio.it.lab.DaemonPlanet;
import io.ztnio.it.lab.NodeKind;
import io.ztnio.it.lab.RealDaemon;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** An operator has given a daemon's interface addresses that the controller gives to us. */
@RealDaemon
@Tag("any-jdk")
class AddressConflictIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final String IPV4 = "10.99.0.77";
    private static final String IPV6 = "fd99:0:0:0:0:0:0:77";

    @Test
    void theNodeSaysWhoElseHasItsAddresses() {
        try (DaemonPlanet planet = new DaemonPlanet()) {
            ControlledNode own = NodeKind.OURS.member(planet.lab().java1(), planet.planet());
            ControlledNode other = planet.member();
            Object device = other.network(planet.network()).orElseThrow().get("portDeviceName");
            for (String prefix : List.of(IPV4 + "/24", IPV6 + "/64")) {
                // Without its own search for duplicates, to which we answer in good time.
                other.host()
                        .run("ip", "addr", "add", prefix, "dev", device.toString(), "nodad")
                        .orThrow();
            }
            planet.root().configure(planet.network(), """
                    {"routes": [{"target": "10.99.0.0/24"}, {"target": "fd99::/64"}]}
                    """);
            planet.root().configureMember(planet.network(), own.address(), """
                    {"authorized": true, "ipAssignments": ["%s", "%s"]}
                    """.formatted(IPV4, IPV6));

            own.join(planet.network());

            for (String address : List.of(IPV4, IPV6)) {
                own.process().awaitLine(other.address() + " has address " + address + ", which is ours", TIMEOUT);
            }
            assertThat(own.addresses(planet.network())).contains(IPV4, IPV6);
        }
    }
}
