package io.ztnio.provider.runtime;

import io.ztnio.protocol.collect.LongMap;
import io.ztnio.protocol.config.NetworkConfig;
import io.ztnio.protocol.network.Diversion;
import io.ztnio.protocol.network.MembershipFile;
import io.ztnio.protocol.network.NetworkListener;
import io.ztnio.protocol.network.NetworkStatus;
import io.ztnio.protocol.network.NetworkStore;
import io.ztnio.protocol.network.Networks;
import io.ztnio.protocol.network.VirtualNetwork;
import io.ztnio.protocol.vl1.Vl1;
import io.ztnio.provider.config.NetworkSettings;
import io.ztnio.tcpip.Gate;
import io.ztnio.tcpip.stack.Stack;
import io.ztnio.tcpip.turn.EngineClock;
import io.ztnio.tcpip.turn.FailureLog;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
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
    private final EngineClock clock;
    private final Gate gate;
    private final Stack stack;
    private final Networks networks;
    private final Runnable onSend;
    private final NetworkStore files;
    private final Changes changes;
    private final FailureLog failures;
    private final LongMap<AttachedNetwork> attached = new LongMap<>();

    /** Told of what becomes of the networks. */
    interface Changes {
        /** A configuration, a status or settings have changed. */
        void onNetwork(NetworkView network);

        void onLeft(long networkId);

        /** Somebody should know of this: in words that say what to do. */
        void onWarning(String text);

        /** The rules of a network have diverted a frame between others to us. */
        void onDiverted(DivertedFrame frame);
    }

    /**
     * No networks.
     *
     * @param files memberships, configurations and settings
     * @param onSend called for each frame sent
     * @param failures told of bugs that cost one network only
     */
    EngineNetworks(
            EngineClock clock,
            Gate gate,
            Stack stack,
            Vl1 vl1,
            NetworkStore files,
            Runnable onSend,
            Changes changes,
            FailureLog failures) {
        this.clock = clock;
        this.gate = gate;
        this.stack = stack;
        this.networks = new Networks(vl1, files, this);
        this.onSend = onSend;
        this.files = files;
        this.changes = changes;
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
        changes.onNetwork(attached.get(networkId).view());
        return true;
    }

    private void attach(VirtualNetwork network) {
        NetworkSettings settings = StoredSettings.parse(files.load(MembershipFile.settingsKey(network.id())));
        attached.put(
                network.id(), new AttachedNetwork(network, settings, stack, gate, clock, onSend, changes::onWarning));
    }

    /** False if it is not joined. */
    boolean leave(long networkId, long nowNanos) {
        AttachedNetwork link = attached.remove(networkId);
        if (link == null) {
            return false;
        }
        link.detach(nowNanos);
        networks.leave(networkId);
        changes.onLeft(networkId);
        return true;
    }

    /** Lets a network that is joined do other things, now and in later runs. */
    void configure(long networkId, NetworkSettings settings, long nowNanos) {
        AttachedNetwork link = attached.get(networkId);
        if (link != null) {
            files.save(MembershipFile.settingsKey(networkId), settings.toFile().getBytes(StandardCharsets.US_ASCII));
            link.settings(settings, nowNanos);
            changes.onNetwork(link.view());
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
        changes.onDiverted(
                new DivertedFrame(network.id(), diversion, member, sourceMac, destinationMac, etherType, payload));
    }

    @Override
    public void onConfigChanged(VirtualNetwork network, NetworkConfig config) {
        AttachedNetwork link = attached.get(network.id());
        if (link != null) {
            link.configure(config, clock.nanos());
            changes.onNetwork(link.view());
        }
    }

    @Override
    public void onStatus(VirtualNetwork network, NetworkStatus status) {
        AttachedNetwork link = attached.get(network.id());
        if (link != null) {
            changes.onNetwork(link.view());
        }
    }

    @Override
    public void onConfigProblem(VirtualNetwork network, String problem) {
        changes.onWarning(String.format("network %016x %s", network.id(), problem));
    }

    @Override
    public void onFailure(VirtualNetwork network, RuntimeException bug) {
        failures.report(String.format("network %016x", network.id()), bug);
    }
}
