package io.ztnio.it.programs;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousSocketChannel;
import java.util.concurrent.Future;
import java.util.zip.CRC32;

/**
 * Sends bytes to an echo server and reads them back at the same time, by futures of the default group. Prints the
 * provider's class and {@code echoed <bytes>}.
 *
 * <p>Arguments: address, port, bytes.
 */
public final class AsyncEchoClient {
    private static final int BUFFER_BYTES = 32 * 1024;

    private AsyncEchoClient() {}

    public static void main(String[] args) throws Exception {
        InetSocketAddress server = new InetSocketAddress(InetAddress.getByName(args[0]), Integer.parseInt(args[1]));
        long bytes = Long.parseLong(args[2]);
        try (AsynchronousSocketChannel channel = AsynchronousSocketChannel.open()) {
            System.out.println("provider " + channel.provider().getClass().getName());
            channel.connect(server).get();
            echo(channel, bytes);
        }
        System.out.println("echoed " + bytes);
    }

    private static void echo(AsynchronousSocketChannel channel, long bytes) throws Exception {
        CRC32 sent = new CRC32();
        CRC32 received = new CRC32();
        ByteBuffer out = ByteBuffer.allocate(BUFFER_BYTES).limit(0);
        ByteBuffer in = ByteBuffer.allocate(BUFFER_BYTES);
        long written = 0;
        long read = 0;
        Future<Integer> reading = channel.read(in);
        while (read < bytes) {
            if (written < bytes && (written - read < BUFFER_BYTES || !reading.isDone())) {
                if (!out.hasRemaining()) {
                    fill(out, written, bytes);
                    sent.update(out.duplicate());
                }
                if (written - read < 8L * BUFFER_BYTES) {
                    written += channel.write(out).get();
                    continue;
                }
            }
            int count = reading.get();
            if (count < 0) {
                throw new IllegalStateException("the stream ended after " + read + " bytes");
            }
            read += count;
            received.update(in.flip());
            reading = channel.read(in.clear());
        }
        channel.shutdownOutput();
        if (reading.get() != -1 || sent.getValue() != received.getValue()) {
            throw new IllegalStateException("not the bytes that were sent");
        }
    }

    private static void fill(ByteBuffer out, long position, long bytes) {
        out.clear();
        int length = (int) Math.min(out.capacity(), bytes - position);
        for (int i = 0; i < length; i++) {
            out.put((byte) (((position + i) * 31) >> 3));
        }
        out.flip();
    }
}
