package io.ztnio.provider.runtime;

import io.ztnio.provider.config.WildcardScope;
import io.ztnio.tcpip.endpoint.DatagramEndpoint;
import io.ztnio.tcpip.endpoint.ListenerEndpoint;
import io.ztnio.tcpip.endpoint.StreamEndpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NoRouteToHostException;

/** The pass-through: nothing is virtual. */
final class NoNetworks implements VirtualNetworks {
    @Override
    public boolean isConfigured() {
        return false;
    }

    @Override
    public void awaitReady() {
        // Nothing to wait for.
    }

    @Override
    public boolean covers(InetAddress remote) {
        return false;
    }

    @Override
    public boolean isLocal(InetAddress address) {
        return false;
    }

    @Override
    public WildcardScope wildcardScope() {
        return WildcardScope.OS;
    }

    @Override
    public StreamEndpoint openStream() throws IOException {
        throw new NoRouteToHostException("no ZeroTier network is configured");
    }

    @Override
    public ListenerEndpoint openListener() throws IOException {
        throw new NoRouteToHostException("no ZeroTier network is configured");
    }

    @Override
    public DatagramEndpoint openDatagram() throws IOException {
        throw new NoRouteToHostException("no ZeroTier network is configured");
    }
}
