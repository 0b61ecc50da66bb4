package io.ztnio.protocol.vl1.send;

import io.ztnio.protocol.vl1.Counters;
import io.ztnio.protocol.vl1.DropReason;
import io.ztnio.protocol.wire.PacketHeader;
import io.ztnio.protocol.wire.Verb;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Packets that wait for their destination's identity or for a way there: 32 at most, the oldest gives way, for 5 s
 * ({@code protocol.md} 8.8). Thread: confined to the node.
 */
final class TransmitQueue {
    /** Stands for every destination. */
    static final long ALL = 0;

    /** How long a packet waits at most. */
    private static final long LIFE_MILLIS = 5_000;

    private static final int CAPACITY = 32;

    private static final Set<Integer> FRAMES =
            Set.of(Verb.FRAME.code(), Verb.EXT_FRAME.code(), Verb.MULTICAST_FRAME.code());

    /** A packet in the clear, header included. */
    private static final class Waiting {
        final long destination;
        final byte[] packet;
        final long sinceMillis;

        Waiting(long destination, byte[] packet, long sinceMillis) {
            this.destination = destination;
            this.packet = packet;
            this.sinceMillis = sinceMillis;
        }
    }

    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private final Counters counters;

    TransmitQueue(Counters counters) {
        this.counters = counters;
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** Whether a frame waits, which nobody sends again as a request is. */
    boolean holdsFrames() {
        for (Waiting packet : waiting) {
            if (FRAMES.contains(PacketHeader.verbCode(packet.packet, 0))) {
                return true;
            }
        }
        return false;
    }

    /** Keeps a copy. */
    void add(long destination, byte[] buffer, int offset, int length, long nowMillis) {
        if (waiting.size() == CAPACITY) {
            waiting.removeFirst();
            counters.drop(DropReason.QUEUE_OVERFLOW);
        }
        waiting.addLast(new Waiting(destination, Arrays.copyOfRange(buffer, offset, offset + length), nowMillis));
    }

    /** Sends what can go now; {@code destination} may be {@link #ALL}. */
    void flush(long destination, Transmitter transmitter, long nowMillis) {
        Iterator<Waiting> iterator = waiting.iterator();
        while (iterator.hasNext()) {
            Waiting packet = iterator.next();
            if (destination != ALL && packet.destination != destination) {
                continue;
            }
            if (nowMillis - packet.sinceMillis > LIFE_MILLIS) {
                counters.drop(DropReason.QUEUE_EXPIRED);
                iterator.remove();
            } else if (transmitter.trySend(packet.destination, packet.packet, 0, packet.packet.length, nowMillis)) {
                iterator.remove();
            }
        }
    }

    /** Destinations that something waits for. */
    Set<Long> destinations() {
        Set<Long> result = new LinkedHashSet<>();
        for (Waiting packet : waiting) {
            result.add(packet.destination);
        }
        return result;
    }
}
