package io.ztnio.protocol.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.protocol.config.InetPrefix;
import io.ztnio.protocol.config.MacAddress;
import io.ztnio.protocol.config.NetworkId;
import io.ztnio.protocol.config.Route;
import io.ztnio.protocol.controller.AddressPool;
import io.ztnio.protocol.controller.Controller;
import io.ztnio.protocol.controller.NetworkDefinition;
import io.ztnio.protocol.sim.SimNet;
import io.ztnio.protocol.sim.SimPlanet;
import io.ztnio.protocol.store.MemoryStateStore;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;

/** Members and a controller on the simulated internet: real packets, real signatures, virtual time. */
abstract class NetworksCase {
    final SimNet net = new SimNet(11);
    final SimPlanet planet = new SimPlanet(net);
    final MemoryStateStore carolState = new MemoryStateStore();
    final MemoryStateStore aliceState = new MemoryStateStore();
    final Vl2Host carol = new Vl2Host(net, planet, "83.1.1.1:9993", 3, carolState);
    final Vl2Host alice = new Vl2Host(net, planet, "81.1.1.1:9993", 1, aliceState);
    final Vl2Host bob = new Vl2Host(net, planet, "82.1.1.1:9993", 2, new MemoryStateStore());
    final long networkId = NetworkId.of(carol.address(), 1);
    Controller controller;

    @BeforeEach
    void startController() {
        controller = new Controller(carol.host.node().vl1(), carol.store, carol.networks);
        carol.networks.attach(controller);
        net.run(1000);
    }

    NetworkDefinition.Builder network() {
        return NetworkDefinition.builder(networkId)
                .name("lab")
                .rfc4193(true)
                .sixPlane(true)
                .routes(List.of(new Route(InetPrefix.parse("10.7.0.0/16"))))
                .pools(List.of(new AddressPool(
                        InetPrefix.parse("10.7.0.1").address(),
                        InetPrefix.parse("10.7.0.250").address())));
    }

    void define(NetworkDefinition.Builder definition) {
        controller.put(definition.build(), net.nowMillis());
    }

    void authorize(Vl2Host... members) {
        for (Vl2Host member : members) {
            controller.authorize(networkId, member.address(), net.nowMillis());
        }
    }

    void await(VirtualNetwork network, NetworkStatus status) {
        assertThat(net.runUntil(15_000, () -> network.status() == status))
                .as("%s within 15 s", status)
                .isTrue();
    }

    long macOf(Vl2Host member) {
        return MacAddress.of(member.address(), networkId);
    }
}
