package io.ztnio.tools.tunnel;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.spi.SelectorProvider;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Forwards datagrams to one target and its answers to whoever had asked. Each client has a session with a port of its own
 * towards the target; silent sessions expire, and their number is bounded. Empty datagrams to the host stack
 * are lost: the JDK's connected channels do not send them.
 *
 * <p>Thread: as {@link Tunnel}.
 */
public final class DatagramTunnel extends Tunnel {
    private static final int MAX_DATAGRAM_BYTES = 1 << 16;

    /** Datagrams of a client that wait for the lookup of the target. */
    private static final int MAX_HELD = 16;

    /** Datagrams of one channel before others have their turn. */
    private static final int BURST = 64;

    private final DatagramTunnelSettings settings;
    private final TunnelListener events;
    private final List<DatagramChannel> listeners = new ArrayList<>();
    private final List<InetSocketAddress> localAddresses = new ArrayList<>();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(MAX_DATAGRAM_BYTES);

    /** The one that has been silent longest comes first. */
    private final Map<Client, Session> sessions = new LinkedHashMap<>(16, 0.75f, true);

    private final AtomicLong started = new AtomicLong();
    private final AtomicLong open = new AtomicLong();
    private final AtomicLong datagramsToTarget = new AtomicLong();
    private final AtomicLong datagramsToClients = new AtomicLong();
    private final AtomicLong bytesToTarget = new AtomicLong();
    private final AtomicLong bytesToClients = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();

    private record Client(DatagramChannel listener, InetSocketAddress address) {}

