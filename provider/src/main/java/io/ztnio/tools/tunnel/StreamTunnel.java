package io.ztnio.tools.tunnel;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Accepts connections at one address and forwards each to another, or back to where it came from. Ends of streams,
 * resets and the pace of a slow receiver go through.
 *
 * <p>Thread: as {@link Tunnel}.
 */
public final class StreamTunnel extends Tunnel {
    private static final int BACKLOG = 128;
    private static final int BUFFER_BYTES = 1 << 16;

    /** How long nothing is accepted after accepting failed, for want of descriptors for example. */
    private static final long ACCEPT_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** Back to where it came from, instead of to a target. */
    private final boolean echo;

    private final StreamTunnelSettings settings;
    private final TunnelListener events;
    private final ServerSocketChannel listener;
    private final SelectionKey acceptKey;
    private final InetSocketAddress localAddress;
    private final BufferPool pool = new BufferPool(BUFFER_BYTES);
    private final Set<Relay> relays = new LinkedHashSet<>();

    /** In the order of their deadlines: the timeout is the same for all. */
    private final Set<Looking> looking = new LinkedHashSet<>();

    /** In the order of their deadlines too. */
    private final Deque<Relay> connecting = new ArrayDeque<>();

    private boolean acceptPaused;
    private long acceptAgainNanos;
    private boolean draining;
    private long drainDeadlineNanos;

    private final AtomicLong accepted = new AtomicLong();
    private final AtomicLong open = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicLong bytesToTarget = new AtomicLong();
    private final AtomicLong bytesToClients = new AtomicLong();

    private StreamTunnel(
            SelectorProvider provider,
            InetSocketAddress listenAt,
            TunnelTarget target,
            boolean echo,
            StreamTunnelSettings settings,
            TunnelListener events,
            LongSupplier nanoClock)
            throws IOException {
        super(provider, target, nanoClock);
        this.echo = echo;
        this.settings = settings;
        this.events = events;
        ServerSocketChannel channel = null;
        try {
            channel = provider.openServerSocketChannel();
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            channel.bind(listenAt, BACKLOG);
            channel.configureBlocking(false);
            acceptKey = channel.register(selector, SelectionKey.OP_ACCEPT, (Handler) key -> accept());
            localAddress = (InetSocketAddress) channel.getLocalAddress();
        } catch (IOException | RuntimeException e) {
            selector.close();
            if (channel != null) {
                channel.close();
            }
            throw e;
        }
        this.listener = channel;
    }

    /**
     * Listens; nothing is accepted before {@link #run}.
     *
     * @param provider whose channels decide by address which stack is meant
     * @param target where each connection goes
     * @throws IOException if the address cannot be bound
     */
    public static StreamTunnel open(
            SelectorProvider provider,
            InetSocketAddress listenAt,
            TunnelTarget target,
            StreamTunnelSettings settings,
            TunnelListener events)
            throws IOException {
        return new StreamTunnel(provider, listenAt, target, false, settings, events, System::nanoTime);
    }

    /** As {@link #open(SelectorProvider, InetSocketAddress, TunnelTarget, StreamTunnelSettings, TunnelListener)}. */
    public static StreamTunnel open(
            SelectorProvider provider,
            InetSocketAddress listenAt,
            InetSocketAddress target,
            StreamTunnelSettings settings,
            TunnelListener events)
            throws IOException {
        return open(provider, listenAt, TunnelTarget.of(target), settings, events);
    }

    /** Listens, but each connection gets back what it sends. */
    public static StreamTunnel echo(
            SelectorProvider provider, InetSocketAddress listenAt, StreamTunnelSettings settings, TunnelListener events)
            throws IOException {
        return new StreamTunnel(
                provider, listenAt, TunnelTarget.of(listenAt), true, settings, events, System::nanoTime);
    }

    /** Where connections are accepted. */
    public InetSocketAddress localAddress() {
        return localAddress;
    }

    /** What happened so far. */
    public StreamCounts counts() {
        return new StreamCounts(accepted.get(), open.get(), failed.get(), bytesToTarget.get(), bytesToClients.get());
    }

    private void accept() {
        try {
            while (relays.size() + looking.size() < settings.maxConnections()) {
                SocketChannel near = listener.accept();
                if (near == null) {
                    return;
                }
                count(accepted, 1);
                start(near);
            }
            acceptKey.interestOps(0);
        } catch (IOException e) {
            events.onTrouble("accepting: " + text(e));
            acceptKey.interestOps(0);
            acceptPaused = true;
            acceptAgainNanos = nanoTime() + ACCEPT_PAUSE_NANOS;
        }
    }

    private void start(SocketChannel near) {
        Looking client =
                new Looking(near, nanoTime() + settings.connectTimeout().toNanos());
        try {
            client.address = (InetSocketAddress) near.getRemoteAddress();
            prepare(near);
            if (echo) {
                Pump pump = new Pump(near, near, pool, bytesToTarget);
                add(new Relay(this, client.address, near, near, pump, null, 0));
                return;
            }
        } catch (IOException | RuntimeException e) {
            fail(near, client.address, text(e));
            return;
        }
        looking.add(client);
        lookups.ask(client);
    }

