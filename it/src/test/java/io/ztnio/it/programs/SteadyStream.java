package io.ztnio.it.programs;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A byte twenty times a second to an echo service over one connection, each awaited. Prints {@code connected after <n> ms},
 * {@code echo <n>} for each hundredth, {@code paused <n> ms} after each second or more without an answer, and {@code echoed <n>, longest pause <n> ms} at the end.
 *
 * <p>Arguments: address, port, number of bytes.
 */
public final class SteadyStream {
    private static final long INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int NEWS = 100;

    private SteadyStream() {}

    public static void main(String[] args) throws IOException {
        int count = Integer.parseInt(args[2]);
        long start = System.nanoTime();
        long longest = 0;
        try (SocketChannel channel = PatientConnect.open(new InetSocketAddress(args[0], Integer.parseInt(args[1])))) {
            System.out.println("connected after " + millis(System.nanoTime() - start) + " ms");
            ByteBuffer one = ByteBuffer.allocate(1);
            long previous = System.nanoTime();
            for (int i = 1; i <= count; i++) {
                channel.write(one.clear());
                if (channel.read(one.clear()) != 1) {
                    throw new IOException("ended after " + i);
                }
                long now = System.nanoTime();
                longest = Math.max(longest, now - previous);
                if (now - previous >= PAUSE_NANOS) {
                    System.out.println("paused " + millis(now - previous) + " ms");
                }
                previous = now;
                if (i % NEWS == 0) {
                    System.out.println("echo " + i);
                }
                LockSupport.parkNanos(INTERVAL_NANOS);
            }
        }
        System.out.println("echoed " + count + ", longest pause " + millis(longest) + " ms");
    }

    private static long millis(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos);
    }
}
