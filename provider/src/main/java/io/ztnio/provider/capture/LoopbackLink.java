package io.ztnio.provider.capture;

import io.ztnio.tcpip.link.Link;

/** Nobody else is there: what the stack does not keep to itself is for nobody. Thread: the stack's gate. */
final class LoopbackLink implements Link {
    private static final long MAC = 0x0200_0000_0001L;

    @Override
    public boolean isLoopback() {
        return true;
    }

    @Override
    public long mac() {
        return MAC;
    }

    @Override
    public void send(long destinationMac, int etherType, byte[] buffer, int offset, int length, long nowNanos) {
        // Groups that nobody here is in, and reports of groups to routers that are not there.
    }

    @Override
    public long derivedMac(byte[] ipv6, int offset) {
        return UNKNOWN_MAC;
    }

    @Override
    public void subscribe(long groupMac, int distinguisher) {
        // The stack delivers to itself without.
    }

    @Override
    public void unsubscribe(long groupMac, int distinguisher) {
        // As above.
    }
}
