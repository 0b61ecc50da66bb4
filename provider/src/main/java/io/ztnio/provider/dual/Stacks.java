package io.ztnio.provider.dual;

import io.ztnio.provider.config.ConfigException;
import io.ztnio.provider.config.WhenUnavailable;
import io.ztnio.provider.config.WildcardScope;
import io.ztnio.provider.routing.Registration;
import io.ztnio.provider.routing.RoutingDecision;
import io.ztnio.provider.runtime.DefaultNetworks;
import io.ztnio.provider.runtime.VirtualNetworks;
import io.ztnio.tcpip.endpoint.DatagramEndpoint;
import io.ztnio.tcpip.endpoint.Endpoint;
import io.ztnio.tcpip.endpoint.ListenerEndpoint;
import io.ztnio.tcpip.endpoint.StreamEndpoint;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.BindException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.util.function.Consumer;

/**
 * The host stack and the virtual stack, and which address belongs to which.
 *
 * <p>Thread: immutable, thread-safe. Nothing here waits.
 *
 * @param networks the networks of the virtual stack
 */
public record Stacks(VirtualNetworks networks) {
    /** The JDK's sockets of the default family are IPv4's then. */
    private static final String PREFER_IPV4 = "java.net.preferIPv4Stack";

    /**
     * The stacks of a new channel.
     *
     * @param given the networks, or {@code null} for those of this process
     * @throws IOException with each problem of the configuration
     */
    public static Stacks of(VirtualNetworks given) throws IOException {
        try {
            return new Stacks(given == null ? DefaultNetworks.get() : given);
        } catch (ConfigException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** Whether there is a virtual stack at all; if not, every socket is the host stack's from the start. */
    public boolean isConfigured() {
        return networks.isConfigured();
    }

    /**
     * Which stack an address is for.
     *
     * @param local whether a socket is to be bound to it, or connected
     */
    public RoutingDecision decide(InetSocketAddress socketAddress, boolean local) {
        InetAddress address = socketAddress.getAddress();
        // The JDK takes a connect to the wildcard address for one to the loopback address.
        if (!isConfigured() || address.isAnyLocalAddress() || networks.isBypassed(socketAddress)) {
            return RoutingDecision.HOST;
        }
        return local ? networks.decideLocal(address) : networks.decide(address);
    }

    /**
     * What a connect or a send goes to whose target is {@code named}: the loopback address of the same version for a
     * wildcard address that the virtual stack has. The JDK does so itself in the host stack.
     */
    public InetSocketAddress target(InetSocketAddress named) {
        InetAddress address = named.getAddress();
        if (!address.isAnyLocalAddress() || !networks.hasWildcard()) {
            return named;
        }
        return new InetSocketAddress(SocketAddresses.loopback(address instanceof Inet4Address), named.getPort());
    }

    /** As {@link VirtualNetworks#groupScope}. */
    public WildcardScope groupScope(InetSocketAddress target) {
        return isConfigured() && !networks.isBypassed(target)
                ? networks.groupScope(target.getAddress())
                : WildcardScope.OS;
    }

    /** As {@link VirtualNetworks#whenDecided}. */
    Registration whenDecided(InetAddress address, boolean local, Consumer<RoutingDecision> then) {
        return networks.whenDecided(address, local, then);
    }

    /** Whether a socket may do without its virtual half when that cannot be had. Says so if it does. */
    boolean mayLack(IOException reason) {
        if (networks.whenUnavailable() == WhenUnavailable.FAIL) {
            return false;
        }
        System.getLogger("io.ztnio.provider")
                .log(Level.WARNING, "bound in the host stack only: " + reason.getMessage());
        return true;
    }

    /** What a connect or a send throws whose target has no stack now. */
    public static NoRouteToHostException noRoute(RoutingDecision unavailable) {
        return new NoRouteToHostException(unavailable.reason());
    }

    /** What a bind throws whose address has no stack now. */
    static BindException cannotBind(RoutingDecision unavailable) {
        return new BindException(unavailable.reason());
    }

    /** What a connect or a send throws that would take a socket of the host stack to a network's address. */
    public static NoRouteToHostException wrongStack(InetAddress remote) {
        return new NoRouteToHostException(remote.getHostAddress()
                + " is on a virtual network and this socket is in the host stack: bind it to the wildcard address or"
                + " to an address of the network, or name the target in ztnio.bypass");
    }

    /** What a connect throws that would take a socket, which could not have its port in the host stack too, there. */
    static NoRouteToHostException hostPortTaken(InetAddress remote) {
        return new NoRouteToHostException(remote.getHostAddress()
                + " is left to the operating system (ztnio.bypass), where this socket could not have its local address:"
                + " bind it to another port, or to the wildcard address");
    }

    /**
     * An endpoint of the virtual stack for a channel of {@code family}. May wait for the node to start.
     *
     * @param family the protocol family, or {@code null} for the default
     */
    public StreamEndpoint openStream(ProtocolFamily family) throws IOException {
        return ofFamily(networks.openStream(), family);
    }

    /** As {@link #openStream}. */
    public ListenerEndpoint openListener(ProtocolFamily family) throws IOException {
        return ofFamily(networks.openListener(), family);
    }

    /** As {@link #openStream}. */
    public DatagramEndpoint openDatagram(ProtocolFamily family) throws IOException {
        return ofFamily(networks.openDatagram(), family);
    }

    /** Only IPv6 sockets take both versions. */
    private static <E extends Endpoint> E ofFamily(E endpoint, ProtocolFamily family) {
        if (family == StandardProtocolFamily.INET || (family == null && Boolean.getBoolean(PREFER_IPV4))) {
            endpoint.restrictToIpv4();
        }
        return endpoint;
    }
}
