package io.ztnio.tcpip.link;

/** A link around a link that shows each frame before it passes it on, as it is. Thread: as {@link WrappedLink}. */
abstract class WatchedLink extends WrappedLink {
    WatchedLink(Link link) {
        super(link);
    }

    /**
     * A frame is about to pass. Only to be read, and during this call only.
     *
     * @param sent whether the stack sends it; else it has come
     * @param nanos when, on the stack's clock
     */
    abstract void onPassing(
            boolean sent,
            long sourceMac,
            long destinationMac,
            int etherType,
            byte[] buffer,
            int offset,
            int length,
            long nanos);

    @Override
    public final void send(long destinationMac, int etherType, byte[] buffer, int offset, int length, long nowNanos) {
        // Before the link overwrites it.
        onPassing(true, mac(), destinationMac, etherType, buffer, offset, length, nowNanos);
        super.send(destinationMac, etherType, buffer, offset, length, nowNanos);
    }

    @Override
    protected final void onFrame(
            LinkPort port,
            long sourceMac,
            long destinationMac,
            int etherType,
            byte[] buffer,
            int offset,
            int length,
            long ingressNanos) {
        onPassing(false, sourceMac, destinationMac, etherType, buffer, offset, length, ingressNanos);
        super.onFrame(port, sourceMac, destinationMac, etherType, buffer, offset, length, ingressNanos);
    }
}
