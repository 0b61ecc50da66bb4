package io.ztnio.provider.runtime;

import io.ztnio.protocol.controller.Controller;
import io.ztnio.protocol.controller.ControllerCounts;
import io.ztnio.protocol.network.VirtualNetwork;
import io.ztnio.protocol.node.Node;
import io.ztnio.protocol.store.WriteBehindStore;
import io.ztnio.protocol.vl1.Counters;
import io.ztnio.provider.config.NetworkSettings;
import io.ztnio.provider.service.NetworkReport;
import io.ztnio.provider.service.NodeReport;
import io.ztnio.provider.service.ServedNode;
import io.ztnio.tcpip.turn.EngineClock;
import io.ztnio.tcpip.turn.NodeDriver;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/** An engine as it is controlled from outside. Thread: thread-safe; waits for the engine's gate. */
final class EngineControl implements ServedNode {
    private static final long STORED_NANOS = 1_000_000_000L;

    private final EngineClock clock;
    private final NodeDriver driver;
    private final Node node;
    private final EngineNetworks networks;
    private final EngineCores cores;
    private final Optional<Controller> controller;
    private final List<InetSocketAddress> localAddresses;
    private final boolean portMapping;
    private final Supplier<NodeReport.TcpRelay> tcpRelay;
    private final WriteBehindStore store;

    EngineControl(
            EngineClock clock,
            NodeDriver driver,
            Node node,
            EngineNetworks networks,
            EngineCores cores,
            Optional<Controller> controller,
            List<InetSocketAddress> localAddresses,
            boolean portMapping,
            Supplier<NodeReport.TcpRelay> tcpRelay,
            WriteBehindStore store) {
        this.clock = clock;
        this.driver = driver;
        this.node = node;
        this.networks = networks;
        this.cores = cores;
        this.controller = controller;
        this.localAddresses = List.copyOf(localAddresses);
        this.portMapping = portMapping;
        this.tcpRelay = tcpRelay;
        this.store = store;
    }

    @Override
    public NodeReport report() {
        return driver.call(now -> {
            long millis = clock.millis(now);
            List<NetworkReport> joined = new ArrayList<>();
            networks.forEach(link -> joined.add(report(link)));
            Counters counters = node.counters();
            return new NodeReport(
                    node.identity(),
                    node.isOnline(millis),
                    localAddresses,
                    node.surfaces(),
                    portMapping,
                    tcpRelay.get(),
                    node.planet(),
                    node.moons(),
                    node.wantedMoons().keySet(),
                    joined,
                    node.peers(millis),
                    new NodeReport.Traffic(
                            counters.datagramsIn(),
                            counters.bytesIn(),
                            counters.datagramsOut(),
                            counters.bytesOut(),
                            counters.packetsIn(),
                            counters.packetsOut(),
                            counters.relayed()),
                    new NodeReport.Packets(
                            counters.packetsInByVerb(),
                            counters.packetsOutByVerb(),
                            counters.errorsIn(),
                            counters.errorsOut()),
                    counters.drops(),
                    served(),
                    controller.map(Controller::counts).orElse(ControllerCounts.NONE));
        });
    }

    private Map<Long, Integer> served() {
        Map<Long, Integer> members = new HashMap<>();
        controller.ifPresent(ours -> ours.networks()
                .forEach(network -> members.put(
                        network.networkId(), ours.members(network.networkId()).size())));
        return members;
    }

    private static NetworkReport report(AttachedNetwork link) {
        VirtualNetwork network = link.network();
        NetworkView view = link.view();
        return new NetworkReport(
                view.id(),
                view.mac(),
                view.status(),
                network.isActiveBridge(),
                view.config(),
                List.copyOf(network.groups()),
                network.singleSignOn(),
                view.settings(),
                network.frameCounts());
    }

    @Override
    public void join(long networkId) {
        driver.call(now -> {
            if (networks.join(networkId, now)) {
                cores.pollSoon(now);
            }
            networks.networks().keepMembership(networkId);
            return null;
        });
    }

    @Override
    public boolean leave(long networkId) {
        return driver.call(now -> networks.leave(networkId, now));
    }

    @Override
    public void configure(long networkId, NetworkSettings settings) {
        driver.call(now -> {
            networks.configure(networkId, settings, now);
            return null;
        });
    }

    @Override
    public void orbit(long moonId, long seed) {
        driver.call(now -> {
            node.orbit(moonId, seed == 0 ? OptionalLong.empty() : OptionalLong.of(seed), clock.millis(now));
            cores.pollSoon(now);
            return null;
        });
    }

    @Override
    public void deorbit(long moonId) {
        driver.call(now -> {
            node.deorbit(moonId, clock.millis(now));
            return null;
        });
    }

    @Override
    public void awaitStored() {
        // A disk that takes longer is none to wait for: whoever asks has his answer, and others ask too.
        store.awaitWritten(STORED_NANOS);
    }

    @Override
    public boolean rotateBond(long peer) {
        return driver.call(now -> node.rotateBond(peer, clock.millis(now)));
    }
}
