package io.ztnio.provider.usage;

import io.ztnio.provider.runtime.VirtualNetworks;
import java.io.IOException;
import java.net.InetSocketAddress;

/** A way in which programs use a network. */
@SuppressWarnings("ImmutableEnumChecker") // constructors keep no state
public enum Usage {
    /** Channels in blocking mode. */
    BLOCKING(BlockingChannels::new),
    /** Channels in non-blocking mode, and a selector. */
    SELECTOR(SelectedChannels::new),
    ASYNCHRONOUS(AsynchronousChannels::new),
    JAVA_NET(JavaNetUsage::new);

    private final Maker maker;

    /** A network, used in one way. */
    public interface Sockets {
        /** So many may connect at once. */
        int BACKLOG = 2048;

        StreamSocket connect(InetSocketAddress remote) throws IOException;

        ListenerSocket listen(InetSocketAddress local) throws IOException;

        MessageSocket datagrams(InetSocketAddress local) throws IOException;
    }

    private interface Maker {
        Sockets of(VirtualNetworks networks);
    }

    Usage(Maker maker) {
        this.maker = maker;
    }

    /** The JDK's asynchronous channels have no datagrams. */
    public boolean hasDatagrams() {
        return this != ASYNCHRONOUS;
    }

    /** Nor do they have SO_LINGER, by which others reset. */
    public boolean hasReset() {
        return this != ASYNCHRONOUS;
    }

    /** The sockets of a node. */
    public Sockets on(VirtualNetworks networks) {
        return maker.of(networks);
    }

    /** A connection of a node to {@code remote}. */
    public StreamSocket connect(VirtualNetworks networks, InetSocketAddress remote) throws IOException {
        return on(networks).connect(remote);
    }

    public ListenerSocket listen(VirtualNetworks networks, InetSocketAddress local) throws IOException {
        return on(networks).listen(local);
    }

    public MessageSocket datagrams(VirtualNetworks networks, InetSocketAddress local) throws IOException {
        return on(networks).datagrams(local);
    }
}
