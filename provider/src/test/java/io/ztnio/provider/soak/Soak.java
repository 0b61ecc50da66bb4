package io.ztnio.provider.soak;

import io.ztnio.provider.ZeroTierSelectorProvider;
import io.ztnio.provider.runtime.OverlayNetworks;
import io.ztnio.provider.usage.ListenerSocket;
import io.ztnio.provider.usage.StreamSocket;
import io.ztnio.provider.usage.Usage;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Connections from one node to another that come and go: so many at once, each a {@link Talk}, of all ways of use mixed.
 * Thread: the runs one after the other.
 */
final class Soak implements Closeable {
    private static final long STACK_BYTES = 256 << 10;

    /** Who has reset says so to a peer that may not have heard of it. */
    private static final long CUT_MILLIS = 2_000;

    private static final long PATIENCE_SECONDS = 300;

    private final Map<Usage, Usage.Sockets> clients = new EnumMap<>(Usage.class);
    private final SharedSelector clientSelector;
    private final SharedSelector serverSelector;
    private final Map<Usage, ListenerSocket> listeners = new EnumMap<>(Usage.class);
    private final Map<Usage, InetSocketAddress> addresses = new EnumMap<>(Usage.class);
    private final ScheduledExecutorService cuts = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "soak-cuts");
        thread.setDaemon(true);
        return thread;
    });
    private final Map<Long, Talk> talks = new ConcurrentHashMap<>();

    /** Accepted connections whose talk is not known yet. */
    private final Set<StreamSocket> nameless = ConcurrentHashMap.newKeySet();

    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final AtomicLong numbers = new AtomicLong();
    private final AtomicLong ended = new AtomicLong();
    private final AtomicLong broken = new AtomicLong();
    private final int most;
    private volatile boolean closed;

    /**
     * Listens.
     *
     * @param serverAddress the server's own address
     * @param most bytes of each direction
     */
    Soak(OverlayNetworks client, OverlayNetworks server, InetAddress serverAddress, int most) throws IOException {
        this.most = most;
        this.clientSelector = new SharedSelector(new ZeroTierSelectorProvider(client));
        this.serverSelector = new SharedSelector(new ZeroTierSelectorProvider(server));
        for (Usage usage : Usage.values()) {
            InetSocketAddress any = new InetSocketAddress(serverAddress, 0);
            clients.put(usage, usage.on(client));
            ListenerSocket listener = usage == Usage.SELECTOR ? serverSelector.listen(any) : usage.listen(server, any);
            listeners.put(usage, listener);
            addresses.put(usage, listener.address());
            start("soak-accept-" + usage, () -> accept(listener));
        }
    }

    /** Keeps so many connections going for a while, and waits until all are over. */
    void run(int connections, long nanos, SplittableRandom random) throws InterruptedException {
        long end = System.nanoTime() + nanos;
        List<Thread> slots = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            SplittableRandom mine = random.split();
            slots.add(start("soak-client-" + i, () -> {
                while (System.nanoTime() - end < 0 && failures.isEmpty()) {
                    hold(new Talk(numbers.incrementAndGet(), mine, most));
                }
            }));
        }
        long deadline = end + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        for (Thread slot : slots) {
            slot.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime())));
            if (slot.isAlive()) {
                failures.add(stuck(slot));
                break;
            }
        }
        nameless.forEach(this::cut);
    }

    private AssertionError stuck(Thread slot) {
        AssertionError stuck = new AssertionError("does not end: " + slot.getName() + ", of " + talks.values());
        stuck.setStackTrace(slot.getStackTrace());
        return stuck;
    }

    private static Thread start(String name, Runnable task) {
        Thread thread = new Thread(null, task, name, STACK_BYTES);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** One connection from beginning to end. */
    private void hold(Talk talk) {
        talks.put(talk.number, talk);
        try (StreamSocket stream = connect(talk)) {
            talk.clientEnd = stream;
            talk.ask(stream);
        } catch (IOException | RuntimeException e) {
            judge(talk, "client", e);
        }
        if (talk.end == Talk.End.CLIENT_RESETS) {
            // The server may never hear of the connection.
            cutLater(talk);
        } else if (failures.isEmpty()) {
            try {
                if (!talk.served.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                    failures.add(new AssertionError("the server does not end: " + talk));
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            talks.remove(talk.number);
        }
        ended.incrementAndGet();
    }

    private StreamSocket connect(Talk talk) throws IOException {
        InetSocketAddress remote = addresses.get(talk.server);
        return talk.client == Usage.SELECTOR
                ? clientSelector.connect(remote)
                : clients.get(talk.client).connect(remote);
    }

    private void accept(ListenerSocket listener) {
        while (!closed) {
            try {
                StreamSocket accepted = listener.accept();
                nameless.add(accepted);
                start("soak-server", () -> serve(accepted));
            } catch (IOException e) {
                if (!closed) {
                    failures.add(e);
                }
                return;
            }
        }
    }

    private void serve(StreamSocket accepted) {
        Talk talk = null;
        try (accepted) {
            ByteBuffer header = ByteBuffer.allocate(Talk.HEADER);
            while (header.hasRemaining()) {
                if (accepted.read(header) < 0) {
                    throw new IOException("ended in front of the header");
                }
            }
            talk = talks.get(header.getLong(0));
            nameless.remove(accepted);
            if (talk == null) {
                // Its client reset it, and was not waited for.
                return;
            }
            talk.serverEnd = accepted;
            if (talk.cut) {
                return;
            }
            talk.answer(accepted);
            if (talk.end == Talk.End.SERVER_RESETS) {
                cutLater(talk);
            }
        } catch (IOException | RuntimeException e) {
            if (talk == null) {
                broken.incrementAndGet();
            } else {
                judge(talk, "server", e);
            }
        } finally {
            nameless.remove(accepted);
            if (talk != null) {
                talk.served.countDown();
            }
        }
    }

    /** A reset may be lost, and the peer wait for ever. */
    private void cutLater(Talk talk) {
        Future<?> unused = cuts.schedule(
                () -> {
                    talk.cut = true;
                    talks.remove(talk.number);
                    cut(talk.end == Talk.End.CLIENT_RESETS ? talk.serverEnd : talk.clientEnd);
                },
                CUT_MILLIS,
                TimeUnit.MILLISECONDS);
    }

    private void cut(StreamSocket stream) {
        try (stream) {
            broken.incrementAndGet();
        } catch (IOException | RuntimeException e) {
            failures.add(e);
        }
    }

    private void judge(Talk talk, String side, Exception failure) {
        boolean expected = failure instanceof IOException
                && !(failure instanceof Talk.WrongBytesException)
                && talk.end != Talk.End.ORDERLY;
        if (!expected) {
            failures.add(new AssertionError(side + " of " + talk + ": " + failure, failure));
        }
    }

    List<Throwable> failures() {
        return List.copyOf(failures);
    }

    /** Connections that have come and gone. */
    long count() {
        return ended.get();
    }

    /** Keys of channels that are open, of both selectors. */
    int keys() {
        return clientSelector.keys() + serverSelector.keys();
    }

    @Override
    public void close() throws IOException {
        closed = true;
        for (ListenerSocket listener : listeners.values()) {
            listener.close();
        }
        clientSelector.close();
        serverSelector.close();
        cuts.shutdownNow();
    }
}
