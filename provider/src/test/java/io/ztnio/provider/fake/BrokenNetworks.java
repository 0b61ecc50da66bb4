package io.ztnio.provider.fake;

import io.ztnio.provider.config.WhenUnavailable;
import io.ztnio.provider.config.WildcardScope;
import io.ztnio.provider.routing.Registration;
import io.ztnio.provider.routing.RoutingDecision;
import io.ztnio.provider.runtime.VirtualNetworks;
import io.ztnio.tcpip.endpoint.DatagramEndpoint;
import io.ztnio.tcpip.endpoint.ListenerEndpoint;
import io.ztnio.tcpip.endpoint.StreamEndpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NoRouteToHostException;
import java.util.function.Consumer;

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
    public RoutingDecision decide(InetAddress remote) {
        return remote.isLoopbackAddress()
                ? RoutingDecision.HOST
                : RoutingDecision.unavailable(refusal().getMessage());
    }

    @Override
    public RoutingDecision decideLocal(InetAddress local) {
        return RoutingDecision.HOST;
    }

    @Override
    public Registration whenDecided(InetAddress address, boolean local, Consumer<RoutingDecision> then) {
        then.accept(local ? decideLocal(address) : decide(address));
        return Registration.NONE;
    }

    @Override
    public WhenUnavailable whenUnavailable() {
        return WhenUnavailable.FAIL;
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
