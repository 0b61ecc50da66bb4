package io.ztnio.tools.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.provider.contract.Background;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.SplittableRandom;
import java.util.function.LongConsumer;

/** Streams of bytes that follow from a seed, and their digests. */
final class Payload {
    private static final int CHUNK = 1 << 16;

    private Payload() {}

    /** Sends {@code length} bytes and the end of the stream; returns their digest. */
    static byte[] send(SocketChannel channel, int length, long seed, int chunk, LongConsumer written)
            throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        MessageDigest digest = sha256();
        byte[] bytes = new byte[chunk];
        for (int left = length; left > 0; ) {
            int count = Math.min(left, chunk);
            random.nextBytes(bytes);
            digest.update(bytes, 0, count);
            ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, count);
            while (buffer.hasRemaining()) {
                written.accept(channel.write(buffer));
            }
            left -= count;
        }
        channel.shutdownOutput();
        return digest.digest();
    }

    /** Sends both ways at once and compares. */
    static void exchange(SocketChannel a, SocketChannel b, int length) throws Exception {
        Background<byte[]> sentByA = Background.start(() -> send(a, length, 11, CHUNK, count -> {}));
        Background<byte[]> sentByB = Background.start(() -> send(b, length, 12, CHUNK, count -> {}));
        Background<Received> receivedByB = Background.start(() -> receive(b));
        Received receivedByA = receive(a);

        assertThat(receivedByA.bytes()).isEqualTo(length);
        assertThat(receivedByA.digest()).isEqualTo(sentByB.get());
        assertThat(receivedByB.get().bytes()).isEqualTo(length);
        assertThat(receivedByB.get().digest()).isEqualTo(sentByA.get());
    }

    private static Received receive(SocketChannel channel) throws IOException {
        Received received = new Received();
        while (received.read(channel, CHUNK)) {
            // To the end.
        }
        return received;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    /** What came so far. */
    static final class Received {
        private final MessageDigest digest = sha256();
        private long bytes;

        /** Reads once; false at the end of the stream. */
        boolean read(SocketChannel channel, int atMost) throws IOException {
            ByteBuffer buffer = ByteBuffer.allocate(atMost);
            int count = channel.read(buffer);
            digest.update(buffer.flip());
            bytes += Math.max(0, count);
            return count >= 0;
        }

        long bytes() {
            return bytes;
        }

        byte[] digest() {
            return digest.digest();
        }
    }
}
