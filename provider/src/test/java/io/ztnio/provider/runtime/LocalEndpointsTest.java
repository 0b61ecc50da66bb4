package io.ztnio.provider.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.provider.routing.HostRoutes;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class LocalEndpointsTest {
    @Test
    void theHostsAddressesAreThoseOfItsInterfaces() throws SocketException {
        Set<InetAddress> expected = NetworkInterface.networkInterfaces()
                .filter(LocalEndpointsTest::isUp)
                .flatMap(NetworkInterface::inetAddresses)
                .collect(Collectors.toSet());

        assertThat(LocalEndpoints.hostRoutes().addresses())
                .isEqualTo(expected)
                .contains(InetAddress.getLoopbackAddress());
    }

    @Test
    void theNetworksThatTheHostIsOnHaveAnAddressOfItsOwnAndAreNoSingleAddresses() {
        HostRoutes host = LocalEndpoints.hostRoutes();

        assertThat(host.connected()).allSatisfy(connected -> {
            assertThat(host.addresses()).contains(connected.prefix().address());
            assertThat(connected.prefix().bits())
                    .isPositive()
                    .isLessThan(connected.prefix().address().getAddress().length * 8);
            assertThat(connected.prefix().address().isLinkLocalAddress()).isFalse();
        });
    }

    @Test
    void addressesOfInterfacesThatAreToBeIgnoredAreNotTold() {
        List<InetSocketAddress> bound = List.of(new InetSocketAddress(9993));

        assertThat(LocalEndpoints.toAdvertise(bound, true, List.of("docker")))
                .contains(new InetSocketAddress(InetAddress.getLoopbackAddress(), 9993));
        assertThat(LocalEndpoints.toAdvertise(bound, true, List.of("docker", "lo")))
                .isNotEqualTo(LocalEndpoints.toAdvertise(bound, true, List.of("docker")))
                .noneMatch(endpoint -> endpoint.getAddress().isLoopbackAddress());
    }

    private static boolean isUp(NetworkInterface device) {
        try {
            return device.isUp();
        } catch (SocketException e) {
            return false;
        }
    }
}
