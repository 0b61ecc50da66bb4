package io.ztnio.tcpip.sim;

import io.ztnio.tcpip.tcp.config.TcpConfig;
import java.util.PriorityQueue;

/**
 * Two hosts on virtual time with a {@link Channel} each way. Everything that happens follows from the profile and the
 * seed.
 */
final class NetworkSimulator {
    final SimHost left;
    final SimHost right;
    static final long START_NANOS = 10_000_000_000L;

    long now = START_NANOS;
    final long startNanos = now;
    private final PacketHeap packets = new PacketHeap();
    private final PriorityQueue<Alarm> alarms = new PriorityQueue<>((a, b) -> Long.compare(a.atNanos, b.atNanos));

    private record Alarm(long atNanos, Runnable action) {}

    NetworkSimulator(PathProfile profile, TcpConfig config, long seed) {
        left = new SimHost(this, "10.0.0.1", profile.mtuBytes, config, seed);
        right = new SimHost(this, "10.0.0.2", profile.mtuBytes, config, seed + 1);
        left.other = right;
        right.other = left;
        left.channel = new Channel(profile, true, seed + 2);
        right.channel = new Channel(profile.reverse(), false, seed + 3);
    }

    /** Settings for simulated hosts: the defaults, with checksums left to the simulator. */
    static TcpConfig.Builder config() {
        return TcpConfig.builder().verifyChecksums(false);
    }

    /** Runs an action when some time has passed. */
    void after(long nanos, Runnable action) {
        alarms.add(new Alarm(now + nanos, action));
    }

    void carry(SimHost from, byte[] scratch, int offset, int length) {
        Channel channel = from.channel;
        int high = (scratch[offset] & 0xff) << 8 | (scratch[offset + 1] & 0xff);
        int low = (scratch[offset + 2] & 0xff) << 8 | (scratch[offset + 3] & 0xff);
        int clientPort = from == left ? high : low;
        int copies = channel.duplicates() ? 2 : 1;
        for (int i = 0; i < copies; i++) {
            long at = channel.arrival(now, length + 20, clientPort);
            if (at < 0) {
                continue;
            }
            Packet packet = packets.take();
            System.arraycopy(scratch, offset, packet.bytes, 0, length);
            packet.length = length;
            packet.to = from.other;
            packet.pseudoHeaderSum = 6L + length;
            packets.add(packet, at);
        }
    }

    /** Lets virtual time pass. */
    void run(long nanos) {
        long end = now + nanos;
        while (true) {
            long next = Math.min(packets.nextNanos(), Math.min(left.deadline, right.deadline));
            if (!alarms.isEmpty()) {
                next = Math.min(next, alarms.peek().atNanos());
            }
            if (next > end) {
                now = end;
                return;
            }
            now = Math.max(now, next);
            boolean leftTouched = left.deadline <= now;
            boolean rightTouched = right.deadline <= now;
            while (packets.nextNanos() <= now) {
                Packet packet = packets.poll();
                packet.to.receive(packet);
                leftTouched |= packet.to == left;
                rightTouched |= packet.to == right;
                packets.giveBack(packet);
            }
            if (leftTouched) {
                left.turn();
            }
            if (rightTouched) {
                right.turn();
            }
            while (!alarms.isEmpty() && alarms.peek().atNanos() <= now) {
                alarms.poll().action().run();
            }
        }
    }

    void runMillis(double millis) {
        run((long) (millis * 1e6));
    }
}
