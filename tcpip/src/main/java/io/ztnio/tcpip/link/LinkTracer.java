package io.ztnio.tcpip.link;

import java.util.function.Consumer;

/**
 * Tells every frame in one line, such as {@code 12.000345000 out 32:00:00:00:00:01 > 32:00:00:00:00:02 IPv4 10.1.0.1.49152 >
 * 10.1.0.2.80 TCP S seq 7 win 65535 len 0}: seconds of the stack's clock, direction, MAC addresses, and what is in it as far as
 * it can be read. Numbers are as they are on the wire. For looking at what happens: each line allocates.
 *
 * <p>Thread: confined to the {@link io.ztnio.tcpip.Gate} of the stack, and so is the call of the sink.
 */
public final class LinkTracer extends WatchedLink {
    private final Consumer<? super String> sink;

    /** @param sink takes each line, without its end; what it throws reaches the stack */
    public LinkTracer(Link link, Consumer<? super String> sink) {
        super(link);
        this.sink = sink;
    }

    @Override
    void onPassing(
            boolean sent,
            long sourceMac,
            long destinationMac,
            int etherType,
            byte[] buffer,
            int offset,
            int length,
            long nanos) {
        String direction = sent ? "out" : "in";
        sink.accept(FrameText.of(nanos, direction, sourceMac, destinationMac, etherType, buffer, offset, length));
    }
}
