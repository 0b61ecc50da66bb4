package io.ztnio.protocol.network;

import io.ztnio.protocol.config.NetworkConfig;
import io.ztnio.protocol.sim.SimHost;
import io.ztnio.protocol.sim.SimNet;
import io.ztnio.protocol.sim.SimPlanet;
import io.ztnio.protocol.store.DamagedFileException;
import io.ztnio.protocol.store.MemoryStateStore;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A simulated host whose node has VL2; remembers what its networks deliver. */
final class Vl2Host implements NetworkListener {
    record Frame(long sourceMac, long destinationMac, int etherType, String text) {}

    record Diverted(Diversion diversion, long member, Frame frame) {}

    final SimHost host;
    final Networks networks;
    final NetworkStore store;
    final List<Frame> frames = new ArrayList<>();
    final List<Diverted> diverted = new ArrayList<>();
    final List<NetworkStatus> statuses = new ArrayList<>();
    final List<String> problems = new ArrayList<>();
    final List<RuntimeException> failures = new ArrayList<>();
    int configs;

    /** What a stack that takes not every configuration would do: throw. */
    Consumer<NetworkConfig> stack = config -> {};

    private final SimNet net;

    Vl2Host(SimNet net, SimPlanet planet, String address, int identity, MemoryStateStore state) {
        this.net = net;
        host = net.host(address);
        planet.start(host, identity);
        store = NetworkStore.of(state, (name, e) -> {
            if (!(e instanceof DamagedFileException)) {
                throw new AssertionError(name, e);
            }
            problems.add(name + ": " + e.getMessage());
        });
        networks = new Networks(host.node().vl1(), store, this);
        host.node().handler(networks);
    }

    long address() {
        return host.node().address();
    }

    VirtualNetwork join(long networkId) {
        VirtualNetwork network = networks.join(networkId, net.nowMillis());
        host.touch();
        return network;
    }

    void send(VirtualNetwork network, long destinationMac, int etherType, byte[] payload) {
        byte[] buffer = new byte[VirtualNetwork.HEADROOM + payload.length + VirtualNetwork.TAILROOM];
        System.arraycopy(payload, 0, buffer, VirtualNetwork.HEADROOM, payload.length);
        network.sendFrame(destinationMac, etherType, buffer, VirtualNetwork.HEADROOM, payload.length, net.nowMillis());
        host.touch();
    }

    void send(VirtualNetwork network, long destinationMac, String text) {
        send(network, destinationMac, 0x0800, text.getBytes(StandardCharsets.UTF_8));
    }

    List<String> texts() {
        return frames.stream().map(Frame::text).toList();
    }

    @Override
    public void onFrame(
            VirtualNetwork network,
            long sourceMac,
            long destinationMac,
            int etherType,
            byte[] buffer,
            int offset,
            int length,
            long ingressNanos) {
        String text = new String(buffer, offset, length, StandardCharsets.UTF_8);
        frames.add(new Frame(sourceMac, destinationMac, etherType, text));
    }

    @Override
    public void onDiverted(
            VirtualNetwork network,
            Diversion diversion,
            long member,
            long sourceMac,
            long destinationMac,
            int etherType,
            byte[] buffer,
            int offset,
            int length) {
        String text = new String(buffer, offset, length, StandardCharsets.UTF_8);
        diverted.add(new Diverted(diversion, member, new Frame(sourceMac, destinationMac, etherType, text)));
    }

    @Override
    public void onConfigChanged(VirtualNetwork network, NetworkConfig config) {
        stack.accept(config);
        configs++;
    }

    @Override
    public void onConfigProblem(VirtualNetwork network, String problem) {
        problems.add(problem);
    }

    @Override
    public void onFailure(VirtualNetwork network, RuntimeException bug) {
        failures.add(bug);
    }

    @Override
    public void onStatus(VirtualNetwork network, NetworkStatus status) {
        statuses.add(status);
    }
}
