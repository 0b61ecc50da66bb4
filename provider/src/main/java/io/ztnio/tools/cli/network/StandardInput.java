package io.ztnio.tools.cli.network;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * What is read from an input stream, for waiting that can be interrupted. A few chunks are read ahead.
 *
 * <p>Thread: one reader of its own, started with the first {@link #take}; takers one after the other.
 */
final class StandardInput {
    private static final int CHUNK_BYTES = 1 << 15;
    private static final int CHUNKS = 4;

    private final BlockingQueue<Optional<byte[]>> chunks = new ArrayBlockingQueue<>(CHUNKS);
    private final InputStream in;
    private boolean started;
    private boolean ended;

    StandardInput(InputStream in) {
        this.in = in;
    }

    /** The next bytes; empty at the end of the input, and from then on. */
    Optional<byte[]> take() throws InterruptedException {
        if (ended) {
            return Optional.empty();
        }
        if (!started) {
            started = true;
            Thread reader = new Thread(this::read, "ztnio-stdin");
            reader.setDaemon(true);
            reader.start();
        }
        Optional<byte[]> chunk = chunks.take();
        ended = chunk.isEmpty();
        return chunk;
    }

    private void read() {
        byte[] buffer = new byte[CHUNK_BYTES];
        try {
            for (int count = next(buffer); count >= 0; count = next(buffer)) {
                chunks.put(Optional.of(Arrays.copyOf(buffer, count)));
            }
            chunks.put(Optional.empty());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** An input that fails has ended. */
    private int next(byte[] buffer) {
        try {
            return in.read(buffer);
        } catch (IOException e) {
            System.err.println("ztnio: standard input: " + e.getMessage());
            return -1;
        }
    }
}
