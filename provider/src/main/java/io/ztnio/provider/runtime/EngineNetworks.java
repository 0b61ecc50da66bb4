package io.ztnio.provider.runtime;

import io.ztnio.protocol.collect.LongMap;
import io.ztnio.protocol.config.NetworkConfig;
import io.ztnio.protocol.network.Diversion;
import io.ztnio.protocol.network.NetworkListener;
import io.ztnio.protocol.network.NetworkStatus;
import io.ztnio.protocol.network.NetworkStore;
import io.ztnio.protocol.network.Networks;
import io.ztnio.protocol.network.VirtualNetwork;
import io.ztnio.protocol.vl1.Vl1;
import io.ztnio.tcpip.Gate;
import io.ztnio.tcpip.stack.Stack;
import io.ztnio.tcpip.turn.EngineClock;
import io.ztnio.tcpip.turn.FailureLog;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * The networks of an engine, each of which is a link of its stack.
 *
 * <p>Thread: confined to the engine's gate.
 */
final class EngineNetworks implements NetworkListener {
    private static final System.Logger LOG = System.getLogger("io.ztnio.engine");

    private final EngineClock clock;
    private final Gate gate;
    private final Stack stack;
    private final Networks networks;
    private final Runnable onSend;
    private final Consumer<NetworkView> onChange;
    private final Consumer<DivertedFrame> onDiverted;
    private final FailureLog failures;
    private final LongMap<AttachedNetwork> attached = new LongMap<>();

    /**
     * No networks.
     *
     * @param onSend called for each frame sent
     * @param onChange told of configurations and status
     * @param onDiverted told of frames between others that rules divert to us
     * @param failures told of bugs that cost one network only
     */
    EngineNetworks(
            EngineClock clock,
            Gate gate,
            Stack stack,
            Vl1 vl1,
            NetworkStore files,
            Runnable onSend,
            Consumer<NetworkView> onChange,
            Consumer<DivertedFrame> onDiverted,
            FailureLog failures) {
        this.clock = clock;
        this.gate = gate;
        this.stack = stack;
        this.networks = new Networks(vl1, files, this);
        this.onSend = onSend;
        this.onChange = onChange;
        this.onDiverted = onDiverted;
        this.failures = failures;
    }

    /** The protocol's part of them. */
    Networks networks() {
        return networks;
    }

    /** False if the network is joined already. */
    boolean join(long networkId, long nowNanos) {
        if (attached.get(networkId) != null) {
            return false;
        }
        // A configuration of an earlier run is there at once.
        networks.join(networkId, this::attach, clock.millis(nowNanos));
        onChange.accept(attached.get(networkId).view());
        return true;
    }

    private void attach(VirtualNetwork network) {
        attached.put(network.id(), new AttachedNetwork(network, stack, gate, clock, onSend));
    }

    void leave(long networkId, long nowNanos) {
        AttachedNetwork link = attached.remove(networkId);
        if (link != null) {
            link.detach(nowNanos);
            networks.leave(networkId);
        }
    }

    /** As they are now. */
    List<NetworkView> views() {
        List<NetworkView> views = new ArrayList<>();
        forEach(link -> views.add(link.view()));
        return views;
    }

    /** Shows each to a visitor. */
    void forEach(Consumer<AttachedNetwork> visitor) {
        for (int slot = 0; slot < attached.slots(); slot++) {
            AttachedNetwork link = attached.valueAt(slot);
            if (link != null) {
                visitor.accept(link);
            }
        }
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
        AttachedNetwork link = attached.get(network.id());
        if (link != null) {
            link.onFrame(sourceMac, destinationMac, etherType, buffer, offset, length, ingressNanos);
        }
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
        ByteBuffer payload = ByteBuffer.wrap(Arrays.copyOfRange(buffer, offset, offset + length));
        onDiverted.accept(
                new DivertedFrame(network.id(), diversion, member, sourceMac, destinationMac, etherType, payload));
    }

    @Override
    public void onConfigChanged(VirtualNetwork network, NetworkConfig config) {
        AttachedNetwork link = attached.get(network.id());
        if (link != null) {
            link.configure(config, clock.nanos());
            onChange.accept(link.view());
        }
    }

    @Override
    public void onStatus(VirtualNetwork network, NetworkStatus status) {
        AttachedNetwork link = attached.get(network.id());
        if (link != null) {
            onChange.accept(link.view());
        }
    }

    @Override
    public void onConfigProblem(VirtualNetwork network, String problem) {
        LOG.log(System.Logger.Level.WARNING, String.format("network %016x %s", network.id(), problem));
    }

    @Override
    public void onFailure(VirtualNetwork network, RuntimeException bug) {
        failures.report(String.format("network %016x", network.id()), bug);
    }
}
