package io.ztnio.provider.names;

import io.ztnio.provider.config.NameSettings;
import io.ztnio.provider.config.WhenUnavailable;
import io.ztnio.provider.config.WildcardScope;
import io.ztnio.provider.routing.Registration;
import io.ztnio.provider.routing.RoutingDecision;
import io.ztnio.provider.runtime.NamedNetwork;
import io.ztnio.provider.runtime.NetworkNames;
import io.ztnio.provider.runtime.VirtualNetworks;
import io.ztnio.tcpip.endpoint.DatagramEndpoint;
import io.ztnio.tcpip.endpoint.ListenerEndpoint;
import io.ztnio.tcpip.endpoint.StreamEndpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Networks that carry, with other names than their own. */
final class NamedNetworks implements VirtualNetworks {
    final AtomicInteger waits = new AtomicInteger();
    private final VirtualNetworks carrier;
    private final NameSettings settings;

    volatile List<NamedNetwork> named;

    /** What the networks are when they have been waited for; {@code null} for no change. */
    volatile List<NamedNetwork> afterwards;

    NamedNetworks(VirtualNetworks carrier, NameSettings settings, NamedNetwork... named) {
        this.carrier = carrier;
        this.settings = settings;
        this.named = List.of(named);
    }

    @Override
    public NetworkNames names() {
        return new NetworkNames() {
            @Override
            public NameSettings settings() {
                return settings;
            }

            @Override
            public List<NamedNetwork> networks() {
                return named;
            }
        };
    }

    @Override
    public void awaitReady() throws IOException {
        waits.incrementAndGet();
        if (afterwards != null) {
            named = afterwards;
        }
        carrier.awaitReady();
    }

    @Override
    public boolean isConfigured() {
        return true;
    }

    @Override
    public RoutingDecision decide(InetAddress remote) {
        return carrier.decide(remote);
    }

    @Override
    public RoutingDecision decideLocal(InetAddress local) {
        return carrier.decideLocal(local);
    }

    @Override
    public Registration whenDecided(InetAddress address, boolean local, Consumer<RoutingDecision> then) {
        return carrier.whenDecided(address, local, then);
    }

    @Override
    public WhenUnavailable whenUnavailable() {
        return carrier.whenUnavailable();
    }

    @Override
    public WildcardScope wildcardScope() {
        return carrier.wildcardScope();
    }

    @Override
    public StreamEndpoint openStream() throws IOException {
        return carrier.openStream();
    }

    @Override
    public ListenerEndpoint openListener() throws IOException {
        return carrier.openListener();
    }

    @Override
    public DatagramEndpoint openDatagram() throws IOException {
        return carrier.openDatagram();
    }
}
