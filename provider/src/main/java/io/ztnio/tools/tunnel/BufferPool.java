package io.ztnio.tools.tunnel;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Buffers of one size. A direction of a connection holds one only while bytes wait for a slow receiver, so idle
 * connections cost nothing.
 *
 * <p>Thread: the tunnel's.
 */
final class BufferPool {
    /** Buffers kept for the next use; more than that are left to the garbage collector. */
    private static final int MAX_KEPT = 64;

    private final int sizeBytes;
    private final Deque<ByteBuffer> kept = new ArrayDeque<>();

    BufferPool(int sizeBytes) {
        this.sizeBytes = sizeBytes;
    }

    /** An empty buffer. */
    ByteBuffer take() {
        ByteBuffer buffer = kept.pollLast();
        return buffer == null ? ByteBuffer.allocateDirect(sizeBytes) : buffer.clear();
    }

    void giveBack(ByteBuffer buffer) {
        if (kept.size() < MAX_KEPT) {
            kept.addLast(buffer);
        }
    }
}
