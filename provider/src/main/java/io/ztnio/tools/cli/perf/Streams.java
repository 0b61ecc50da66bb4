package io.ztnio.tools.cli.perf;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.LongAdder;

/** Bulk transfer and echo over a blocking {@code SocketChannel}. */
final class Streams {
    private static final int RECEIVE_BUFFER_LENGTH = 256 * 1024;

    private Streams() {}

    static void writeFully(SocketChannel channel, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    /** Reads exactly {@code length} bytes. */
    static ByteBuffer readFully(SocketChannel channel, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        readFully(channel, buffer);
        return buffer;
    }

    /** Fills {@code buffer} and flips it. */
    static void readFully(SocketChannel channel, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                throw new EOFException("the other side closed the connection");
            }
        }
        buffer.flip();
    }

    /** Sends until the request's time or bytes are used up, then half-closes. */
    static void send(SocketChannel channel, PerfRequest request, LongAdder live) throws IOException {
        ByteBuffer block = ByteBuffer.allocateDirect(request.blockLength());
        long startNanos = System.nanoTime();
        Pacing pacing = new Pacing(startNanos, request.bitsPerSecond());
        long sent = 0;
        while (sent < request.maxBytes() && System.nanoTime() - startNanos < request.totalNanos()) {
            block.clear().limit((int) Math.min(block.capacity(), request.maxBytes() - sent));
            int written = channel.write(block);
            sent += written;
            live.add(written);
            pacing.await(sent);
        }
        channel.shutdownOutput();
    }

    /** Receives to the end, and measures from the end of the warm-up on. */
    static Measurement receive(SocketChannel channel, PerfRequest request, LongAdder live) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(RECEIVE_BUFFER_LENGTH);
        long startNanos = System.nanoTime();
        long lastNanos = startNanos;
        long bytes = 0;
        boolean warm = request.warmUp().isZero();
        for (int n = channel.read(buffer); n >= 0; n = channel.read(buffer.clear())) {
            lastNanos = System.nanoTime();
            live.add(n);
            if (warm) {
                bytes += n;
            } else if (lastNanos - startNanos >= request.warmUp().toNanos()) {
                warm = true;
                startNanos = lastNanos;
            }
        }
        return Measurement.ofStream(bytes, warm ? lastNanos - startNanos : 0);
    }

    /** Sends every block back, to the end. */
    static void echo(SocketChannel channel, PerfRequest request) throws IOException {
        ByteBuffer block = ByteBuffer.allocateDirect(request.blockLength());
        while (channel.read(block) >= 0) {
            writeFully(channel, block.flip());
            block.clear();
        }
    }

    /** Sends a block, awaits it, and again, until time or bytes are used up. */
    static void roundTrips(SocketChannel channel, PerfRequest request, Latencies latencies) throws IOException {
        ByteBuffer block = ByteBuffer.allocateDirect(request.blockLength());
        long startNanos = System.nanoTime();
        long now = startNanos;
        for (long sent = 0;
                sent < request.maxBytes() && now - startNanos < request.totalNanos();
                sent += request.blockLength()) {
            long before = System.nanoTime();
            writeFully(channel, block.clear());
            readFully(channel, block.clear());
            now = System.nanoTime();
            if (now - startNanos >= request.warmUp().toNanos()) {
                latencies.add(now - before);
            }
        }
        channel.shutdownOutput();
    }
}
