package io.ztnio.it.programs;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Arrays;

/**
 * Round trips of one small message over a blocking channel, against {@link NioEcho}. Prints {@code begun} after the first, and
 * {@code <count> round trips, median <n> us, 99th percentile <n> us}.
 *
 * <p>Arguments: address, port, count.
 */
public final class NioEchoClient {
    private static final int MESSAGE_BYTES = 64;

    private NioEchoClient() {}

    public static void main(String[] args) throws IOException {
        int count = Integer.parseInt(args[2]);
        long[] roundTripNanos = new long[count];
        try (SocketChannel channel = SocketChannel.open(new InetSocketAddress(args[0], Integer.parseInt(args[1])))) {
            ByteBuffer message = ByteBuffer.allocate(MESSAGE_BYTES);
            for (int i = 0; i < count; i++) {
                long start = System.nanoTime();
                roundTrip(channel, message.clear(), i);
                roundTripNanos[i] = System.nanoTime() - start;
                if (i == 0) {
                    System.out.println("begun");
                }
            }
        }
        Arrays.sort(roundTripNanos);
        System.out.printf(
                "%d round trips, median %d us, 99th percentile %d us%n",
                count, roundTripNanos[count / 2] / 1000, roundTripNanos[count * 99 / 100] / 1000);
    }

    private static void roundTrip(SocketChannel channel, ByteBuffer message, int sequence) throws IOException {
        message.putInt(0, sequence);
        while (message.hasRemaining()) {
            channel.write(message);
        }
        message.clear();
        while (message.hasRemaining()) {
            if (channel.read(message) < 0) {
                throw new IOException("closed by the server in round trip " + sequence);
            }
        }
        if (message.getInt(0) != sequence) {
            throw new IOException("round trip " + sequence + " echoed " + message.getInt(0));
        }
    }
}
