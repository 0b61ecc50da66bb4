package io.ztnio.tools.tunnel;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One direction of a connection. It reads only while nothing waits to be written, so a slow receiver slows its sender
 * down; the end of the input becomes the end of the output.
 *
 * <p>Thread: the tunnel's.
 */
final class Pump {
    /** Bytes moved before other connections have their turn. */
    private static final int BURST_BYTES = 1 << 18;

    private final SocketChannel source;
    private final SocketChannel sink;
    private final BufferPool pool;
    private final AtomicLong total;

    /** What was read and not yet written, or {@code null}. */
    private ByteBuffer pending;

    private boolean sourceEnded;
    private boolean sinkShut;
    private long bytes;

    /** @param total counts the bytes of all connections in this direction */
    Pump(SocketChannel source, SocketChannel sink, BufferPool pool, AtomicLong total) {
        this.source = source;
        this.sink = sink;
        this.pool = pool;
        this.total = total;
    }

    /** Moves what can be moved without waiting, up to a burst. */
    void move() throws IOException {
        long start = bytes;
        while (bytes - start < BURST_BYTES && (pending != null || fill())) {
            int written = sink.write(pending);
            bytes += written;
            total.lazySet(total.get() + written);
            if (pending.hasRemaining()) {
                break;
            }
            release();
        }
        if (sourceEnded && pending == null && !sinkShut) {
            sinkShut = true;
            sink.shutdownOutput();
        }
    }

    private boolean fill() throws IOException {
        if (sourceEnded) {
            return false;
        }
        ByteBuffer buffer = pool.take();
        int count = 0;
        try {
            count = source.read(buffer);
        } finally {
            if (count > 0) {
                pending = buffer.flip();
            } else {
                pool.giveBack(buffer);
            }
        }
        sourceEnded = count < 0;
        return count > 0;
    }

    /** The operations of {@code channel} that this direction waits for. */
    int interest(SocketChannel channel) {
        int ops = 0;
        if (channel == source && pending == null && !sourceEnded) {
            ops |= SelectionKey.OP_READ;
        }
        if (channel == sink && pending != null) {
            ops |= SelectionKey.OP_WRITE;
        }
        return ops;
    }

    /** Whether the end of the input has been passed on. */
    boolean isFinished() {
        return sinkShut;
    }

    long bytes() {
        return bytes;
    }

    /** Gives the buffer back; what is in it is lost. */
    void release() {
        if (pending != null) {
            pool.giveBack(pending);
            pending = null;
        }
    }
}
