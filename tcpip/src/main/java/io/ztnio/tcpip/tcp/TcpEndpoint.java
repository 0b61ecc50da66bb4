package io.ztnio.tcpip.tcp;

import io.ztnio.tcpip.endpoint.Endpoint;
import io.ztnio.tcpip.endpoint.ReadinessListener;
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
abstract class TcpEndpoint implements Endpoint {
    /** Every bit of {@link Endpoint}. */
    static final int EVERY_BIT = READABLE | WRITABLE | CONNECTABLE | ACCEPTABLE | FAILED | HUNG_UP;

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

    final TcpLayer layer;
    final StreamOptions options;
    PortTable.Binding binding;
    volatile InetSocketAddress localAddress;
    private volatile ReadinessListener listener;
    private volatile int readiness;
    private volatile boolean closed;
    private boolean publishing;

    TcpEndpoint(TcpLayer layer, StreamOptions options) {
        this.layer = layer;
        this.options = options;
    }

    /** The bits whose conditions hold now. Inside the gate. */
    abstract int conditions();

    /** Ends the use by the application. Inside the gate; once. */
    abstract void onClose(long nowNanos);

    /** An option was set. Inside the gate. */
    void onOption(long nowNanos) {}

    /** Publishes at the end of the turn. Inside the gate. */
    void publishLater() {
        if (!publishing) {
            publishing = true;
            layer.addPublishing(this);
        }
    }

    void publish() {
        publishing = false;
        int holding = closed ? EVERY_BIT : conditions();
        int newlySet = holding & ~(int) READINESS.getAndBitwiseOr(this, holding);
        ReadinessListener told = listener;
        if (newlySet != 0 && told != null) {
            told.onReady(newlySet);
        }
    }

    /** Any thread: the application has used up what a bit stands for. */
    void clear(int bit) {
        if ((readiness & bit) != 0) {
            READINESS.getAndBitwiseAnd(this, ~bit);
        }
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
        IOException[] failure = new IOException[1];
        layer.gate.run(nowNanos -> {
            try {
                bindInGate(local);
            } catch (IOException e) {
                failure[0] = e;
            }
        });
        if (failure[0] != null) {
            throw failure[0];
        }
    }

    private void bindInGate(InetSocketAddress local) throws IOException {
        if (localAddress != null) {
            throw new SocketException("Already bound");
        }
        if (!local.getAddress().isAnyLocalAddress() && !layer.ip.isLocal(local.getAddress())) {
            throw new BindException("Cannot assign requested address");
        }
        binding = layer.ports.bind(local.getAddress(), local.getPort(), options.reuseAddress, options.reusePort);
        localAddress = new InetSocketAddress(binding.address, binding.port);
    }

    /** Gives the local address back. Inside the gate. */
    void unbind() {
        if (binding != null) {
            layer.ports.release(binding);
            binding = null;
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
        layer.gate.post(this::onOption);
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
            layer.gate.post(nowNanos -> {
                onClose(nowNanos);
                publishLater();
            });
        }
    }

    void checkOpen() throws SocketException {
        if (closed) {
            throw new SocketException("Socket closed");
        }
    }
}
