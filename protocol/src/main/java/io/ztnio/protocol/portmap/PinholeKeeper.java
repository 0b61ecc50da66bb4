package io.ztnio.protocol.portmap;

import io.ztnio.protocol.wire.SocketAddressField;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Has the router's firewall let UDP to our IPv6 addresses pass for as long as this is open, by PCP ({@code protocol.md} 8.5). Each address
 * has to ask for itself (RFC 6887 section 8.1), from a socket of its own.
 *
 * <p>Thread: thread-safe; one of its own does the work.
 */
public final class PinholeKeeper implements RouterMapping {
    private static final System.Logger LOG = System.getLogger("io.ztnio.portmap");
    private static final int CONTROL_PORT = 5351;
    private static final long LOOK_MILLIS = 15_000;
    private static final long RETRY_MILLIS = 300_000;

    /** A pinhole that there is or is to be. */
    private final class Pinhole {
        private final InetSocketAddress own;
        private final ControlChannel channel;
        private PortControl control;
        private boolean failed;
        private long retryMillis;

        private Pinhole(InetSocketAddress own, ControlChannel channel) {
            this.own = own;
            this.channel = channel;
            ask();
        }

        private void ask() {
            control = new PortControl(own.getAddress(), own.getPort(), random, now());
            failed = false;
        }

        /** When to come back. */
        private long poll() {
            if (failed && now() >= retryMillis) {
                ask();
            }
            long next = control.poll(now(), this::send);
            if (control.state() == PortControl.State.FAILED) {
                if (!failed) {
                    failed = true;
                    retryMillis = now() + RETRY_MILLIS;
                    LOG.log(System.Logger.Level.DEBUG, "no router opens its firewall for " + own + " by PCP");
                }
                next = retryMillis;
            }
            return next;
        }

        private void send(byte[] request) {
            channel.send(request, control);
        }

        private void receive() {
            channel.receive(control);
        }
    }

    private final SelectorProvider os;
    private final Set<Integer> ports;
    private final Supplier<Optional<Ipv6Route>> routes;
    private final int controlPort;
    private final RandomGenerator random;
    private final Consumer<List<InetSocketAddress>> onPinholes;
    private final RouterThread thread;

    private final List<Pinhole> pinholes = new ArrayList<>();
    private InetAddress gateway;
    private long nextLookMillis = Long.MIN_VALUE;
    private List<InetSocketAddress> told = List.of();

    /**
     * Starts.
     *
     * @param os the operating system's provider: never one that routes into the node
     * @param ports of ours
     * @param routes the router, and which of our addresses are to be reached; asked again and again
     * @param millis a clock that never goes back, in milliseconds
     * @param onPinholes told on the thread of its own where we can be reached from outside, whenever that changes
     * @throws IOException if there is no selector to be had
     */
    public static PinholeKeeper start(
            SelectorProvider os,
            Set<Integer> ports,
            Supplier<Optional<Ipv6Route>> routes,
            RandomGenerator random,
            LongSupplier millis,
            Consumer<List<InetSocketAddress>> onPinholes)
            throws IOException {
        return start(os, ports, routes, CONTROL_PORT, random, millis, onPinholes);
    }

    static PinholeKeeper start(
            SelectorProvider os,
            Set<Integer> ports,
            Supplier<Optional<Ipv6Route>> routes,
            int controlPort,
            RandomGenerator random,
            LongSupplier millis,
            Consumer<List<InetSocketAddress>> onPinholes)
            throws IOException {
        PinholeKeeper keeper = new PinholeKeeper(os, ports, routes, controlPort, random, millis, onPinholes);
        keeper.thread.start();
        return keeper;
    }

    private PinholeKeeper(
            SelectorProvider os,
            Set<Integer> ports,
            Supplier<Optional<Ipv6Route>> routes,
            int controlPort,
            RandomGenerator random,
            LongSupplier millis,
            Consumer<List<InetSocketAddress>> onPinholes)
            throws IOException {
        this.os = os;
        this.ports = Set.copyOf(ports);
        this.routes = routes;
        this.controlPort = controlPort;
        this.random = random;
        this.onPinholes = onPinholes;
        this.thread = new RouterThread("ztnio-pinholes", "opening the router's firewall", os, millis, this::run);
    }