    DatagramTunnel(
            SelectorProvider provider,
            List<InetSocketAddress> listenAt,
            TunnelTarget target,
            DatagramTunnelSettings settings,
            TunnelListener events,
            LongSupplier nanoClock)
            throws IOException {
        super(provider, target, nanoClock);
        this.settings = settings;
        this.events = events;
        try {
            int port = 0;
            for (InetSocketAddress address : listenAt) {
                port = address.getPort() == 0 ? port : address.getPort();
                listen(new InetSocketAddress(address.getAddress(), port));
                port = localAddresses.get(localAddresses.size() - 1).getPort();
            }
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /**
     * Binds; nothing is received before {@link #run}.
     *
     * @param provider whose channels decide by address which stack is meant
     * @param listenAt answers come from the address that was asked, so name each; a wildcard leaves the choice to the stack.
     *     A port 0 is any free one for the first, and for the others that of the one before
     * @throws IOException if an address cannot be bound
     */
    public static DatagramTunnel open(
            SelectorProvider provider,
            List<InetSocketAddress> listenAt,
            TunnelTarget target,
            DatagramTunnelSettings settings,
            TunnelListener events)
            throws IOException {
        return new DatagramTunnel(provider, listenAt, target, settings, events, System::nanoTime);
    }

    private void listen(InetSocketAddress address) throws IOException {
        DatagramChannel channel = provider.openDatagramChannel();
        listeners.add(channel);
        channel.bind(address);
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ, (Handler) key -> onDatagrams(channel));
        localAddresses.add((InetSocketAddress) channel.getLocalAddress());
    }

    /** Where datagrams are received. */
    public List<InetSocketAddress> localAddresses() {
        return List.copyOf(localAddresses);
    }

    /** What happened so far. */
    public DatagramCounts counts() {
        return new DatagramCounts(
                started.get(),
                open.get(),
                datagramsToTarget.get(),
                datagramsToClients.get(),
                bytesToTarget.get(),
                bytesToClients.get(),
                dropped.get());
    }

    private void onDatagrams(DatagramChannel listener) {
        for (int i = 0; i < BURST; i++) {
            try {
                InetSocketAddress source = (InetSocketAddress) listener.receive(buffer.clear());
                if (source == null) {
                    return;
                }
                buffer.flip();
                session(new Client(listener, source)).toTarget();
            } catch (IOException | RuntimeException e) {
                // An ICMP error to an answer, a target without a route: that datagram's misfortune.
                count(dropped, 1);
                if (!listener.isOpen()) {
                    return;
                }
            }
        }
    }

    private Session session(Client client) throws IOException {
        Session session = sessions.get(client);
        if (session == null) {
            if (sessions.size() == settings.maxSessions()) {
                sessions.values().iterator().next().end("too many sessions");
            }
            session = new Session(client);
            lookups.ask(session);
            if (session.failure != null) {
                throw session.failure;
            }
            sessions.put(client, session);
            count(started, 1);
            open.lazySet(sessions.size());
            events.onOpened(client.address());
        }
        return session;
    }

    private static void count(AtomicLong counter, long more) {
        counter.lazySet(counter.get() + more);
    }

    @Override
    long onTime(long nowNanos) {
        long idleNanos = settings.idleTimeout().toNanos();
        while (!sessions.isEmpty()) {
            Session eldest = sessions.values().iterator().next();
            long left = eldest.lastNanos + idleNanos - nowNanos;
            if (left > 0) {
                return left;
            }
            eldest.end(null);
        }
        return Long.MAX_VALUE;
    }

    @Override
    void onStop(long nowNanos) {
        // Datagrams have no end to wait for.
    }

    @Override
    boolean isFinished(long nowNanos) {
        return true;
    }

    @Override
    void closeChannels() throws IOException {
        for (Session session : new ArrayList<>(sessions.values())) {
            session.end(null);
        }
        for (DatagramChannel listener : listeners) {
            listener.close();
        }
    }

    /** A client with a port of its own towards the target, as soon as that is known. */
    private final class Session implements Handler, TargetLookups.Waiter {
        private final Client client;

        /** What came before the target was known. */
        private final List<byte[]> held = new ArrayList<>();

        /** {@code null} before the target is known. */
        private DatagramChannel channel;

        private InetSocketAddress target;

        /** Why the target cannot be sent to, if that is known at once. */
        private IOException failure;

        private boolean ended;
        private long lastNanos;
        private long toTargetBytes;
        private long toClientBytes;

        Session(Client client) {
            this.client = client;
            touch();
        }

        @Override
        public void onTarget(InetSocketAddress address) {
            if (ended) {
                return;
            }
            try {
                connect(address);
                for (byte[] datagram : held) {
                    send(ByteBuffer.wrap(datagram));
                }
                held.clear();
            } catch (IOException e) {
                failure = e;
                if (sessions.get(client) == this) {
                    count(dropped, held.size());
                    end(e.getMessage());
                }
            }
        }

        @Override
        public void onNoTarget(String reason) {
            if (!ended) {
                count(dropped, held.size());
                end(reason);
            }
        }

        private void connect(InetSocketAddress address) throws IOException {
            DatagramChannel opened = provider.openDatagramChannel();
            try {
                opened.connect(address);
                opened.configureBlocking(false);
                opened.register(selector, SelectionKey.OP_READ, this);
            } catch (IOException | RuntimeException e) {
                opened.close();
                throw e;
            }
            target = address;
            channel = opened;
        }

        private void touch() {
            lastNanos = nanoTime();
        }

        /** Sends what is in the buffer, or holds a few of such until the target is known. */
        void toTarget() throws IOException {
            touch();
            if (channel != null) {
                send(buffer);
            } else if (held.size() < MAX_HELD) {
                byte[] datagram = new byte[buffer.remaining()];
                buffer.get(datagram);
                held.add(datagram);
            } else {
                count(dropped, 1);
            }
        }

        private void send(ByteBuffer datagram) throws IOException {
            int size = datagram.remaining();
            if (channel.send(datagram, target) < size) {
                count(dropped, 1);
                return;
            }
            toTargetBytes += size;
            count(datagramsToTarget, 1);
            count(bytesToTarget, size);
        }

        @Override
        public void onReady(SelectionKey key) {
            for (int i = 0; i < BURST; i++) {
                try {
                    if (channel.receive(buffer.clear()) == null) {
                        return;
                    }
                    toClient();
                } catch (PortUnreachableException e) {
                    count(dropped, 1);
                } catch (IOException e) {
                    end(e.getMessage());
                    return;
                }
            }
        }

        private void toClient() {
            // Also moves the session to the end of those that are silent.
            sessions.get(client).touch();
            buffer.flip();
            int size = buffer.remaining();
            try {
                if (client.listener().send(buffer, client.address()) < size) {
                    count(dropped, 1);
                    return;
                }
            } catch (IOException e) {
                count(dropped, 1);
                return;
            }
            toClientBytes += size;
            count(datagramsToClients, 1);
            count(bytesToClients, size);
        }

        void end(String why) {
            ended = true;
            sessions.remove(client);
            open.lazySet(sessions.size());
            try {
                if (channel != null) {
                    channel.close();
                }
            } catch (IOException e) {
                events.onTrouble("closing a session: " + e.getMessage());
            }
            events.onClosed(client.address(), toTargetBytes, toClientBytes, why);
        }
    }
}
