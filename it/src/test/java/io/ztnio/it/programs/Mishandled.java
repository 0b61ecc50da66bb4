package io.ztnio.it.programs;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * A program that runs out of memory, stops threads by force (where the JDK lets it) and interrupts every thread there is, while
 * it talks to itself. After each of these a new connection has to work, and the process has to end when it wants to.
 *
 * <p>Arguments: an own address and a seed. Prints a line for each thing survived.
 */
public final class Mishandled {
    private static final int ROUNDS = 15;
    private static final int STOPS = 150;
    private static final int TALKERS = 3;
    private static final int CHUNK = 1 << 20;
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final Random random;
    private final InetSocketAddress server;

    private Mishandled(InetSocketAddress server, long seed) {
        this.server = server;
        this.random = new Random(seed);
    }

    public static void main(String[] args) throws IOException {
        ServerSocketChannel listener = ServerSocketChannel.open();
        listener.bind(new InetSocketAddress(InetAddress.getByName(args[0]), 0));
        start("accept", () -> accept(listener));
        Mishandled program = new Mishandled((InetSocketAddress) listener.getLocalAddress(), Long.parseLong(args[1]));
        program.exchange(1);
        program.outOfMemory();
        program.exchange(1);
        System.out.println("survived: no memory");
        if (Runtime.version().feature() < 20) {
            program.stopThreads();
            program.exchange(1);
            System.out.println("survived: threads stopped");
        }
        program.interruptAll();
        program.exchange(1);
        System.out.println("survived: all threads interrupted, " + idlePercent() + " % of a processor when idle");
        System.exit(0);
    }

    private void outOfMemory() {
        AtomicBoolean over = new AtomicBoolean();
        List<Thread> talkers = new ArrayList<>();
        for (int i = 0; i < TALKERS; i++) {
            talkers.add(start("talker", () -> talkUntil(over)));
        }
        for (int round = 0; round < ROUNDS; round++) {
            fillMemory();
        }
        over.set(true);
        talkers.forEach(Mishandled::join);
    }

    @SuppressWarnings("ModifiedButNotUsed") // what is wanted is the room that it takes
    private static void fillMemory() {
        List<byte[]> ballast = new ArrayList<>();
        int chunk = CHUNK;
        while (chunk > 16) {
            try {
                ballast.add(new byte[chunk]);
            } catch (OutOfMemoryError e) {
                chunk /= 2;
            }
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        ballast.clear();
    }

    private void talkUntil(AtomicBoolean over) {
        while (!over.get()) {
            try {
                exchange(100);
            } catch (IOException | OutOfMemoryError | IllegalArgumentException e) {
                // What this program deserves. The last one is what a try with resources makes of two failures that are
                // one.
            }
        }
    }

    @SuppressWarnings({"deprecation", "removal"}) // that is what is tried
    private void stopThreads() {
        for (int i = 0; i < STOPS; i++) {
            AtomicBoolean over = new AtomicBoolean();
            Thread talker = start("doomed", () -> talkUntil(over));
            LockSupport.parkNanos(1 + random.nextInt(3_000_000));
            talker.stop();
            // What stops it may end as the suppressed exception of another one, which it is ready for.
            over.set(true);
            join(talker);
        }
    }

    private void interruptAll() {
        for (int i = 0; i < 20; i++) {
            for (Thread thread : Thread.getAllStackTraces().keySet()) {
                if (thread.getName().startsWith("ztnio")) {
                    thread.interrupt();
                }
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
    }

    /** What the library's threads use while nothing happens. */
    private static long idlePercent() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long before = libraryNanos(threads);
        long begun = System.nanoTime();
        while (System.nanoTime() - begun < IDLE_NANOS) {
            LockSupport.parkNanos(IDLE_NANOS);
        }
        return (libraryNanos(threads) - before) * 100 / (System.nanoTime() - begun);
    }

    private static long libraryNanos(ThreadMXBean threads) {
        return Arrays.stream(threads.getAllThreadIds())
                .filter(id -> threads.getThreadInfo(id) != null
                        && threads.getThreadInfo(id).getThreadName().startsWith("ztnio"))
                .map(threads::getThreadCpuTime)
                .sum();
    }

    /** Connects, and sends and gets back so many bytes, one by one. */
    private void exchange(int count) throws IOException {
        try (SocketChannel channel = SocketChannel.open(server)) {
            ByteBuffer buffer = ByteBuffer.allocate(1);
            for (int i = 0; i < count; i++) {
                buffer.clear().put((byte) i).flip();
                channel.write(buffer);
                buffer.clear();
                if (channel.read(buffer) != 1 || buffer.get(0) != (byte) i) {
                    throw new IOException("not what was sent");
                }
            }
        }
    }

    private static void accept(ServerSocketChannel listener) {
        while (listener.isOpen()) {
            try {
                SocketChannel accepted = listener.accept();
                start("echo", () -> echo(accepted));
            } catch (IOException | OutOfMemoryError e) {
                // The next one may be luckier.
            }
        }
    }

    private static void echo(SocketChannel accepted) {
        try (SocketChannel channel = accepted) {
            ByteBuffer buffer = ByteBuffer.allocate(64);
            while (channel.read(buffer.clear()) > 0) {
                channel.write(buffer.flip());
            }
        } catch (IOException | OutOfMemoryError e) {
            // Its client sees it.
        }
    }

    private static Thread start(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** Waits for its end; what it waits for, from a peer that had no memory to answer or even to close, it is told to give up. */
    private static void join(Thread thread) {
        try {
            while (thread.isAlive()) {
                thread.interrupt();
                thread.join(100);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
