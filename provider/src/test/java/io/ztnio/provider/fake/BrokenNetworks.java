package io.ztnio.provider.fake;

import io.ztnio.provider.config.WildcardScope;
import io.ztnio.provider.runtime.VirtualNetworks;
import io.ztnio.tcpip.endpoint.DatagramEndpoint;
import io.ztnio.tcpip.endpoint.ListenerEndpoint;
import io.ztnio.tcpip.endpoint.StreamEndpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NoRouteToHostException;

/** Networks whose node cannot run. Everything but loopback addresses is theirs. */
public final class BrokenNetworks implements VirtualNetworks {
    private static IOException refusal() {
        return new NoRouteToHostException("the node does not run");
    }

    @Override
    public boolean isConfigured() {
        return true;
    }

    @Override
    public void awaitReady() throws IOException {
        throw refusal();
    }

    @Override
    public boolean covers(InetAddress remote) {
        return !remote.isLoopbackAddress();
    }

    @Override
    public boolean isLocal(InetAddress address) {
        return false;
    }

    @Override
    public WildcardScope wildcardScope() {
        return WildcardScope.BOTH;
    }

    @Override
    public StreamEndpoint openStream() throws IOException {
        throw refusal();
    }

    @Override
    public ListenerEndpoint openListener() throws IOException {
        throw refusal();
    }

    @Override
    public DatagramEndpoint openDatagram() throws IOException {
        throw refusal();
    }
}
