package io.ztnio.tcpip.tcp;

import io.ztnio.tcpip.Gate;
import io.ztnio.tcpip.Waiting;
import io.ztnio.tcpip.endpoint.Endpoint;
import io.ztnio.tcpip.endpoint.ReadinessListener;
import io.ztnio.tcpip.tcp.config.StreamOptions;
import io.ztnio.tcpip.tcp.connection.TurnQueue;
import io.ztnio.tcpip.tcp.table.PortTable;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.util.Set;

/**
 * What streams and listeners have in common: readiness, options, a local address.
 *
 * <p>Readiness bits are set by the engine at the end of a turn and cleared by the application when it has used up what
 * they stand for. After clearing it looks again, and asks for a turn if something came in between: so no edge is lost.
 */
abstract class TcpEndpoint implements Endpoint, Published {
    /** Every bit of {@link Endpoint}. */
    static final int EVERY_BIT = READABLE | WRITABLE | CONNECTABLE | ACCEPTABLE | FAILED | HUNG_UP;

    /** So often in a row a listener may throw until it is spared the news. */
    private static final int MOST_TELLS = 100;

    private static final VarHandle READINESS;
    private static final VarHandle CLOSED;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            READINESS = lookup.findVarHandle(TcpEndpoint.class, "readiness", int.class);
            CLOSED = lookup.findVarHandle(TcpEndpoint.class, "closed", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final StreamOptions options;

    /** Whether a wildcard address means IPv4 only. */
    volatile boolean ipv4Only;

    /** Written under the lock of the ports. */
    PortTable.Binding<TcpListener> binding;

    volatile InetSocketAddress localAddress;
    private volatile ReadinessListener listener;
    private volatile int readiness;
    private volatile boolean closed;
    private volatile boolean closedWithNode;
    private volatile TcpLayer layer;
    private final TurnQueue.Place<Published> place = new TurnQueue.Place<>(this);

    /** How often in a row telling readiness has thrown. Inside the gate. */
    private int untold;

    /** Used by {@link Unclosed}. */
    TcpEndpoint nextUnclosed;

    TcpEndpoint(TcpLayer layer, StreamOptions options) {
        this.layer = layer;
        this.options = options;
    }

    /** The bits whose conditions hold now. Inside the gate. */
    abstract int conditions();

    /** Ends the use by the application, which has just closed this. Outside the gate; once. */
    abstract void onClosed();

    /** As {@link #onClosed}, which has thrown, for what this has on its layer; perhaps a second time. Inside the gate. */
    abstract void closeInGate(long nowNanos);

    /** The layer whose connection this is or will be. A stream may move to another one until it is connected. */
    final TcpLayer layer() {
        return layer;
    }

    /** An option was set. Inside the gate. */
    void onOption(long nowNanos) {}

    /** Publishes at the end of the turn. Inside the gate. */
    public void publishLater() {
        layer.publishing.add(place);
    }

    /**
     * Goes to another layer. Outside every gate. What was asked for with {@link #postHere} meanwhile is lost: who moves it
     * looks at the options and whether it is closed once more, and publishes.
     */
    final void moveTo(TcpLayer other) {
        TcpLayer from = layer;
        from.gate.run(nowNanos -> {
            from.publishing.remove(place);
            from.untold.remove(place);
            layer = other;
        });
    }

    @Override
    public void publish() {
        try {
            publishConditions();
        } catch (Throwable e) {
            publishAgain(layer, place);
            throw e;
        }
    }

    final void publishConditions() {
        int holding = closed ? EVERY_BIT : conditions();
        int newlySet = holding & ~(int) READINESS.getAndBitwiseOr(this, holding);
        ReadinessListener told = listener;
        if (newlySet != 0 && told != null) {
            try {
                told.onReady(newlySet);
            } catch (Throwable e) {
                // Nobody may have heard of it.
                READINESS.getAndBitwiseAnd(this, ~newlySet);
                throw e;
            }
        }
        untold = 0;
    }

    /** What could not be told is told in the next turn, unless it never can be. */
    final void publishAgain(TcpLayer its, TurnQueue.Place<Published> itsPlace) {
        if (++untold < MOST_TELLS) {
            its.untold.add(itsPlace);
        }
    }

    /** Any thread: the application has used up what a bit stands for. */
    void clear(int bit) {
        if ((readiness & bit) != 0) {
            READINESS.getAndBitwiseAnd(this, ~bit);
        }
    }

    @Override
    public Waiting waiting() {
        return layer.gate.waiting();
    }

    @Override
    public int readiness() {
        return readiness;
    }

    @Override
    public void readinessListener(ReadinessListener told) {
        listener = told;
    }

    @Override
    public void bind(InetSocketAddress local) throws IOException {
        checkOpen();
        if (!local.getAddress().isAnyLocalAddress() && !layer.ip.isLocal(local.getAddress())) {
            throw new BindException("Cannot assign requested address");
        }
        try {
            take(local);
        } catch (BindException taken) {
            // Perhaps by what has been closed, and waits at a gate.
            layer.group.settle();
            take(local);
        }
    }

    private void take(InetSocketAddress local) throws SocketException {
        PortTable.Search search = new PortTable.Search();
        boolean taken = false;
        while (!taken) {
            taken = take(local, search);
        }
    }

    /** False if it is to be called again: others want to get at the ports in between. */
    private boolean take(InetSocketAddress local, PortTable.Search search) throws SocketException {
        PortTable<TcpListener> ports = layer.group.ports;
        ports.lock();
        try {
            checkOpen();
            if (localAddress != null) {
                throw new SocketException("Already bound");
            }
            PortTable.Binding<TcpListener> made =
                    ports.bind(local, options.reuseAddress, options.reusePort, ipv4Only, search);
            if (made == null) {
                return false;
            }
            binding = made;
            localAddress = made.local();
            return true;
        } finally {
            ports.unlock();
        }
    }

    @Override
    public void restrictToIpv4() {
        ipv4Only = true;
    }

    /** Gives the local address back. */
    void unbind() {
        PortTable<TcpListener> ports = layer.group.ports;
        ports.lock();
        try {
            PortTable.Binding<TcpListener> taken = binding;
            binding = null;
            if (taken != null) {
                ports.release(taken);
            }
        } finally {
            ports.unlock();
        }
    }

    @Override
    public InetSocketAddress localAddress() {
        return localAddress;
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return StreamOptions.OF_STREAMS;
    }

    @Override
    public <T> void option(SocketOption<T> name, T value) {
        options.set(name, value);
        postHere(this::onOption);
    }

    @Override
    public <T> T option(SocketOption<T> name) {
        return name.type().cast(options.get(name));
    }

    @Override
    public boolean isOpen() {
        return !closed;
    }

    @Override
    public void close() {
        if (CLOSED.compareAndSet(this, false, true)) {
            try {
                onClosed();
            } catch (Throwable e) {
                // Nobody will close it a second time.
                layer.unclosed.add(this);
                throw e;
            }
        }
    }

    /** The node ends: who uses this is told that, and not that it was closed by its application. */
    public final void closeWithNode() {
        if (!closed) {
            closedWithNode = true;
            close();
        }
    }

    /** Has a task run inside the gate, unless this has moved by then. */
    final void postHere(Gate.Task task) {
        TcpLayer here = layer;
        here.gate.post(nowNanos -> {
            if (layer == here) {
                task.run(nowNanos);
            }
        });
    }

    void checkOpen() throws SocketException {
        if (closed) {
            throw new SocketException(closedWithNode ? Endpoint.NODE_CLOSED : "Socket closed");
        }
    }
}
