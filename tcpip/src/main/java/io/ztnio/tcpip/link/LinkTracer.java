package io.ztnio.tcpip.link;

import java.util.function.Consumer;

/**
 * Tells every frame in one line, such as {@code 12.000345000 out 32:00:00:00:00:01 > 32:00:00:00:00:02 IPv4 10.1.0.1.49152 >
 * 10.1.0.2.80 TCP S seq 7 win 65535 len 0}: seconds of the stack's clock, direction, MAC addresses, and what is in it as far as
 * it can be read. Numbers are as they are on the wire. For looking at what happens: each line allocates.
 *
 * <p>Thread: confined to the {@link io.ztnio.tcpip.Gate} of the stack, and so is the call of the sink.
 */
public final class LinkTracer extends WrappedLink {
    private final Consumer<? super String> sink;

    /** @param sink takes each line, without its end; what it throws reaches the stack */
    public LinkTracer(Link link, Consumer<? super String> sink) {
        super(link);
        this.sink = sink;
    }

    @Override
    public void send(long destinationMac, int etherType, byte[] buffer, int offset, int length, long nowNanos) {
        sink.accept(FrameText.of(nowNanos, "out", mac(), destinationMac, etherType, buffer, offset, length));
        super.send(destinationMac, etherType, buffer, offset, length, nowNanos);
    }

    @Override
    protected void onFrame(
            LinkPort port,
            long sourceMac,
            long destinationMac,
            int etherType,
            byte[] buffer,
            int offset,
            int length,
            long ingressNanos) {
        sink.accept(FrameText.of(ingressNanos, "in", sourceMac, destinationMac, etherType, buffer, offset, length));
        super.onFrame(port, sourceMac, destinationMac, etherType, buffer, offset, length, ingressNanos);
    }
}
