package io.ztnio.tcpip.link;

import java.net.InetAddress;

/**
 * A {@link Link} around a link, which sees every frame in both directions. What is sent passes {@link #send}; for what comes
 * in, whoever carries frames to the stack is given the port that {@link #wrap} returns:
 *
 * <pre>{@code
 * WrappedLink wrapped = new LinkTracer(link, System.out::println);
 * LinkPort port = wrapped.wrap(stack.attach(wrapped));
 * }</pre>
 *
 * <p>Wrappers may be put around wrappers; the outermost is the one next to the stack, whose port is wrapped first.
 *
 * <p>Thread: confined to the {@link io.ztnio.tcpip.Gate} of the stack, as links are.
 */
public abstract class WrappedLink implements Link {
    private final Link link;

    /** @param link takes what passes */
    protected WrappedLink(Link link) {
        this.link = link;
    }

    /** The stack's side as the layer below is to see it. */
    public final LinkPort wrap(LinkPort port) {
        return new Port(port);
    }

    /** A frame for the stack has come; this passes it on. Parameters as in {@link LinkPort#onFrame}. */
    protected void onFrame(
            LinkPort port,
            long sourceMac,
            long destinationMac,
            int etherType,
            byte[] buffer,
            int offset,
            int length,
            long ingressNanos) {
        port.onFrame(sourceMac, destinationMac, etherType, buffer, offset, length, ingressNanos);
    }

    /** Passes the frame on. */
    @Override
    public void send(long destinationMac, int etherType, byte[] buffer, int offset, int length, long nowNanos) {
        link.send(destinationMac, etherType, buffer, offset, length, nowNanos);
    }

    @Override
    public long mac() {
        return link.mac();
    }

    @Override
    public long derivedMac(byte[] ipv6, int offset) {
        return link.derivedMac(ipv6, offset);
    }

    @Override
    public long ownerMac(byte[] ip) {
        return link.ownerMac(ip);
    }

    @Override
    public int preferredPacketBytes(long destinationMac, int datagrams) {
        return link.preferredPacketBytes(destinationMac, datagrams);
    }

    @Override
    public boolean isCongested(long destinationMac) {
        return link.isCongested(destinationMac);
    }

    @Override
    public boolean isLoopback() {
        return link.isLoopback();
    }

    @Override
    public boolean isAnnouncing() {
        return link.isAnnouncing();
    }

    @Override
    public void onConflict(InetAddress own, long mac) {
        link.onConflict(own, mac);
    }

    @Override
    public int scopeId() {
        return link.scopeId();
    }

    @Override
    public void subscribe(long groupMac, int distinguisher) {
        link.subscribe(groupMac, distinguisher);
    }

    @Override
    public void unsubscribe(long groupMac, int distinguisher) {
        link.unsubscribe(groupMac, distinguisher);
    }

    private final class Port implements LinkPort {
        private final LinkPort port;

        Port(LinkPort port) {
            this.port = port;
        }

        @Override
        public void onFrame(
                long sourceMac,
                long destinationMac,
                int etherType,
                byte[] buffer,
                int offset,
                int length,
                long ingressNanos) {
            WrappedLink.this.onFrame(port, sourceMac, destinationMac, etherType, buffer, offset, length, ingressNanos);
        }

        @Override
        public void configure(LinkConfig config, long nowNanos) {
            port.configure(config, nowNanos);
        }

        @Override
        public boolean probe(long neighborMac, long nowNanos) {
            return port.probe(neighborMac, nowNanos);
        }

        @Override
        public void lost(long neighborMac, long nowNanos) {
            port.lost(neighborMac, nowNanos);
        }

        @Override
        public void left(long neighborMac, long nowNanos) {
            port.left(neighborMac, nowNanos);
        }

        @Override
        public void detach(long nowNanos) {
            port.detach(nowNanos);
        }
    }
}
