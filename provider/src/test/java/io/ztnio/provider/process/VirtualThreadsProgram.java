package io.ztnio.provider.process;

import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Connections over channels in blocking mode, a virtual thread at each end, all of which wait at the same time: with few
 * carriers that goes on only if none of them is pinned.
 *
 * <p>Arguments: an own address, the number of connections, and the number of sockets of both stacks each of which has a
 * virtual thread that waits for what never comes. Prints {@code exchanged N}.
 */
final class VirtualThreadsProgram {
    private static final int BACKLOG = 4096;
    private static final int MINUTES = 2;

    private VirtualThreadsProgram() {}

    public static void main(String[] args) throws Exception {
        InetAddress own = InetAddress.getByName(args[0]);
        int count = Integer.parseInt(args[1]);
        List<AutoCloseable> idle = waitInBothStacks(Integer.parseInt(args[2]));
        CountDownLatch connected = new CountDownLatch(count);
        CountDownLatch answered = new CountDownLatch(count);
        AtomicInteger good = new AtomicInteger();
        try (ServerSocketChannel listener = ServerSocketChannel.open().bind(new InetSocketAddress(own, 0), BACKLOG)) {
            startVirtual(() -> {
                for (int i = 0; i < count; i++) {
                    SocketChannel accepted = listener.accept();
                    startVirtual(() -> echo(accepted));
                }
            });
            for (int i = 0; i < count; i++) {
                byte value = (byte) i;
                startVirtual(() -> {
                    try (SocketChannel channel = SocketChannel.open(listener.getLocalAddress())) {
                        connected.countDown();
                        connected.await();
                        channel.write(ByteBuffer.wrap(new byte[] {value}));
                        ByteBuffer answer = ByteBuffer.allocate(1);
                        if (channel.read(answer) == 1 && answer.get(0) == value) {
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
        for (AutoCloseable each : idle) {
            each.close();
        }
        System.out.println("exchanged " + good);
        System.exit(good.get() == count ? 0 : 1);
    }

    /** Listeners, channels and sockets on the wildcard address, each with a thread that waits in it. */
    private static List<AutoCloseable> waitInBothStacks(int count) throws Exception {
        List<AutoCloseable> idle = new ArrayList<>();
        CountDownLatch entered = new CountDownLatch(3 * count);
        for (int i = 0; i < count; i++) {
            ServerSocketChannel listener = ServerSocketChannel.open().bind(null);
            idle.add(listener);
            startWaiting(entered, listener::accept);
            DatagramChannel datagrams = DatagramChannel.open().bind(null);
            idle.add(datagrams);
            startWaiting(entered, () -> datagrams.receive(ByteBuffer.allocate(1)));
            DatagramSocket view = DatagramChannel.open().bind(null).socket();
            idle.add(view);
            startWaiting(entered, () -> view.receive(new java.net.DatagramPacket(new byte[1], 1)));
        }
        entered.await();
        return idle;
    }

    private static void startWaiting(CountDownLatch entered, Task wait) throws Exception {
        startVirtual(() -> {
            entered.countDown();
            try {
                wait.run();
                System.out.println("ended without a reason");
            } catch (java.io.IOException e) {
                // Closed at the end.
            }
        });
    }

    private static void echo(SocketChannel accepted) throws Exception {
        try (accepted) {
            ByteBuffer one = ByteBuffer.allocate(1);
            accepted.read(one);
            accepted.write(one.flip());
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