    /** Has the pinholes closed. */
    @Override
    public void end() {
        thread.end();
    }

    @Override
    public void close() {
        thread.close();
    }

    private long now() {
        return thread.now();
    }

    private void run() throws IOException {
        try {
            while (!thread.isEnding()) {
                serve();
            }
            release();
        } finally {
            pinholes.forEach(pinhole -> pinhole.channel.close());
        }
    }

    private void serve() throws IOException {
        if (now() >= nextLookMillis) {
            nextLookMillis = now() + LOOK_MILLIS;
            look();
        }
        long next = nextLookMillis;
        for (Pinhole pinhole : pinholes) {
            next = Math.min(next, pinhole.poll());
        }
        tell();
        thread.await(next);
        receive();
    }

    private void receive() {
        pinholes.forEach(Pinhole::receive);
    }

    /** Which router there is, and which addresses we have: what has gone is not asked for any more. */
    private void look() throws IOException {
        Optional<Ipv6Route> route = routes.get();
        InetAddress router = route.map(Ipv6Route::gateway).orElse(null);
        Set<InetSocketAddress> wanted = new HashSet<>();
        route.ifPresent(found ->
                found.own().forEach(own -> ports.forEach(port -> wanted.add(new InetSocketAddress(own, port)))));
        boolean sameRouter = router != null && router.equals(gateway);
        gateway = router;
        pinholes.removeIf(pinhole -> {
            boolean stays = sameRouter && wanted.contains(pinhole.own);
            if (!stays) {
                pinhole.channel.close();
            }
            return !stays;
        });
        thread.forgetClosed();
        pinholes.forEach(pinhole -> wanted.remove(pinhole.own));
        for (InetSocketAddress own : wanted) {
            open(own).ifPresent(channel -> pinholes.add(new Pinhole(own, channel)));
        }
    }

    private Optional<ControlChannel> open(InetSocketAddress own) throws IOException {
        DatagramChannel channel = os.openDatagramChannel(StandardProtocolFamily.INET6);
        try {
            channel.bind(new InetSocketAddress(own.getAddress(), 0));
            channel.connect(new InetSocketAddress(gateway, controlPort));
            return Optional.of(thread.watch(channel));
        } catch (IOException e) {
            // An address that has just come may not be usable yet: it is looked at again.
            LOG.log(System.Logger.Level.DEBUG, "no way from " + own + " to the router: " + e);
            channel.close();
            return Optional.empty();
        }
    }

    /** Our own address with our own port is told to peers anyway; what is new is one that the router translates. */
    private void tell() {
        List<InetSocketAddress> open = new ArrayList<>();
        List<InetSocketAddress> outside = new ArrayList<>();
        for (Pinhole pinhole : pinholes) {
            pinhole.control.mapping().map(PortMapping::external).ifPresent(external -> {
                open.add(external);
                if (!external.equals(pinhole.own)) {
                    outside.add(external);
                }
            });
        }
        if (!open.equals(told)) {
            told = open;
            LOG.log(
                    System.Logger.Level.INFO,
                    open.isEmpty()
                            ? "the router's firewall lets UDP to no IPv6 address of ours pass any more"
                            : "the router's firewall lets UDP pass to "
                                    + String.join(
                                            " ",
                                            open.stream()
                                                    .map(SocketAddressField::format)
                                                    .toList()));
            onPinholes.accept(List.copyOf(outside));
        }
    }

    private void release() throws IOException {
        pinholes.forEach(pinhole -> pinhole.control.release(now()));
        thread.release(this::askForEnd, this::isReleased, this::receive);
    }

    private long askForEnd() {
        return pinholes.stream()
                .mapToLong(pinhole -> pinhole.control.poll(now(), pinhole::send))
                .min()
                .orElse(Long.MAX_VALUE);
    }

    private boolean isReleased() {
        return pinholes.stream().allMatch(pinhole -> pinhole.control.state() == PortControl.State.RELEASED);
    }
}
