package io.ztnio.tcpip.sim;

import io.ztnio.tcpip.DropReason;
import io.ztnio.tcpip.link.IpPrefix;
import io.ztnio.tcpip.link.Link;
import io.ztnio.tcpip.link.LinkConfig;
import io.ztnio.tcpip.link.LinkPort;
import io.ztnio.tcpip.link.Route;
import io.ztnio.tcpip.link.WrappedLink;
import io.ztnio.tcpip.stack.IpStack;
import io.ztnio.tcpip.stack.StackConfig;
import io.ztnio.tcpip.wire.EthernetAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.Function;
import java.util.function.Predicate;

/** Stacks on one Ethernet, on virtual time, with a delay and seeded loss. */
public final class Lan {
    /** Whatever is on the Ethernet. */
    interface Station {
        TestLink link();

        void nowNanos(long now);

        void turn();

        /** When it wants another turn. */
        long deadlineNanos();

        void onFrame(TestLink.Frame frame, byte[] bytes);
    }

    /** A stack with one link. */
    public final class Host implements Station {
        public final SimGate gate = new SimGate();
        public final TestLink link;
        public final IpStack stack;
        public final LinkPort port;

        private Host(long mac, int mtu, StackConfig config, List<Route> routes, long salt, String... addresses) {
            link = new TestLink(mac);
            stack = new IpStack(gate, config, new Random(seed + mac + salt));
            WrappedLink outer = wrapping.apply(link);
            port = outer.wrap(stack.attach(outer));
            gate.nowNanos(now);
            port.configure(config(mtu, routes, addresses), now);
            link.tap(frame -> send(this, frame));
        }

        public long drops(DropReason reason) {
            return stack.drops().value(reason);
        }

        @Override
        public TestLink link() {
            return link;
        }

        @Override
        public void nowNanos(long later) {
            gate.nowNanos(later);
        }

        @Override
        public long deadlineNanos() {
            return deadline;
        }

        @Override
        public void onFrame(TestLink.Frame frame, byte[] bytes) {
            gate.run(nowNanos -> port.onFrame(
                    frame.source(), frame.destination(), frame.etherType(), bytes, 0, bytes.length, nowNanos));
        }

        @Override
        public void turn() {
            gate.nowNanos(now);
            gate.run(nowNanos -> deadline = stack.turn(nowNanos));
        }

        private long deadline = Long.MAX_VALUE;
    }

    private record Arrival(long time, long order, Station from, TestLink.Frame frame) {}

    public long now = 1_000_000_000L;
    public long delayNanos = 1_000_000;
    public double loss;
    public Predicate<TestLink.Frame> filter = frame -> true;

    /** What hosts to come have between their stack and their link. */
    public Function<Link, WrappedLink> wrapping = link -> new WrappedLink(link) {};

    private final long seed;
    private final Random random;
    private final List<Station> hosts = new ArrayList<>();
    private final PriorityQueue<Arrival> arrivals = new PriorityQueue<>(
            (a, b) -> a.time() != b.time() ? Long.compare(a.time(), b.time()) : Long.compare(a.order(), b.order()));
    private long order;

    public Lan(long seed) {
        this.seed = seed;
        this.random = new Random(seed);
    }

    public Host host(long mac, String... addresses) {
        return host(mac, 2800, List.of(), addresses);
    }

    public Host host(long mac, int mtu, List<Route> routes, String... addresses) {
        Host host = new Host(mac, mtu, StackConfig.defaults(), routes, 0, addresses);
        hosts.add(host);
        return host;
    }

    /** A host in the place of one that vanished without a word. */
    public Host restarted(Host before, StackConfig config, String... addresses) {
        hosts.remove(before);
        Host host = new Host(before.link.mac(), 2800, config, List.of(), now, addresses);
        hosts.add(host);
        return host;
    }

    /** Lets time pass. */
    public void run(long nanos) {
        long end = now + nanos;
        while (true) {
            hosts.forEach(Station::turn);
            long next = arrivals.isEmpty() ? Long.MAX_VALUE : arrivals.peek().time();
            for (Station host : hosts) {
                next = Math.min(next, host.deadlineNanos());
            }
            if (next > end) {
                now = end;
                hosts.forEach(host -> host.nowNanos(now));
                return;
            }
            now = Math.max(now, next);
            hosts.forEach(host -> host.nowNanos(now));
            while (!arrivals.isEmpty() && arrivals.peek().time() <= now) {
                deliver(arrivals.poll());
            }
        }
    }

    void add(Station station) {
        hosts.add(station);
        station.link().tap(frame -> send(station, frame));
    }

    private void send(Station from, TestLink.Frame frame) {
        if (filter.test(frame) && random.nextDouble() >= loss) {
            arrivals.add(new Arrival(now + delayNanos, order++, from, frame));
        }
    }

    private void deliver(Arrival arrival) {
        TestLink.Frame frame = arrival.frame();
        for (Station host : hosts) {
            boolean meant = EthernetAddress.isGroup(frame.destination())
                    || frame.destination() == host.link().mac();
            if (host != arrival.from() && meant) {
                host.onFrame(frame, frame.payload().clone());
            }
        }
    }

    public static LinkConfig config(int mtu, List<Route> routes, String... addresses) {
        return new LinkConfig(Arrays.stream(addresses).map(Lan::prefix).toList(), routes, mtu);
    }

    public static Route route(String target, String gateway) {
        return new Route(prefix(target), Optional.ofNullable(gateway).map(Lan::ip));
    }

    public static IpPrefix prefix(String text) {
        int slash = text.indexOf('/');
        return new IpPrefix(ip(text.substring(0, slash)), Integer.parseInt(text.substring(slash + 1)));
    }

    public static InetAddress ip(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    public static InetSocketAddress socket(String text, int port) {
        return new InetSocketAddress(ip(text), port);
    }
}
