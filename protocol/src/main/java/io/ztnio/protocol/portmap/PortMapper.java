package io.ztnio.protocol.portmap;

import io.ztnio.protocol.identity.Address;
import io.ztnio.protocol.wire.SocketAddressField;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * Has the router map a UDP port of ours for as long as this is open, whichever router that is at the time ({@code protocol.md} 8.5). IPv4
 * only: what IPv6 has instead is {@link PinholeKeeper}'s.
 *
 * <p>Thread: thread-safe; one of its own does the work.
 */
public final class PortMapper implements RouterMapping {
    private static final System.Logger LOG = System.getLogger("io.ztnio.portmap");

    /** How often the router and our own address are looked at: a laptop changes its network. */
    private static final long LOOK_MILLIS = 15_000;

    /** After the operating system has refused something, as when there are too many open files. */
    private static final long RETRY_MILLIS = 2_000;

    private static final long EXCHANGE_MILLIS = 5_000;

    /**
     * What is mapped.
     *
     * @param node whose port it is, for the router's list
     * @param local the address that it is bound to; the wildcard address for all
     * @param port 1 to 65535
     */
    public record Target(long node, InetAddress local, int port) {}

    /** Where a gateway listens for PCP and NAT-PMP, and for searches of UPnP. */
    record GatewayPorts(int control, int ssdp) {
        /** RFC 6887 section 19.1, RFC 6886 section 1.1; UPnP Device Architecture 1.1 section 1. */
        static final GatewayPorts STANDARD = new GatewayPorts(5351, Ssdp.PORT);
    }

    /** The router, and our address towards it. */
    private record Route(InetAddress gateway, InetAddress local) {}

    private final SelectorProvider os;
    private final Target target;
    private final Optional<InetAddress> named;
    private final GatewayPorts ports;
    private final RandomGenerator random;
    private final Consumer<Optional<InetSocketAddress>> onMapping;
    private final RouterThread thread;
    private volatile GatewayWire wire;

    private Optional<InetSocketAddress> told = Optional.empty();
    private final MappingTrouble trouble;

    /**
     * Starts.
     *
     * @param os the operating system's provider: never one that routes into the node
     * @param gateway the IPv4 address of the router; empty for the default one, which can be found on Linux only
     * @param millis a clock that never goes back, in milliseconds
     * @param onMapping told on the thread of its own where we can be reached, and when that is no longer so
     * @throws IOException if there is no selector to be had
     */
    public static PortMapper start(
            SelectorProvider os,
            Target target,
            Optional<InetAddress> gateway,
            RandomGenerator random,
            LongSupplier millis,
            Consumer<Optional<InetSocketAddress>> onMapping)
            throws IOException {
        return start(os, target, gateway, GatewayPorts.STANDARD, random, millis, onMapping);
    }

    static PortMapper start(
            SelectorProvider os,
            Target target,
            Optional<InetAddress> gateway,
            GatewayPorts ports,
            RandomGenerator random,
            LongSupplier millis,
            Consumer<Optional<InetSocketAddress>> onMapping)
            throws IOException {
        PortMapper mapper = new PortMapper(os, target, gateway, ports, random, millis, onMapping);
        mapper.thread.start();
        return mapper;
    }

    private PortMapper(
            SelectorProvider os,
            Target target,
            Optional<InetAddress> named,
            GatewayPorts ports,
            RandomGenerator random,
            LongSupplier millis,
            Consumer<Optional<InetSocketAddress>> onMapping)
            throws IOException {
        this.os = os;
        this.target = target;
        this.named = named;
        this.ports = ports;
        this.random = random;
        this.onMapping = onMapping;
        this.trouble = new MappingTrouble(target.port(), line -> LOG.log(System.Logger.Level.WARNING, line));
        this.thread = new RouterThread("ztnio-port-mapping", "port mapping", os, millis, this::run);
    }

    /** Has the mapping deleted. */
    @Override
    public void end() {
        thread.end();
        GatewayWire busy = wire;
        if (busy != null) {
            busy.stop();
        }
    }

    @Override
    public void close() {
        end();
        thread.close();
    }

    /** Waits for the end of the thread, which {@link #close} does not if that takes longer; for tests. */
    boolean awaitEnd(long maxMillis) throws InterruptedException {
        return thread.awaitEnd(maxMillis);
    }

    private long now() {
        return thread.now();
    }

    private void run() throws IOException {
        while (!thread.isEnding()) {
            tryOnce();
        }
    }

