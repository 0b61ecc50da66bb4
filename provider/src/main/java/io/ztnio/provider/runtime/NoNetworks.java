package io.ztnio.provider.runtime;

import io.ztnio.provider.config.WhenUnavailable;
import io.ztnio.provider.config.WildcardScope;
import io.ztnio.provider.routing.Registration;
import io.ztnio.provider.routing.RoutingDecision;
import io.ztnio.tcpip.endpoint.DatagramEndpoint;
import io.ztnio.tcpip.endpoint.ListenerEndpoint;
import io.ztnio.tcpip.endpoint.StreamEndpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NoRouteToHostException;
import java.util.function.Consumer;

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
    public RoutingDecision decide(InetAddress remote) {
        return RoutingDecision.HOST;
    }

    @Override
    public RoutingDecision decideLocal(InetAddress local) {
        return RoutingDecision.HOST;
    }

    @Override
    public Registration whenDecided(InetAddress address, boolean local, Consumer<RoutingDecision> then) {
        then.accept(RoutingDecision.HOST);
        return Registration.NONE;
    }

    @Override
    public WhenUnavailable whenUnavailable() {
        return WhenUnavailable.FAIL;
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