    private void connect(SocketChannel near, InetSocketAddress client, InetSocketAddress target, long deadlineNanos) {
        SocketChannel far = null;
        try {
            far = provider.openSocketChannel();
            prepare(far);
            far.connect(target);
            Relay relay = new Relay(
                    this,
                    client,
                    near,
                    far,
                    new Pump(near, far, pool, bytesToTarget),
                    new Pump(far, near, pool, bytesToClients),
                    deadlineNanos);
            add(relay);
            if (relay.isConnecting()) {
                connecting.add(relay);
            }
        } catch (IOException | RuntimeException e) {
            // A target without a route: this connection's failure, like a refusal.
            if (far != null) {
                Relay.reset(far);
            }
            fail(near, client, text(e));
        }
    }

    private void fail(SocketChannel near, InetSocketAddress client, String why) {
        Relay.reset(near);
        count(failed, 1);
        events.onClosed(client, 0, 0, why);
    }

    /** A client whose target is being looked up. */
    private final class Looking implements TargetLookups.Waiter {
        private final SocketChannel near;
        private final long deadlineNanos;
        private InetSocketAddress address;

        Looking(SocketChannel near, long deadlineNanos) {
            this.near = near;
            this.deadlineNanos = deadlineNanos;
        }

        @Override
        public void onTarget(InetSocketAddress target) {
            // Otherwise its time was over.
            if (looking.remove(this)) {
                connect(near, address, target, deadlineNanos);
                acceptMore();
            }
        }

        @Override
        public void onNoTarget(String reason) {
            if (looking.remove(this)) {
                fail(near, address, reason);
                acceptMore();
            }
        }
    }

    private static void prepare(SocketChannel channel) throws IOException {
        channel.configureBlocking(false);
        // What comes is passed on as it comes; a peer that vanished is found out some day.
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
    }

    private void add(Relay relay) {
        relays.add(relay);
        open.lazySet(relays.size());
        events.onOpened(relay.client());
    }

    /** @param failure why it was cut, or {@code null} */
    void onClosed(Relay relay, IOException failure) {
        relays.remove(relay);
        open.lazySet(relays.size());
        if (failure != null) {
            count(failed, 1);
        }
        events.onClosed(
                relay.client(), relay.bytesToTarget(), relay.bytesToClient(), failure == null ? null : text(failure));
        acceptMore();
    }

    private static String text(Exception failure) {
        return failure.getMessage() == null ? failure.toString() : failure.getMessage();
    }

    private static void count(AtomicLong counter, long more) {
        counter.lazySet(counter.get() + more);
    }

    @Override
    long onTime(long nowNanos) {
        while (!looking.isEmpty()) {
            Looking first = looking.iterator().next();
            if (first.deadlineNanos - nowNanos > 0) {
                break;
            }
            first.onNoTarget("looking up the target timed out");
        }
        while (!connecting.isEmpty()) {
            Relay first = connecting.peek();
            if (first.isConnecting() && first.connectDeadlineNanos() - nowNanos > 0) {
                break;
            }
            connecting.remove();
            if (first.isConnecting()) {
                first.connectTimedOut();
            }
        }
        if (acceptPaused && acceptAgainNanos - nowNanos <= 0) {
            acceptPaused = false;
            acceptMore();
        }
        long wait = connecting.isEmpty() ? Long.MAX_VALUE : connecting.peek().connectDeadlineNanos() - nowNanos;
        if (!looking.isEmpty()) {
            wait = Math.min(wait, looking.iterator().next().deadlineNanos - nowNanos);
        }
        if (acceptPaused) {
            wait = Math.min(wait, acceptAgainNanos - nowNanos);
        }
        return draining ? Math.min(wait, drainDeadlineNanos - nowNanos) : wait;
    }

    private void acceptMore() {
        if (!acceptPaused && acceptKey.isValid()) {
            acceptKey.interestOps(SelectionKey.OP_ACCEPT);
        }
    }

    @Override
    void onStop(long nowNanos) {
        draining = true;
        drainDeadlineNanos = nowNanos + settings.drainTimeout().toNanos();
        acceptKey.cancel();
        try {
            listener.close();
        } catch (IOException e) {
            events.onTrouble("closing the listener: " + text(e));
        }
    }

    @Override
    boolean isFinished(long nowNanos) {
        return (relays.isEmpty() && looking.isEmpty()) || nowNanos - drainDeadlineNanos >= 0;
    }

    @Override
    void closeChannels() throws IOException {
        for (Relay relay : new ArrayList<>(relays)) {
            relay.reset();
            onClosed(relay, new IOException("the tunnel ended"));
        }
        for (Looking client : new ArrayList<>(looking)) {
            client.onNoTarget("the tunnel ended");
        }
        listener.close();
    }
}
