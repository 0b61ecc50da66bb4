package io.ztnio.tools.cli.perf;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/**
 * What a client asks for, first thing on its TCP connection: magic (4 bytes), kind (1), block length (4), warm-up (8),
 * duration (8), byte limit (8), rate (8), session (8).
 *
 * @param blockLength bytes of a write, a request or a datagram
 * @param warmUp time at the start that is not measured
 * @param duration measured time
 * @param maxBytes end after so many bytes (connects: so many of them), {@link Long#MAX_VALUE} for no limit
 * @param bitsPerSecond limit of the rate, 0 for none
 * @param session tells this session's datagrams from strangers'
 */
record PerfRequest(
        Kind kind,
        int blockLength,
        Duration warmUp,
        Duration duration,
        long maxBytes,
        long bitsPerSecond,
        long session) {
    static final int MAX_BLOCK_LENGTH = 1 << 20;
    static final int MAX_DATAGRAM_LENGTH = 65_507;

    private static final int MAGIC = 0x7a70_6632;
    private static final int LENGTH = 49;

    private static final long MAX_NANOS = Duration.ofDays(1).toNanos();

    /** Who sends what. */
    enum Kind {
        STREAM(0),
        STREAM_REVERSE(1),
        STREAM_ROUND_TRIP(2),
        DATAGRAM(3),
        DATAGRAM_REVERSE(4),
        DATAGRAM_ROUND_TRIP(5),
        CONNECT(6);

        private final int code;

        Kind(int code) {
            this.code = code;
        }

        boolean isDatagram() {
            return this == DATAGRAM || this == DATAGRAM_REVERSE || this == DATAGRAM_ROUND_TRIP;
        }

        private static Optional<Kind> of(int code) {
            return Arrays.stream(values()).filter(kind -> kind.code == code).findFirst();
        }
    }

    PerfRequest {
        int max = kind.isDatagram() ? MAX_DATAGRAM_LENGTH : MAX_BLOCK_LENGTH;
        int min = kind.isDatagram() ? Datagrams.HEADER_LENGTH : 1;
        if (blockLength < min || blockLength > max) {
            throw new IllegalArgumentException("the length must be from " + min + " to " + max);
        }
        if (maxBytes <= 0 || bitsPerSecond < 0) {
            throw new IllegalArgumentException("bytes and rate must be positive");
        }
    }

    /** Warm-up and measured time. */
    long totalNanos() {
        return warmUp.plus(duration).toNanos();
    }

    void send(SocketChannel channel) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(LENGTH)
                .putInt(MAGIC)
                .put((byte) kind.code)
                .putInt(blockLength)
                .putLong(warmUp.toNanos())
                .putLong(duration.toNanos())
                .putLong(maxBytes)
                .putLong(bitsPerSecond)
                .putLong(session)
                .flip();
        Streams.writeFully(channel, buffer);
    }

    /** Reads a request; none if the connection ends before it. */
    static Optional<PerfRequest> receive(SocketChannel channel) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(LENGTH);
        if (channel.read(buffer) < 0) {
            return Optional.empty();
        }
        Streams.readFully(channel, buffer);
        int magic = buffer.getInt();
        Optional<Kind> kind = Kind.of(buffer.get());
        if (magic != MAGIC || kind.isEmpty()) {
            throw new IOException("the other side is not a ztnio perf of this version");
        }
        int blockLength = buffer.getInt();
        Duration warmUp = duration(buffer.getLong());
        Duration duration = duration(buffer.getLong());
        try {
            return Optional.of(new PerfRequest(
                    kind.get(), blockLength, warmUp, duration, buffer.getLong(), buffer.getLong(), buffer.getLong()));
        } catch (IllegalArgumentException e) {
            throw new IOException("a client asked for the impossible: " + e.getMessage(), e);
        }
    }

    private static Duration duration(long nanos) throws IOException {
        if (nanos < 0 || nanos > MAX_NANOS) {
            throw new IOException("a client asked for more than a day");
        }
        return Duration.ofNanos(nanos);
    }
}
