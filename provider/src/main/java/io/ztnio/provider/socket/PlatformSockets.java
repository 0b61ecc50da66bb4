package io.ztnio.provider.socket;

import io.ztnio.provider.config.ConfigException;
import io.ztnio.provider.dual.HostChannels;
import io.ztnio.provider.dual.Stacks;
import io.ztnio.provider.runtime.DefaultNetworks;
import io.ztnio.provider.runtime.VirtualNetworks;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.net.DatagramSocket;
import java.net.SocketException;
import java.net.SocketImpl;
import java.nio.channels.DatagramChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/**
 * What the JDK is made to ask when it makes a socket's implementation. While no network is configured, or where a
 * property of JDK 17 asks for an older implementation, the answer is the JDK's own object, and nothing of ours is in the
 * way.
 *
 * <p>Thread: thread-safe.
 */
public final class PlatformSockets {
    private final Function<Object, SocketImpl> clients;
    private final Function<Object, SocketImpl> listeners;

    /**
     * Makes the implementations.
     *
     * @param clients makes a {@link ZeroTierSocketImpl} that is a {@code sun.net.PlatformSocketImpl}, of what it is given
     * @param listeners as that, a {@link ZeroTierListenerImpl}
     */
    public PlatformSockets(Function<Object, SocketImpl> clients, Function<Object, SocketImpl> listeners) {
        this.clients = clients;
        this.listeners = listeners;
    }

    /** A lookup of this package, for subclasses that are made at run time. */
    public static Lookup lookup() {
        return MethodHandles.lookup();
    }

    /** The class that constructors of the implementations take. */
    public static Class<?> argument() {
        return SocketStacks.class;
    }

    /**
     * What a socket delegates to.
     *
     * @param jdk what the JDK has made, not created yet
     */
    public SocketImpl implementation(SocketImpl jdk, boolean server) {
        if (!JavaNet.isImplementation(jdk)) {
            return jdk;
        }
        SocketStacks stacks;
        try {
            VirtualNetworks networks = DefaultNetworks.get();
            if (!networks.isConfigured()) {
                return jdk;
            }
            stacks = new SocketStacks(networks);
        } catch (ConfigException e) {
            stacks = SocketStacks.misconfigured(e.getMessage());
        }
        return (server ? listeners : clients).apply(stacks);
    }

    /** What one of the JDK's own listeners is to accept with, in the place of {@code given}. */
    public static SocketImpl accepting(SocketImpl given) {
        try {
            return given instanceof ZeroTierSocketImpl ours
                    ? ours.acceptFromHost().impl()
                    : given;
        } catch (SocketException e) {
            // The JDK's listener refuses it, as any that is not one of its own.
            return given;
        }
    }

    /**
     * What a datagram socket delegates to.
     *
     * @param jdk what the JDK has made, not bound yet
     * @throws SocketException with each problem of the configuration
     */
    public static DatagramSocket datagrams(DatagramSocket jdk) throws SocketException {
        try {
            VirtualNetworks networks = DefaultNetworks.get();
            return networks.isConfigured() ? datagrams(networks, jdk) : jdk;
        } catch (ConfigException e) {
            jdk.close();
            throw (SocketException) new SocketException(e.getMessage()).initCause(e);
        }
    }

    static ZeroTierMulticastSocket datagrams(VirtualNetworks networks, DatagramSocket jdk) throws SocketException {
        AtomicReference<DatagramChannel> first = new AtomicReference<>(jdk.getChannel());
        HostChannels<DatagramChannel> hosts = HostChannels.datagramsBy(() -> {
            DatagramChannel given = first.getAndSet(null);
            return given != null ? given : JavaNet.openDatagrams();
        });
        try {
            ZeroTierMulticastSocket ours =
                    ZeroTierMulticastSocket.open(SelectorProvider.provider(), new Stacks(networks), hosts);
            // Takes what the JDK has opened, so that the close closes it whatever happens in between.
            ours.getBroadcast();
            return ours;
        } catch (IOException e) {
            jdk.close();
            throw (SocketException) new SocketException(e.getMessage()).initCause(e);
        }
    }
}
