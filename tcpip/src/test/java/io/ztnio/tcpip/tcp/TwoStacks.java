package io.ztnio.tcpip.tcp;

import io.ztnio.tcpip.Gate;
import io.ztnio.tcpip.tcp.config.TcpConfig;
import io.ztnio.tcpip.tcp.connection.ConnectionProbe;
import io.ztnio.tcpip.tcp.connection.TcpConnection;
import io.ztnio.tcpip.tcp.segment.TcpFlags;
import io.ztnio.tcpip.tcp.segment.TcpSegment;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;

/**
 * Two stacks on one virtual clock, with a network between them that delays, loses, repeats and reorders. They start to
 * count where {@link SequenceStarts} says.
 */
final class TwoStacks {
    final End left;
    final End right;
    long now = 7_000_000_000L;
    long delayNanos = 5_000_000;
    double loss;
    double duplication;
    double reordering;

    /** What was sent, with numbers relative to the first ones, for who asks. */
    final List<String> trace = new ArrayList<>();

    boolean tracing;

    /** Sees every segment as it is sent and as it arrives. */
    private Middlebox middlebox = new Middlebox() {};

    private final Random random;
    private final PriorityQueue<Delivery> network = new PriorityQueue<>();
    private long sequence;
    private final TcpSegment parsed = new TcpSegment();

    TwoStacks(long seed, TcpConfig.Builder config) throws java.io.IOException {
        random = new Random(seed);
        SequenceStart start = SequenceStarts.current();
        left = new End("10.0.0.1", start.own(config, now), seed);
        right = new End("10.0.0.2", start.peer(config, now), seed + 1);
        left.other = right;
        right.other = left;
    }

    @SuppressWarnings("ArrayRecordComponent") // compared by arrival only
    private record Delivery(long atNanos, long order, End to, byte[] segment, long pseudoHeaderSum)
            implements Comparable<Delivery> {
        @Override
        public int compareTo(Delivery other) {
            int byTime = Long.compare(atNanos, other.atNanos);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }

        @Override
        public boolean equals(Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return Long.hashCode(order);
        }
    }

    private void transmit(End to, byte[] segment, long pseudoHeaderSum) {
        if (tracing) {
            trace(to, segment);
        }
        middlebox.onSent(to.other, segment);
        if (random.nextDouble() < loss) {
            return;
        }
        int copies = random.nextDouble() < duplication ? 2 : 1;
        for (int i = 0; i < copies; i++) {
            long late = random.nextDouble() < reordering ? (long) (random.nextDouble() * delayNanos) : 0;
            network.add(new Delivery(now + delayNanos + late, sequence++, to, segment, pseudoHeaderSum));
        }
    }

    private void trace(End to, byte[] segment) {
        parsed.parse(segment, 0, segment.length, now);
        End from = to.other;
        if (parsed.has(TcpFlags.SYN)) {
            from.iss = parsed.sequence;
            from.firstTimestamp = parsed.timestampValue;
        }
        String text = SegmentText.format(parsed, from.iss, to.iss, to.firstTimestamp);
        trace.add(now + (to == right ? " > " : " < ") + text + " win " + parsed.window);
    }

    /** Moves the clock to the next event and handles it; false if nothing is left to happen. */
    boolean step() {
        long next = Math.min(left.deadline, right.deadline);
        if (!network.isEmpty()) {
            next = Math.min(next, network.peek().atNanos);
        }
        if (next == Long.MAX_VALUE) {
            return false;
        }
        now = Math.max(now, next);
        while (!network.isEmpty() && network.peek().atNanos <= now) {
            Delivery delivery = network.poll();
            delivery.to.receive(delivery.segment, delivery.pseudoHeaderSum);
        }
        left.leave();
        right.leave();
        return true;
    }

    void middlebox(Middlebox box) {
        middlebox = box;
    }

    /** Something on the way. */
    interface Middlebox {
        /** A segment is sent; its bytes may be changed, and checksums are for who verifies them. */
        default void onSent(End from, byte[] segment) {}

        /** A segment arrives; false if it is dropped. */
        default boolean mayArrive(End at, byte[] segment) {
            return true;
        }
    }

    /** One stack and its gate. */
    final class End implements Gate {
        final InetAddress address;
        final FakeIp ip;
        final TcpLayer layer;
        private final Deque<Gate.Task> tasks = new ArrayDeque<>();
        private End other;
        private boolean inside;
        private int iss;
        private int firstTimestamp;
        private long deadline = Long.MAX_VALUE;

        End(String address, TcpConfig config, long seed) throws java.io.IOException {
            this.address = InetAddress.getByName(address);
            this.ip = new FakeIp(this.address, (from, to, segment, sum, at) -> transmit(other, segment, sum));
            this.layer = new TcpLayer(this, ip, config, new Random(seed));
        }

        private void receive(byte[] segment, long pseudoHeaderSum) {
            if (!middlebox.mayArrive(this, segment)) {
                return;
            }
            layer.onPacket(other.address, address, true, 0, segment, 0, segment.length, pseudoHeaderSum, now, now);
        }

        @Override
        public void post(Gate.Task task) {
            tasks.add(task);
            if (!inside) {
                leave();
            }
        }

        @Override
        public void run(Gate.Task task) {
            task.run(now);
            leave();
        }

        /** The one connection, or {@code null}. */
        ConnectionProbe probe() {
            ConnectionProbe[] found = new ConnectionProbe[1];
            layer.ground.flows.forEach(
                    flow -> found[0] = flow instanceof TcpConnection one ? new ConnectionProbe(one) : found[0]);
            return found[0];
        }

        private void leave() {
            inside = true;
            while (!tasks.isEmpty()) {
                tasks.poll().run(now);
            }
            deadline = layer.turn(now);
            inside = false;
        }
    }
}
