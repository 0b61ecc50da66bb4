package io.ztnio.it.programs;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Connections over {@code java.net}, a virtual thread at each end, all of which wait at the same time: with few carriers
 * that goes on only if none of them is pinned.
 *
 * <p>Arguments: an own address and the number of connections. Prints {@code exchanged N}.
 */
public final class ManyThreads {
    private static final int MINUTES = 3;

    private ManyThreads() {}

    public static void main(String[] args) throws Exception {
        InetAddress own = InetAddress.getByName(args[0]);
        int count = Integer.parseInt(args[1]);
        CountDownLatch connected = new CountDownLatch(count);
        CountDownLatch answered = new CountDownLatch(count);
        AtomicInteger good = new AtomicInteger();
        try (ServerSocket listener = new ServerSocket(0, 1000, own)) {
            startVirtual(() -> {
                for (int i = 0; i < count; i++) {
                    Socket accepted = listener.accept();
                    startVirtual(() -> echo(accepted));
                }
            });
            for (int i = 0; i < count; i++) {
                int value = i & 0x7f;
                startVirtual(() -> {
                    try (Socket socket = new Socket(own, listener.getLocalPort())) {
                        connected.countDown();
                        connected.await();
                        socket.getOutputStream().write(value);
                        if (socket.getInputStream().read() == value) {
                            good.incrementAndGet();
                        }
                    } finally {
                        answered.countDown();
                    }
                });
            }
            if (!answered.await(MINUTES, TimeUnit.MINUTES)) {
                System.out.println(
                        "stuck: " + connected.getCount() + " to connect, " + answered.getCount() + " to be answered");
                System.exit(1);
            }
        }
        System.out.println("exchanged " + good);
        System.exit(good.get() == count ? 0 : 1);
    }

    private static void echo(Socket accepted) throws IOException {
        try (Socket socket = accepted) {
            socket.getOutputStream().write(socket.getInputStream().read());
        }
    }

    /** What a thread does. */
    private interface Task {
        void run() throws Exception;
    }

    /** Compiled for JDK 17, run on later ones. */
    private static void startVirtual(Task task) throws Exception {
        Runnable runnable = () -> {
            try {
                task.run();
            } catch (Exception e) {
                System.out.println("failed: " + e);
            }
        };
        Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, runnable);
    }
}
