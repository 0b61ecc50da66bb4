package io.ztnio.provider.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.ztnio.protocol.store.MemoryStateStore;
import io.ztnio.protocol.transport.DatagramTransport;
import io.ztnio.protocol.transport.UdpOffload;
import io.ztnio.protocol.transport.UdpSockets;
import io.ztnio.protocol.vl1.Bonding;
import io.ztnio.protocol.vl1.PathRules;
import io.ztnio.provider.config.PathSettings;
import io.ztnio.provider.config.PortMappingSettings;
import io.ztnio.provider.config.ReceiveSettings;
import io.ztnio.provider.config.TcpRelaySettings;
import io.ztnio.provider.os.OsProvider;
import io.ztnio.tcpip.stack.StackConfig;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** On the loopback interface, whatever it is called here. */
class NamedLinksTest {
    private final InetAddress loopback = InetAddress.getLoopbackAddress();
    private final List<String> told = new ArrayList<>();
    private String device;

    @BeforeEach
    void findDevice() throws IOException {
        NetworkInterface found = NetworkInterface.getByInetAddress(loopback);
        assumeThat(found).isNotNull();
        device = found.getName();
    }

    @Test
    void anInterfaceThatAPolicyNamesHasSocketsOfItsOwnOnTheNodesPort() throws IOException {
        try (DatagramTransport transport = open(0, bonding(link(device, true, Bonding.Family.IPV4)))) {
            List<InetSocketAddress> bound = transport.localAddresses();

            assertThat(bound.get(0).getAddress().isAnyLocalAddress()).isTrue();
            assertThat(bound.subList(1, bound.size()))
                    .contains(new InetSocketAddress(loopback, bound.get(0).getPort()))
                    .allMatch(one -> one.getPort() == bound.get(0).getPort()
                            && one.getAddress().getAddress().length == 4);
            assertThat(LocalEndpoints.interfaces(bound).name(1, loopback)).isEqualTo(device);
        }
    }

    @Test
    void whatIsNotNamedNotUsedOrNotThereHasNone() throws IOException {
        List<Bonding.Link> links =
                List.of(link(device, false, Bonding.Family.ANY), link("no-such-device", true, Bonding.Family.ANY));
        for (List<Bonding.Link> said : List.of(links, List.<Bonding.Link>of())) {
            EngineConfig config = config(0, bonding(said.toArray(new Bonding.Link[0])));
            try (DatagramTransport transport = config.openTransport(UdpSockets.of(OsProvider.get()), this::tell)) {
                assertThat(transport.localAddresses()).hasSize(1);
            }
        }
        // What is misspelt would be noticed by nobody otherwise.
        assertThat(told)
                .singleElement()
                .asString()
                .startsWith("local.conf: settings.policies: links names no-such-device,");
    }

    @Test
    void aPolicyForOnePeerCountsToo() {
        Bonding.Terms terms = Bonding.Terms.of(Bonding.Policy.BROADCAST)
                .withLinks(Bonding.Reselect.ALWAYS, List.of(link(device, true, Bonding.Family.ANY)));
        Bonding bonding = new Bonding(Optional.empty(), Map.of(0x8e4df28b72L, terms));

        assertThat(new NamedLinks(bonding).addresses(true)).contains(loopback);
        assertThat(new NamedLinks(bonding).addresses(false)).doesNotContain(loopback);
    }

    @Test
    void aNodeDoesWithoutThemIfTheyCannotBeBound() throws IOException {
        UdpSockets one = (bind, offload, senders) -> {
            if (bind.size() > 1) {
                throw new BindException("an address that has just gone");
            }
            return UdpSockets.of(OsProvider.get()).open(bind, offload, senders);
        };

        try (DatagramTransport transport =
                config(0, bonding(link(device, true, Bonding.Family.ANY))).openTransport(one, this::tell)) {
            assertThat(transport.localAddresses()).hasSize(1);
        }
        assertThat(told).containsExactly("settings.policies: an address that has just gone");
    }

    private DatagramTransport open(int port, Bonding bonding) throws IOException {
        DatagramTransport transport = config(port, bonding).openTransport(UdpSockets.of(OsProvider.get()), this::tell);
        assertThat(told).isEmpty();
        return transport;
    }

    private void tell(String key, IOException failure) {
        told.add(key + ": " + failure.getMessage());
    }

    private static Bonding.Link link(String name, boolean enabled, Bonding.Family family) {
        return new Bonding.Link(name, enabled, true, 0, family, 0, "");
    }

    private static Bonding bonding(Bonding.Link... links) {
        return Bonding.of(
                Bonding.Terms.of(Bonding.Policy.ACTIVE_BACKUP).withLinks(Bonding.Reselect.ALWAYS, List.of(links)));
    }

    private static EngineConfig config(int port, Bonding bonding) {
        PathSettings paths = new PathSettings(
                PathRules.NONE,
                List.of(),
                OptionalInt.empty(),
                TcpRelaySettings.NONE,
                bonding,
                PortMappingSettings.NONE,
                ReceiveSettings.NONE);
        return new EngineConfig(
                Optional.empty(),
                new MemoryStateStore(),
                Optional.empty(),
                List.of(),
                port,
                true,
                false,
                UdpOffload.OFF,
                0,
                Duration.ofSeconds(60),
                Duration.ofSeconds(8),
                StackConfig.defaults(),
                paths);
    }
}
