package io.ztnio.provider.dual;

import io.ztnio.provider.runtime.VirtualNetworks;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The host stack and the virtual stack, and which address belongs to which.
 *
 * <p>Thread: immutable, thread-safe.
 *
 * @param networks the networks of the virtual stack
 */
public record Stacks(VirtualNetworks networks) {
    private static final Logger LOGGER = System.getLogger("io.ztnio.provider");
    private static final AtomicBoolean REPORTED = new AtomicBoolean();

    /** Whether there is a virtual stack at all; if not, every socket is the host stack's from the start. */
    public boolean isConfigured() {
        return networks.isConfigured();
    }

    /** Whether connections to {@code remote} are virtual. Waits for the networks to be ready, see {@link #settle}. */
    public boolean isVirtual(InetAddress remote) {
        // The JDK takes a connect to the wildcard address for one to the loopback address.
        if (!isConfigured() || remote.isAnyLocalAddress()) {
            return false;
        }
        settle(remote);
        return networks.covers(remote);
    }

    /** Whether {@code local} is an own address on a virtual network. Waits as {@link #isVirtual} does. */
    public boolean isOwn(InetAddress local) {
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
}
