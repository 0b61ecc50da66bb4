package io.ztnio.provider.channel;

import io.ztnio.provider.os.OsProvider;
import io.ztnio.provider.runtime.VirtualNetworks;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.ProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.nio.channels.NetworkChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Both worlds, and which address belongs to which.
 *
 * <p>Thread: immutable, thread-safe.
 *
 * @param provider the provider that the channels name as theirs
 * @param networks the virtual world
 */
public record Worlds(SelectorProvider provider, VirtualNetworks networks) {
    private static final Logger LOGGER = System.getLogger("io.ztnio.provider");
    private static final AtomicBoolean REPORTED = new AtomicBoolean();

    /** Whether there is a virtual world at all; if not, every channel is the operating system's from the start. */
    boolean isConfigured() {
        return networks.isConfigured();
    }

    /** Whether connections to {@code remote} are virtual. Waits for the networks to be ready, see {@link #settle}. */
    boolean isVirtual(InetAddress remote) {
        // The JDK takes a connect to the wildcard address for one to the loopback address.
        if (!isConfigured() || remote.isAnyLocalAddress()) {
            return false;
        }
        settle(remote);
        return networks.covers(remote);
    }

    /** Whether {@code local} is an own address on a virtual network. Waits as {@link #isVirtual} does. */
    boolean isOwn(InetAddress local) {
        if (!isConfigured() || local.isAnyLocalAddress()) {
            return false;
        }
        settle(local);
        return networks.isLocal(local);
    }

    /**
     * Waits until the networks know their addresses; never for a loopback address. This is the only wait in a
     * non-blocking operation, and there is none once the networks have been ready. If they cannot be ready, what they
     * know already decides, and the operating system keeps the rest.
     */
    private void settle(InetAddress address) {
        if (address.isLoopbackAddress()) {
            return;
        }
        try {
            networks.awaitReady();
        } catch (IOException e) {
            if (REPORTED.compareAndSet(false, true)) {
                LOGGER.log(Level.WARNING, "The ZeroTier networks are not ready: " + e.getMessage());
            }
        }
    }

    SocketChannel openOsSocket(ProtocolFamily family) throws IOException {
        SelectorProvider os = OsProvider.get();
        return family == null ? os.openSocketChannel() : os.openSocketChannel(family);
    }

    ServerSocketChannel openOsServerSocket(ProtocolFamily family) throws IOException {
        SelectorProvider os = OsProvider.get();
        return family == null ? os.openServerSocketChannel() : os.openServerSocketChannel(family);
    }

    DatagramChannel openOsDatagram(ProtocolFamily family) throws IOException {
        SelectorProvider os = OsProvider.get();
        return family == null ? os.openDatagramChannel() : os.openDatagramChannel(family);
    }

    /** Closes what is not needed any more, without a word. */
    static void discard(NetworkChannel channel) {
        if (channel == null) {
            return;
        }
        try {
            channel.close();
        } catch (IOException e) {
            LOGGER.log(Level.DEBUG, "closing failed", e);
        }
    }
}
