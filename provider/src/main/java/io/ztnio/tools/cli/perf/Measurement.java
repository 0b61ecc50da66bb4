package io.ztnio.tools.cli.perf;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a receiver saw after the warm-up. On the wire: seven numbers of eight bytes, in the order of the components.
 *
 * @param bytes payload received
 * @param nanos from the end of the warm-up to the last byte
 * @param datagrams received, 0 for streams
 * @param lost sent and never received
 * @param reordered received after a later one
 * @param jitterNanos RFC 3550 6.4.1's smoothed variation of the transit time
 * @param sent datagrams the sender counted
 */
record Measurement(long bytes, long nanos, long datagrams, long lost, long reordered, long jitterNanos, long sent) {
    private static final int LENGTH = 7 * Long.BYTES;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final int BITS_PER_BYTE = 8;

    static Measurement ofStream(long bytes, long nanos) {
        return new Measurement(bytes, nanos, 0, 0, 0, 0, 0);
    }

    double bitsPerSecond() {
        return nanos <= 0 ? 0 : bytes * BITS_PER_BYTE * NANOS_PER_SECOND / nanos;
    }

    double lostPercent() {
        return sent == 0 ? 0 : 100.0 * lost / sent;
    }

    /** The sum over parallel streams: the longest time, the mean jitter. */
    static Measurement sum(Iterable<Measurement> parts) {
        Measurement sum = new Measurement(0, 0, 0, 0, 0, 0, 0);
        long jitterNanos = 0;
        int count = 0;
        for (Measurement part : parts) {
            sum = new Measurement(
                    sum.bytes + part.bytes,
                    Math.max(sum.nanos, part.nanos),
                    sum.datagrams + part.datagrams,
                    sum.lost + part.lost,
                    sum.reordered + part.reordered,
                    0,
                    sum.sent + part.sent);
            jitterNanos += part.jitterNanos;
            count++;
        }
        return new Measurement(
                sum.bytes,
                sum.nanos,
                sum.datagrams,
                sum.lost,
                sum.reordered,
                count == 0 ? 0 : jitterNanos / count,
                sum.sent);
    }

    void send(SocketChannel channel) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(LENGTH)
                .putLong(bytes)
                .putLong(nanos)
                .putLong(datagrams)
                .putLong(lost)
                .putLong(reordered)
                .putLong(jitterNanos)
                .putLong(sent)
                .flip();
        Streams.writeFully(channel, buffer);
    }

    static Measurement receive(SocketChannel channel) throws IOException {
        ByteBuffer buffer = Streams.readFully(channel, LENGTH);
        return new Measurement(
                buffer.getLong(),
                buffer.getLong(),
                buffer.getLong(),
                buffer.getLong(),
                buffer.getLong(),
                buffer.getLong(),
                buffer.getLong());
    }

    Map<String, Object> fields(boolean datagram) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("bytes", bytes);
        fields.put("seconds", nanos / NANOS_PER_SECOND);
        fields.put("bitsPerSecond", bitsPerSecond());
        if (datagram) {
            fields.put("datagrams", datagrams);
            fields.put("sent", sent);
            fields.put("lost", lost);
            fields.put("lostPercent", lostPercent());
            fields.put("reordered", reordered);
            fields.put("jitterMicros", jitterNanos / 1000.0);
        }
        return fields;
    }
}
