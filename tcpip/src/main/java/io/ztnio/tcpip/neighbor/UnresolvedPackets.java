package io.ztnio.tcpip.neighbor;

/** Told of packets that no neighbour answered for. */
@FunctionalInterface
public interface UnresolvedPackets {
    /** The IP packet stands in {@code buffer}; it is read only until this method returns. */
    void onUnresolved(byte[] buffer, int offset, int length, long nowNanos);
}
