package io.ztnio.provider.runtime;

import io.ztnio.protocol.network.VirtualNetwork;
import io.ztnio.tcpip.link.Link;

/**
 * A ZeroTier network as the stack's link.
 *
 * <p>Thread: confined to the engine's gate.
 */
final class NetworkLink implements Link {
    private final VirtualNetwork network;
    private final EngineClock clock;

    NetworkLink(VirtualNetwork network, EngineClock clock) {
        this.network = network;
        this.clock = clock;
    }

    @Override
    public long mac() {
        return network.mac();
    }

    @Override
    public void send(long destinationMac, int etherType, byte[] buffer, int offset, int length, long nowNanos) {
        network.sendFrame(destinationMac, etherType, buffer, offset, length, clock.millis(nowNanos));
    }

    @Override
    public long derivedMac(byte[] ipv6, int offset) {
        return network.derivedMac(ipv6, offset);
    }

    @Override
    public void subscribe(long groupMac, int distinguisher) {
        network.subscribe(groupMac, distinguisher);
    }

    @Override
    public void unsubscribe(long groupMac, int distinguisher) {
        network.unsubscribe(groupMac, distinguisher);
    }
}
