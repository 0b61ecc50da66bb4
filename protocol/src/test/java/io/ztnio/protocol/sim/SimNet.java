package io.ztnio.protocol.sim;

import io.ztnio.protocol.wire.Bytes;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import java.util.random.RandomGenerator;

/**
 * An internet in virtual time. Each datagram takes a random time within the configured latency, so that datagrams overtake
 * each other; it may be lost or doubled. The same seed gives the same run.
 */
public final class SimNet {
    /** 2026-01-01. */
    private static final long START_MILLIS = 1_767_225_600_000L;

    /** A datagram as it travels between public addresses. */
    public record Datagram(InetSocketAddress from, InetSocketAddress to, Bytes bytes) {}

    private record Event(long atMillis, long order, Runnable action) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            return atMillis == other.atMillis
                    ? Long.compare(order, other.order)
                    : Long.compare(atMillis, other.atMillis);
        }
    }

    /** When a host wants to be polled; of no use any more if it has said something else since. */
    private record Poll(long atMillis, SimHost host) implements Comparable<Poll> {
        @Override
        public int compareTo(Poll other) {
            return atMillis == other.atMillis
                    ? Integer.compare(host.number, other.host.number)
                    : Long.compare(atMillis, other.atMillis);
        }
    }

    private record Inside(SimNat nat, InetSocketAddress address) {}

    private final SplittableRandom random;
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final PriorityQueue<Poll> polls = new PriorityQueue<>();
    private final Map<InetSocketAddress, SimHost> publicSockets = new HashMap<>();
    private final Map<Inside, SimHost> insideSockets = new HashMap<>();
    private final Map<InetAddress, SimNat> nats = new HashMap<>();
    private final List<Datagram> log = new ArrayList<>();
    private long now = START_MILLIS;
    private long order;
    private int hosts;
    private int minLatencyMillis = 5;
    private int maxLatencyMillis = 20;
    private double loss;
    private double duplication;
    private boolean logging;
    private Predicate<Datagram> filter = datagram -> true;
    private ToLongFunction<Datagram> detour = datagram -> 0;

    public SimNet(long seed) {
        System.out.println("SimNet seed " + seed);
        random = new SplittableRandom(seed);
    }

    public long nowMillis() {
        return now;
    }

    /** Another generator that depends on the seed: for a node's random numbers. */
    public RandomGenerator random() {
        return random.split();
    }

    public SimNet latency(int minMillis, int maxMillis) {
        minLatencyMillis = minMillis;
        maxLatencyMillis = maxMillis;
        return this;
    }

    /** Probability that a datagram is lost. */
    public SimNet loss(double probability) {
        loss = probability;
        return this;
    }

    /** Probability that a datagram arrives twice. */
    public SimNet duplication(double probability) {
        duplication = probability;
        return this;
    }

    /** So many milliseconds more does a datagram take; it is asked with its public addresses. */
    public SimNet detour(ToLongFunction<Datagram> newDetour) {
        detour = newDetour;
        return this;
    }

    /** Only datagrams that pass are delivered; they are asked with their public addresses. */
    public SimNet filter(Predicate<Datagram> newFilter) {
        filter = newFilter;
        return this;
    }

    /** Keeps what is sent from now on in {@link #log}. */
    public SimNet record() {
        logging = true;
        return this;
    }

    public List<Datagram> log() {
        return log;
    }

    /** A host on the open internet, such as {@code "80.1.1.1:9993"}; several addresses are sockets 0, 1, and so on. */
    public SimHost host(String... addresses) {
        return host(null, addresses);
    }

    /** A host behind a NAT, or in the open if {@code nat} is {@code null}; its IPv6 addresses are in the open always. */
    public SimHost host(SimNat nat, String... addresses) {
        List<InetSocketAddress> sockets =
                Arrays.stream(addresses).map(SimNet::endpoint).toList();
        SimHost host = new SimHost(this, hosts++, sockets, nat);
        attach(host);
        return host;
    }

    /** Takes a host to another place, as a laptop is; its node is told of the addresses there. */
    public void move(SimHost host, SimNat nat, String... addresses) {
        carry(host, nat, addresses);
        if (host.isRunning()) {
            host.lookAtAddresses();
        }
    }

    /**
     * Carries a host to another network; its node notices nothing.
     *
     * @param nat of that network; {@code null} for the open internet
     */
    public void carry(SimHost host, SimNat nat, String... addresses) {
        host.sockets().forEach(socket -> publicSockets.remove(socket, host));
        host.sockets().forEach(socket -> insideSockets.remove(new Inside(host.natOf(socket), socket), host));
        host.place(nat, Arrays.stream(addresses).map(SimNet::endpoint).toList());
        attach(host);
    }

    private void attach(SimHost host) {
        for (InetSocketAddress socket : host.sockets()) {
            SimNat nat = host.natOf(socket);
            if (nat == null) {
                publicSockets.put(socket, host);
            } else {
                insideSockets.put(new Inside(nat, socket), host);
            }
        }
    }

    public SimNat nat(String publicIp, SimNat.Kind kind) {
        InetAddress address = endpoint(publicIp + ":0").getAddress();
        SimNat nat = new SimNat(address, kind);
        nats.put(address, nat);
        return nat;
    }

    /** Reads {@code ip:port}, {@code [ip]:port} for IPv6. */
    public static InetSocketAddress endpoint(String text) {
        int colon = text.lastIndexOf(':');
        try {
            return new InetSocketAddress(
                    InetAddress.getByName(text.substring(0, colon)), Integer.parseInt(text.substring(colon + 1)));
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    /** Lets time pass. */
    public void run(long millis) {
        long end = now + millis;
        boolean more = true;
        while (more) {
            more = step(end);
        }
        now = end;
    }

    /** Lets time pass until something is so, at most {@code maxMillis}; returns whether it is. */
    public boolean runUntil(long maxMillis, BooleanSupplier condition) {
        long end = now + maxMillis;
        while (!condition.getAsBoolean()) {
            if (!step(end)) {
                now = end;
                return condition.getAsBoolean();
            }
        }
        return true;
    }

    private boolean step(long end) {
        SimHost due = nextPolled();
        long pollAt = due == null ? Long.MAX_VALUE : Math.max(now, due.nextPollMillis);
        long eventAt = events.isEmpty() ? Long.MAX_VALUE : events.peek().atMillis;
        if (Math.min(pollAt, eventAt) > end) {
            return false;
        }
        if (eventAt <= pollAt) {
            Event event = events.remove();
            now = event.atMillis;
            event.action.run();
        } else {
            // A node that asks to be polled at once would stop the clock.
            now = Math.max(pollAt, due.nextPollMillis <= now ? now + 1 : pollAt);
            due.poll();
        }
        return true;
    }

    /** Runs something when its time has come. */
    public void at(long atMillis, Runnable action) {
        events.add(new Event(Math.max(now, atMillis), order++, action));
    }

    private SimHost nextPolled() {
        for (Poll poll = polls.peek(); poll != null; poll = polls.peek()) {
            SimHost host = poll.host;
            if (host.isRunning() && poll.atMillis == host.nextPollMillis) {
                return host;
            }
            polls.remove();
            if (poll.atMillis == host.queuedPollMillis) {
                host.queuedPollMillis = Long.MAX_VALUE;
                expectPoll(host);
            }
        }
        return null;
    }

    /** A host wants to be polled at its {@link SimHost#nextPollMillis}. */
    void expectPoll(SimHost host) {
        if (host.isRunning() && host.nextPollMillis < host.queuedPollMillis) {
            host.queuedPollMillis = host.nextPollMillis;
            polls.add(new Poll(host.nextPollMillis, host));
        }
    }

    void send(SimHost host, InetSocketAddress local, InetSocketAddress to, Bytes bytes) {
        SimNat nat = host.natOf(local);
        SimHost neighbour = nat == null ? null : insideSockets.get(new Inside(nat, to));
        if (neighbour != null) {
            deliver(neighbour, to, local, bytes, 0);
            return;
        }
        InetSocketAddress from = nat == null ? local : nat.outbound(local, to, now);
        Datagram datagram = new Datagram(from, to, bytes);
        if (logging) {
            log.add(datagram);
        }
        // No NAT here sends back what comes from its own inside.
        boolean hairpin = nat != null && nat == nats.get(to.getAddress());
        if (hairpin || random.nextDouble() < loss || !filter.test(datagram)) {
            return;
        }
        route(datagram);
        if (random.nextDouble() < duplication) {
            route(datagram);
        }
    }

    /** What dies behind the NATs of its sender: they let answers in from now on. */
    void sendShort(SimHost host, InetSocketAddress local, InetSocketAddress to, Bytes bytes) {
        SimNat nat = host.natOf(local);
        InetSocketAddress from = nat == null ? local : nat.outbound(local, to, now);
        if (logging) {
            log.add(new Datagram(from, to, bytes));
        }
    }

    private void route(Datagram datagram) {
        SimHost open = publicSockets.get(datagram.to);
        if (open != null) {
            deliver(open, datagram.to, datagram.from, datagram.bytes, detour.applyAsLong(datagram));
            return;
        }
        SimNat nat = nats.get(datagram.to.getAddress());
        InetSocketAddress inside = nat == null ? null : nat.inbound(datagram.from, datagram.to.getPort(), now);
        SimHost host = inside == null ? null : insideSockets.get(new Inside(nat, inside));
        if (host != null) {
            deliver(host, inside, datagram.from, datagram.bytes, detour.applyAsLong(datagram));
        }
    }

    private void deliver(SimHost host, InetSocketAddress local, InetSocketAddress from, Bytes bytes, long more) {
        long latency = more + random.nextLong(minLatencyMillis, maxLatencyMillis + 1L);
        at(now + latency, () -> host.receive(local, from, bytes.toByteArray()));
    }
}
