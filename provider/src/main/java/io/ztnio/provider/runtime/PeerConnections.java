package io.ztnio.provider.runtime;

import io.ztnio.protocol.vl1.PeerLifeListener;
import io.ztnio.tcpip.turn.EngineClock;
import java.util.function.Consumer;

/**
 * Tells the stack of peers that began anew or are gone, on each network that is shared with them.
 *
 * <p>Thread: confined to the engine's gate.
 */
final class PeerConnections implements PeerLifeListener {
    private final Consumer<Consumer<AttachedNetwork>> networks;
    private final EngineClock clock;

    /** @param networks shows each network to a visitor */
    PeerConnections(Consumer<Consumer<AttachedNetwork>> networks, EngineClock clock) {
        this.networks = networks;
        this.clock = clock;
    }

    @Override
    public void onReturned(long address, long nowMillis) {
        probe(address);
    }

    @Override
    public boolean onSilent(long address, long nowMillis) {
        return probe(address);
    }

    @Override
    public void onLost(long address, long nowMillis) {
        long now = clock.nanos();
        networks.accept(network -> network.lost(address, now));
    }

    private boolean probe(long address) {
        long now = clock.nanos();
        boolean[] any = new boolean[1];
        networks.accept(network -> any[0] |= network.probe(address, now));
        return any[0];
    }
}