    private void tryOnce() throws IOException {
        try {
            serveOnce();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "port mapping begins anew: " + e);
            tell(Optional.empty(), "");
            if (!thread.isEnding()) {
                trouble.is(MappingTrouble.Kind.SYSTEM, e.getMessage() + "; it is tried again", now());
                thread.await(now() + RETRY_MILLIS);
            }
        }
    }

    /** As long as the way to the router stays as it is. */
    private void serveOnce() throws IOException {
        try (DatagramChannel channel = os.openDatagramChannel(StandardProtocolFamily.INET)) {
            Optional<Route> route = connect(channel);
            if (route.isEmpty()) {
                tell(Optional.empty(), "");
                thread.await(now() + LOOK_MILLIS);
                return;
            }
            ControlChannel control = thread.watch(channel);
            try (GatewayWire upnp = wire(route.get(), EXCHANGE_MILLIS)) {
                wire = upnp;
                serve(control, route.get(), upnp);
            } finally {
                wire = null;
            }
        }
    }

    private static String refused(Route route) {
        return "the router " + route.gateway().getHostAddress()
                + " maps it neither by PCP or NAT-PMP nor by UPnP. Turn one of them on there, or forward the port by hand"
                + " and leave ztnio.port.mapping off; it is asked again every five minutes";
    }

    private GatewayWire wire(Route route, long exchangeMillis) throws IOException {
        return new GatewayWire(os, route.gateway(), route.local(), ports.ssdp(), exchangeMillis, this::now);
    }

    /** Connects to the router that there is now; empty if there is none, or no way to it. */
    private Optional<Route> connect(DatagramChannel channel) {
        Optional<InetAddress> gateway = named.or(DefaultGateway::find);
        if (gateway.isEmpty()) {
            trouble.is(
                    MappingTrouble.Kind.NO_ROUTER,
                    "the default router is not known here; ztnio.port.mapping.gateway names it",
                    now());
            return Optional.empty();
        }
        try {
            channel.bind(new InetSocketAddress(target.local(), 0));
            channel.connect(new InetSocketAddress(gateway.get(), ports.control()));
            InetAddress local = ((InetSocketAddress) channel.getLocalAddress()).getAddress();
            return Optional.of(new Route(gateway.get(), local));
        } catch (IOException e) {
            trouble.is(
                    MappingTrouble.Kind.NO_WAY,
                    "there is no way to the router " + gateway.get().getHostAddress() + ": " + e.getMessage()
                            + "; ztnio.port.mapping.gateway names another",
                    now());
            return Optional.empty();
        }
    }

    private boolean isStill(Route route) throws IOException {
        try (DatagramChannel probe = os.openDatagramChannel(StandardProtocolFamily.INET)) {
            return connect(probe).equals(Optional.of(route));
        }
    }

    private void serve(ControlChannel channel, Route route, GatewayWire upnp) throws IOException {
        MappingCycle cycle = new MappingCycle(route.local(), target.port(), random, now());
        // As the daemon's is called.
        String description = "ZeroTier/" + Address.format(target.node()) + "@" + target.port();
        IgdClient igd = new IgdClient(upnp, route.gateway(), route.local(), target.port(), description);
        long nextLook = now() + LOOK_MILLIS;
        while (!thread.isEnding()) {
            if (now() >= nextLook) {
                nextLook = now() + LOOK_MILLIS;
                if (!isStill(route)) {
                    tell(Optional.empty(), "");
                    return;
                }
            }
            long next = Math.min(nextLook, poll(cycle, channel));
            tell(cycle.mapping().map(PortMapping::external), cycle.protocol());
            if (cycle.isUpnpDue(now())) {
                Optional<PortMapping> outcome = upnp(igd);
                cycle.onUpnp(outcome, now());
                if (outcome.isEmpty() && !thread.isEnding()) {
                    trouble.is(MappingTrouble.Kind.REFUSED, refused(route), now());
                }
                continue;
            }
            thread.await(next);
            channel.receive(cycle);
        }
        release(cycle, channel, route, igd);
    }

    private long poll(MappingCycle cycle, ControlChannel channel) {
        return cycle.poll(now(), request -> channel.send(request, cycle));
    }

    private static Optional<PortMapping> upnp(IgdClient igd) {
        try {
            return igd.map();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "UPnP: " + e);
            return Optional.empty();
        }
    }

    /** Gives the mapping back, in a bounded time. */
    private void release(MappingCycle cycle, ControlChannel channel, Route route, IgdClient igd) throws IOException {
        if (cycle.isUpnp()) {
            try (GatewayWire last = wire(route, RouterThread.RELEASE_MILLIS)) {
                igd.unmap(last);
            } catch (IOException e) {
                LOG.log(System.Logger.Level.DEBUG, "deleting the mapping: " + e);
            }
            return;
        }
        cycle.release(now());
        thread.release(() -> poll(cycle, channel), cycle::isReleased, () -> channel.receive(cycle));
    }

    private void tell(Optional<InetSocketAddress> mapping, String protocol) {
        if (mapping.equals(told)) {
            return;
        }
        told = mapping;
        mapping.ifPresent(found -> trouble.isOver());
        LOG.log(
                System.Logger.Level.INFO,
                mapping.isPresent()
                        ? "UDP " + target.port() + " is mapped: " + SocketAddressField.format(mapping.get()) + " ("
                                + protocol + ")"
                        : "UDP " + target.port() + " is not mapped any more");
        onMapping.accept(mapping);
    }
}
