package io.ztnio.provider.dns;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.SelectorProvider;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * Carries a task's messages. Its sockets live as long as the task, so that each has ports that nobody knows in advance;
 * they are bound to an own address on the network, so that nothing can leave any other way.
 *
 * <p>Thread: thread-safe; a task belongs to who runs it.
 */
final class DnsTransport {
    static final int PORT = 53;

    private static final String NO_SERVER = "nothing listens on UDP port " + PORT;
    private static final int BUFFER_BYTES = 4096;

    /** Datagrams of a socket before time is looked at again. */
    private static final int BURST = 32;

    private final SelectorProvider channels;
    private final LongSupplier nanoClock;

    DnsTransport(SelectorProvider channels, LongSupplier nanoClock) {
        this.channels = channels;
        this.nanoClock = nanoClock;
    }

    /**
     * Runs a task to its end.
     *
     * @throws IOException if no socket can be had at all
     */
    void run(DnsTask task, List<DnsServer> servers) throws IOException {
        // A selector does not wait with an interrupt pending; the JDK's resolver does not care for one.
        boolean interrupted = Thread.interrupted();
        try (Run run = new Run(task, servers)) {
            while (!task.isDone()) {
                interrupted |= run.step();
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private final class Run implements AutoCloseable {
        private final DnsTask task;
        private final Map<InetAddress, InetAddress> sources;
        private final Map<InetAddress, DatagramChannel> sockets = new HashMap<>();
        private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        private final Selector selector;

        Run(DnsTask task, List<DnsServer> servers) throws IOException {
            this.task = task;
            this.sources = servers.stream()
                    .collect(Collectors.toMap(DnsServer::address, DnsServer::source, (first, again) -> first));
            this.selector = channels.openSelector();
        }

        /** Sends what is due, waits, takes what came; whether the thread was interrupted meanwhile. */
        boolean step() throws IOException {
            long now = nanoClock.getAsLong();
            for (DnsSend send = task.poll(now); send != null; send = task.poll(now)) {
                send(send, now);
            }
            if (task.isDone()) {
                return false;
            }
            long wait = task.deadlineNanos(now) - now;
            selector.select(TimeUnit.NANOSECONDS.toMillis(wait) + 1);
            boolean interrupted = Thread.interrupted();
            Iterator<SelectionKey> ready = selector.selectedKeys().iterator();
            while (ready.hasNext()) {
                SelectionKey key = ready.next();
                ready.remove();
                if (key.isValid()) {
                    take(key);
                }
            }
            return interrupted;
        }

        private void send(DnsSend send, long now) {
            try {
                if (send.stream()) {
                    StreamQuery.open(channels, selector, sources.get(send.server()), send);
                } else {
                    socket(send.server()).write(ByteBuffer.wrap(send.message()));
                }
            } catch (IOException | RuntimeException e) {
                task.onFailure(send.server(), text(e), now);
            }
        }

        /** Connected, so that nobody else's datagrams count, and that a port without a server is told. */
        private DatagramChannel socket(InetAddress server) throws IOException {
            DatagramChannel known = sockets.get(server);
            if (known != null) {
                return known;
            }
            DatagramChannel channel = channels.openDatagramChannel();
            sockets.put(server, channel);
            channel.bind(new InetSocketAddress(sources.get(server), 0));
            channel.connect(new InetSocketAddress(server, PORT));
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ, server);
            return channel;
        }

        private void take(SelectionKey key) {
            if (key.attachment() instanceof StreamQuery query) {
                take(query);
                return;
            }
            DatagramChannel channel = (DatagramChannel) key.channel();
            InetAddress server = (InetAddress) key.attachment();
            try {
                for (int i = 0; i < BURST && channel.read(buffer.clear()) > 0; i++) {
                    task.onMessage(server, bytes(buffer.flip()), false, nanoClock.getAsLong());
                }
            } catch (IOException e) {
                task.onFailure(server, text(e), nanoClock.getAsLong());
            }
        }

        private void take(StreamQuery query) {
            try {
                ByteBuffer answer = query.advance();
                if (answer != null) {
                    query.close();
                    task.onMessage(query.server(), bytes(answer), true, nanoClock.getAsLong());
                }
            } catch (IOException e) {
                query.close();
                task.onFailure(query.server(), "over TCP: " + text(e), nanoClock.getAsLong());
            }
        }

        private byte[] bytes(ByteBuffer content) {
            byte[] copy = new byte[content.remaining()];
            content.get(copy);
            return copy;
        }

        private String text(Exception e) {
            if (e instanceof PortUnreachableException) {
                return NO_SERVER;
            }
            return e.getMessage() == null ? e.toString() : e.getMessage();
        }

        @Override
        public void close() throws IOException {
            for (SelectionKey key : List.copyOf(selector.keys())) {
                key.channel().close();
            }
            for (DatagramChannel socket : sockets.values()) {
                socket.close();
            }
            selector.close();
        }
    }
}
