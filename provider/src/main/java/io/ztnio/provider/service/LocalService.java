package io.ztnio.provider.service;

import io.ztnio.protocol.store.StateStore;
import io.ztnio.provider.os.OsProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * Serves the {@link LocalApi} by HTTP on the loopback interface of the operating system, whatever the provider captures: other
 * processes ask. Connections are bounded; a new one takes the place of that which has kept its request back the longest, so that
 * those who say nothing keep nobody out.
 *
 * <p>Thread: thread-safe; a daemon thread of its own, on which requests are answered one after the other.
 */
public final class LocalService implements AutoCloseable {
    /** Connections at once. */
    static final int MAX_CONNECTIONS = 64;

    private static final System.Logger LOG = System.getLogger("io.ztnio.service");
    private static final int BACKLOG = 16;
    private static final long LOOK_MILLIS = 500;
    private static final long END_MILLIS = 1_000;

    /** After a failed accept: whoever waits still waits, and a select returns at once. */
    private static final long ACCEPT_PAUSE_NANOS = 50_000_000L;

    private static final byte[] IPV4_LOOPBACK = {127, 0, 0, 1};
    private static final byte[] IPV6_LOOPBACK = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

    private final LocalApi api;
    private final LongSupplier clock;
    private final Selector selector;
    private final List<ServerSocketChannel> listeners = new ArrayList<>();
    private final Set<ApiConnection> connections = new HashSet<>();
    private final Thread thread = new Thread(this::run, "ztnio-api");
    private int port;
    private volatile boolean closed;

    private LocalService(LocalApi api, LongSupplier clock) throws IOException {
        this.api = api;
        this.clock = clock;
        this.selector = OsProvider.openSelector();
    }

    /**
     * Begins to serve on 127.0.0.1, and on ::1 where that can be had too.
     *
     * @param store of the node: tokens, and {@code local.conf}
     * @param home its directory, if it has one
     * @param port TCP port, 0 for a free one
     * @throws IOException if the port is taken, or the tokens cannot be read or made
     */
    public static LocalService start(
            ServedNode node, StateStore store, Optional<Path> home, ServedController controller, int port)
            throws IOException {
        LocalApi api = new LocalApi(node, store, home, controller, new SecureRandom());
        LocalService service = new LocalService(api, System::currentTimeMillis);
        try {
            service.port = service.listen(IPV4_LOOPBACK, port);
        } catch (IOException | RuntimeException | Error e) {
            service.release();
            throw e;
        }
        try {
            service.listen(IPV6_LOOPBACK, service.port);
        } catch (IOException | UnsupportedOperationException e) {
            LOG.log(System.Logger.Level.DEBUG, "the local API is not served on ::1: " + e.getMessage());
        }
        service.thread.setDaemon(true);
        service.thread.start();
        return service;
    }

    private int listen(byte[] loopback, int wanted) throws IOException {
        ServerSocketChannel listener = OsProvider.get().openServerSocketChannel();
        try {
            listener.bind(new InetSocketAddress(InetAddress.getByAddress(loopback), wanted), BACKLOG);
            listener.configureBlocking(false);
            listener.register(selector, SelectionKey.OP_ACCEPT);
            listeners.add(listener);
            return ((InetSocketAddress) listener.getLocalAddress()).getPort();
        } catch (IOException | RuntimeException | Error e) {
            listener.close();
            throw e;
        }
    }

    /** The TCP port. */
    public int port() {
        return port;
    }

    private void run() {
        try {
            while (!closed) {
                selector.select(connections.isEmpty() ? 0 : LOOK_MILLIS);
                for (SelectionKey key : selector.selectedKeys()) {
                    serve(key);
                }
                selector.selectedKeys().clear();
                long now = System.nanoTime();
                List.copyOf(connections).stream()
                        .filter(connection -> connection.isOverdue(now))
                        .forEach(this::end);
            }
        } catch (IOException | RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "the local API ends: " + e, e);
        } finally {
            release();
        }
    }

    private void serve(SelectionKey key) {
        ApiConnection connection = (ApiConnection) key.attachment();
        try {
            if (connection == null) {
                accept((ServerSocketChannel) key.channel());
            } else if (!connection.serve(clock.getAsLong(), System.nanoTime())) {
                end(connection);
            }
        } catch (IOException | RuntimeException e) {
            // Whoever it was of is gone; for the others nothing has happened.
            if (connection == null) {
                LOG.log(System.Logger.Level.DEBUG, "the local API cannot accept: " + e);
                LockSupport.parkNanos(ACCEPT_PAUSE_NANOS);
            } else {
                end(connection);
            }
        }
    }

    private void accept(ServerSocketChannel listener) throws IOException {
        SocketChannel channel = listener.accept();
        if (channel == null) {
            return;
        }
        if (connections.size() >= MAX_CONNECTIONS) {
            connections.stream()
                    .min(Comparator.comparingLong(ApiConnection::sinceNanos))
                    .ifPresent(this::end);
        }
        try {
            channel.configureBlocking(false);
            connections.add(new ApiConnection(api, channel, selector, System.nanoTime()));
        } catch (IOException | RuntimeException | Error e) {
            channel.close();
            throw e;
        }
    }

    private void end(ApiConnection connection) {
        connections.remove(connection);
        connection.close();
    }

    /** By its thread, or before that has begun. */
    private void release() {
        List.copyOf(connections).forEach(this::end);
        try {
            for (ServerSocketChannel listener : listeners) {
                listener.close();
            }
            selector.close();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "local API: " + e);
        }
    }

    /** Ends it; a request that is under way is broken off. */
    @Override
    public void close() {
        closed = true;
        selector.wakeup();
        try {
            thread.join(END_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
