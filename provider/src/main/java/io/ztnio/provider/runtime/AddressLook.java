package io.ztnio.provider.runtime;

import io.ztnio.tcpip.turn.EngineClock;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;

/** Looks now and then which addresses the machine has. Thread: one at a time, outside the gate. */
final class AddressLook {
    private static final long EVERY_NANOS = 5_000_000_000L;

    private final EngineClock clock;
    private final List<InetSocketAddress> bound;
    private final boolean loopback;
    private final List<String> ignoredInterfaces;
    private final BiConsumer<List<InetSocketAddress>, Set<InetAddress>> onLook;
    private final InterfaceOutages outages = InterfaceOutages.ofSystem();
    private long nextNanos;

    /**
     * Looks at the first {@link #rested} for the first time.
     *
     * @param bound the UDP addresses bound
     * @param loopback whether loopback addresses count
     * @param ignoredInterfaces beginnings of the names of interfaces that do not count
     * @param onLook told each time at which addresses the node can be reached, and which have been away since the last time
     */
    AddressLook(
            EngineClock clock,
            List<InetSocketAddress> bound,
            boolean loopback,
            List<String> ignoredInterfaces,
            BiConsumer<List<InetSocketAddress>, Set<InetAddress>> onLook) {
        this.clock = clock;
        this.bound = bound;
        this.loopback = loopback;
        this.ignoredInterfaces = ignoredInterfaces;
        this.onLook = onLook;
    }

    /** The driver has nothing better to do: looks if it is time. */
    void rested() {
        long now = clock.nanos();
        if (now >= nextNanos) {
            nextNanos = now + EVERY_NANOS;
            // First, so that what happens in between is not missed.
            Set<InetAddress> interrupted = outages.look(LocalEndpoints.addressesByInterface());
            onLook.accept(LocalEndpoints.toAdvertise(bound, loopback, ignoredInterfaces), interrupted);
        }
    }
}
