package io.ztnio.provider.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.protocol.config.InetPrefix;
import io.ztnio.protocol.config.NetworkConfig;
import io.ztnio.protocol.config.SingleSignOn;
import io.ztnio.protocol.network.NetworkStatus;
import io.ztnio.provider.config.NetworkSettings;
import io.ztnio.provider.routing.Standing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How networks stand, in words. */
class NetworkStandingTest {
    private static final long NODE = 0x89e92ceee5L;
    private static final long NETWORK = 0x0123456789000001L;
    private static final NetworkStanding ONLINE = new NetworkStanding(NODE, true);

    private static Optional<NetworkView> view(NetworkStatus status, String... addresses) {
        Optional<NetworkConfig> config = addresses.length == 0
                ? Optional.empty()
                : Optional.of(NetworkConfig.builder(NETWORK, NODE)
                        .addresses(List.of(addresses).stream()
                                .filter(text -> !text.isEmpty())
                                .map(InetPrefix::parse)
                                .toList())
                        .build());
        return Optional.of(new NetworkView(NETWORK, 0, status, config, SingleSignOn.NONE, NetworkSettings.DEFAULT));
    }

    @Test
    void theNodesAndNetworksOfTheDocumentedLinesAreWhatIsLogged() throws IOException {
        String page = Files.readString(Path.of("../docs/logging.md"));
        for (String status : List.of(
                ONLINE.status(NETWORK, view(NetworkStatus.REQUESTING_CONFIGURATION), false),
                ONLINE.status(NETWORK, view(NetworkStatus.ACCESS_DENIED), true),
                ONLINE.status(
                        NETWORK,
                        view(NetworkStatus.OK, "fd01:2345:6789:0:199:9389:e92c:eee5/88", "10.147.17.5/24"),
                        true))) {
            assertThat(page).contains("node 89e92ceee5, network 0123456789000001: " + status + "\n");
        }
    }

    @Test
    void aRefusalSaysWhoIsToBeLetInWhere() {
        assertThat(ONLINE.reason(NETWORK, view(NetworkStatus.ACCESS_DENIED)))
                .isEqualTo("network 0123456789000001 is not usable: not authorised: let 89e92ceee5 in at the controller"
                        + " 0123456789");
    }

    @Test
    void aLoginThatIsAskedForIsNamed() {
        SingleSignOn login = new SingleSignOn(0, true, "https://login.example/x?y", 0, "", "", "", "", "default");
        NetworkView view = new NetworkView(
                NETWORK, 0, NetworkStatus.AUTHENTICATION_REQUIRED, Optional.empty(), login, NetworkSettings.DEFAULT);

        assertThat(ONLINE.reason(NETWORK, Optional.of(view)))
                .contains("sign in at https://login.example/x?y, or let 89e92ceee5 in there without");
        SingleSignOn openId = new SingleSignOn(1, true, "https://id.example", 0, "c", "n", "s", "me", "default");
        NetworkView other = new NetworkView(
                NETWORK, 0, NetworkStatus.AUTHENTICATION_REQUIRED, Optional.empty(), openId, NetworkSettings.DEFAULT);
        assertThat(ONLINE.reason(NETWORK, Optional.of(other)))
                .contains("sign in by OpenID Connect, as client me, at https://id.example, or let");
        assertThat(ONLINE.reason(NETWORK, view(NetworkStatus.AUTHENTICATION_REQUIRED)))
                .endsWith("which a program cannot do: let 89e92ceee5 in there without");
    }

    @Test
    void whoHasNotAnsweredIsNamed() {
        Optional<NetworkView> silent = view(NetworkStatus.REQUESTING_CONFIGURATION);

        assertThat(ONLINE.reason(NETWORK, silent)).contains("the controller 0123456789 has not answered");
        assertThat(new NetworkStanding(NODE, false).reason(NETWORK, silent)).contains("no root has answered");
        assertThat(new NetworkStanding(NODE, false).status(NETWORK, silent, false))
                .doesNotContain("no root");
    }

    @Test
    void aNetworkWithoutAnAddressForUsSaysWhatToDo() {
        assertThat(ONLINE.status(NETWORK, view(NetworkStatus.OK, ""), true))
                .contains("without an address", "assign one to 89e92ceee5");
    }

    @Test
    void aConfigurationFromTheCacheCountsWhileItIsAskedForAnew() {
        assertThat(NetworkStanding.of(view(NetworkStatus.REQUESTING_CONFIGURATION, "10.147.17.5/24")))
                .isEqualTo(Standing.USABLE);
        assertThat(NetworkStanding.of(view(NetworkStatus.REQUESTING_CONFIGURATION)))
                .isEqualTo(Standing.WAITING);
        assertThat(NetworkStanding.of(Optional.empty())).isEqualTo(Standing.WAITING);
    }

    @ParameterizedTest
    @EnumSource(
            value = NetworkStatus.class,
            names = {"ACCESS_DENIED", "NOT_FOUND", "AUTHENTICATION_REQUIRED"})
    void aRefusalCountsThoughThereWasAConfiguration(NetworkStatus refusal) {
        assertThat(NetworkStanding.of(view(refusal, "10.147.17.5/24"))).isEqualTo(Standing.UNAVAILABLE);
        assertThat(ONLINE.claims(NETWORK, view(refusal, "10.147.17.5/24")).link())
                .isPresent();
    }
}
