package io.ztnio.provider.runtime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Bytes from a seed that one end writes, with the end of the stream, and the other reads until then. */
final class BulkBytes {
    static final int LENGTH = 16 << 20;

    private BulkBytes() {}

    static byte[] bytes(long seed) {
        byte[] bytes = new byte[LENGTH];
        new SplittableRandom(seed).nextBytes(bytes);
        return bytes;
    }

    static void write(SocketChannel channel, byte[] data) {
        try {
            channel.write(ByteBuffer.wrap(data));
            channel.shutdownOutput();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] read(SocketChannel channel) {
        try {
            ByteBuffer buffer = ByteBuffer.allocate(LENGTH + 1);
            while (channel.read(buffer) >= 0) {
                // Until the end of the stream.
            }
            return Arrays.copyOf(buffer.array(), buffer.position());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
