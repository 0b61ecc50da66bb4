package io.ztnio.provider.runtime;

import io.ztnio.provider.config.WildcardScope;
import io.ztnio.tcpip.endpoint.DatagramEndpoint;
import io.ztnio.tcpip.endpoint.ListenerEndpoint;
import io.ztnio.tcpip.endpoint.StreamEndpoint;
import java.io.IOException;
import java.net.InetAddress;

/**
 * The virtual networks of this process, as the channels see them. One implementation is backed by a ZeroTier node;
 * {@link #NONE} makes the provider a strict pass-through.
 *
 * <p>Thread: thread-safe.
 */
public interface VirtualNetworks {
    /** No networks: every address is the operating system's. */
    VirtualNetworks NONE = new NoNetworks();

    /** Whether there is anything but the operating system. When false, nothing else here is called. */
    boolean isConfigured();

    /**
     * Waits until every configured network has its configuration, or cannot get it, for at most
     * {@code ztnio.join.timeout}; starts the node if it does not run. Returns at once, with one volatile read, when
     * that has happened before. An interrupt ends the wait and leaves the interrupt status set.
     *
     * @throws IOException with the reason, if the node cannot run or the time is over
     */
    void awaitReady() throws IOException;

    /** Whether connections to {@code remote} go to a virtual network. A lock-free lookup. */
    boolean covers(InetAddress remote);

    /** Whether {@code address} is an own address on a virtual network. A lock-free lookup. */
    boolean isLocal(InetAddress address);

    /** Whether wildcard binds listen on the virtual networks, on the operating system's, or on both. */
    WildcardScope wildcardScope();

    StreamEndpoint openStream() throws IOException;

    ListenerEndpoint openListener() throws IOException;

    DatagramEndpoint openDatagram() throws IOException;
}
