package io.ztnio.provider.fake;

import io.ztnio.tcpip.endpoint.Endpoint;
import io.ztnio.tcpip.endpoint.ReadinessListener;
import io.ztnio.tcpip.endpoint.StreamSocketOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import jdk.net.ExtendedSocketOptions;

/** What the fake endpoints have in common. Everything that changes state holds the networks' gate. */
abstract class FakeEndpoint implements Endpoint {
    private static final Map<SocketOption<?>, Object> DEFAULTS = Map.of(
            StandardSocketOptions.SO_SNDBUF,
            65_536,
            StandardSocketOptions.SO_RCVBUF,
            65_536,
            StandardSocketOptions.SO_KEEPALIVE,
            false,
            ExtendedSocketOptions.TCP_KEEPCOUNT,
            9,
            StandardSocketOptions.SO_REUSEADDR,
            false,
            StandardSocketOptions.SO_LINGER,
            -1,
            StandardSocketOptions.TCP_NODELAY,
            false,
            StandardSocketOptions.SO_BROADCAST,
            false,
            StandardSocketOptions.IP_TOS,
            0,
            StreamSocketOptions.SO_OOBINLINE,
            false);

    final FakeNetworks networks;
    InetSocketAddress local;
    private final Map<SocketOption<?>, Object> options = new ConcurrentHashMap<>(DEFAULTS);
    private volatile int readiness;
    private volatile ReadinessListener listener;
    private volatile boolean open = true;

    FakeEndpoint(FakeNetworks networks) {
        this.networks = networks;
        networks.opened.incrementAndGet();
    }

    /** The conditions that hold now. */
    abstract int compute();

    abstract void closed();

    abstract Map<Integer, ? extends FakeEndpoint> ports();

    /** In the gate: publishes the readiness and tells the listener of new bits. */
    final void update() {
        int before = readiness;
        int now = open ? compute() : -1;
        readiness = now;
        ReadinessListener told = listener;
        int newlySet = now & ~before;
        if (newlySet != 0 && told != null) {
            told.onReady(newlySet);
        }
    }

    @Override
    public final int readiness() {
        return readiness;
    }

    @Override
    public final void readinessListener(ReadinessListener replacement) {
        listener = replacement;
    }

    @Override
    public void bind(InetSocketAddress address) throws IOException {
        networks.gate.lock();
        try {
            ensureOpen();
            local = networks.take(address, ports());
            bound();
        } finally {
            networks.gate.unlock();
        }
    }

    abstract void bound();

    @Override
    public final InetSocketAddress localAddress() {
        networks.gate.lock();
        try {
            return local;
        } finally {
            networks.gate.unlock();
        }
    }

    @Override
    public final Set<SocketOption<?>> supportedOptions() {
        return DEFAULTS.keySet();
    }

    /** There is no IPv6 here. */
    @Override
    public final void restrictToIpv4() {}

    @Override
    public final <T> void option(SocketOption<T> name, T value) {
        if (!DEFAULTS.containsKey(name)) {
            throw new UnsupportedOperationException("'" + name + "' not supported");
        }
        if (name == StandardSocketOptions.IP_TOS && ((Integer) value & ~0xff) != 0) {
            throw new IllegalArgumentException("Invalid IP_TOS value");
        }
        if (value instanceof Integer number && number < 0 && name != StandardSocketOptions.SO_LINGER) {
            throw new IllegalArgumentException("Invalid value '" + value + "'");
        }
        if (name.equals(ExtendedSocketOptions.TCP_KEEPCOUNT) && ((Integer) value < 1 || (Integer) value > 127)) {
            throw new IllegalArgumentException("Invalid value '" + value + "'");
        }
        Object taken = name == StandardSocketOptions.SO_LINGER ? linger((Integer) value) : value;
        options.put(name, taken);
        networks.gate.lock();
        try {
            update();
        } finally {
            networks.gate.unlock();
        }
    }

    private static int linger(int seconds) {
        return seconds < 0 ? -1 : Math.min(seconds, 65_535);
    }

    @Override
    public final <T> T option(SocketOption<T> name) {
        return name.type().cast(options.get(name));
    }

    @Override
    public final boolean isOpen() {
        return open;
    }

    @Override
    public final void close() {
        networks.gate.lock();
        try {
            if (open) {
                open = false;
                networks.closed.incrementAndGet();
                closed();
                update();
            }
        } finally {
            networks.gate.unlock();
        }
    }

    final void ensureOpen() throws SocketException {
        if (!open) {
            throw new SocketException("Socket closed");
        }
    }
}
