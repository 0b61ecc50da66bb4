package io.ztnio.tcpip.tcp;

import java.net.BindException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;

/**
 * The local ports that were bound, and who listens there. A wildcard address overlaps every address of both families; an
 * unbound connection takes an ephemeral port that is only its own for one remote address (RFC 6056 3.3.3).
 *
 * <p>Thread: thread-safe. What changes the table holds its lock, inside which no gate is entered; looking for a listener
 * takes no lock.
 */
final class PortTable {
    private static final Binding[] NONE = {};

    /** The arrays are replaced, never changed. */
    private final ConcurrentHashMap<Integer, Binding[]> bindings = new ConcurrentHashMap<>();

    private final ReentrantLock lock = new ReentrantLock();
    private final PortUse use;
    private final TcpConfig config;
    private final RandomGenerator random;
    private int nextEphemeral;
    private volatile boolean refusing;

    /** @param use of ports by flows */
    PortTable(PortUse use, TcpConfig config, RandomGenerator random) {
        this.use = use;
        this.config = config;
        this.random = random;
    }

    /** A bound local address. */
    static final class Binding {
        final InetAddress address;
        final int port;
        private final boolean reuse;
        private final boolean share;
        private final boolean ipv4Only;
        private volatile TcpListener listener;

        private Binding(InetAddress address, int port, boolean reuse, boolean share, boolean ipv4Only) {
            this.address = address;
            this.port = port;
            this.reuse = reuse;
            this.share = share;
            this.ipv4Only = ipv4Only;
        }

        private boolean listensAt(InetAddress asked, boolean wildcard) {
            return listener != null
                    && (wildcard
                            ? address.isAnyLocalAddress() && !(ipv4Only && asked instanceof Inet6Address)
                            : address.equals(asked));
        }

        private boolean overlaps(InetAddress other, boolean otherIpv4Only) {
            if (address.isAnyLocalAddress() && other.isAnyLocalAddress()) {
                return true;
            }
            return address.equals(other)
                    || (address.isAnyLocalAddress() && !(ipv4Only && other instanceof Inet6Address))
                    || (other.isAnyLocalAddress() && !(otherIpv4Only && address instanceof Inet6Address));
        }
    }

    /** Keeps others from binding and connecting; for what has to be done in one piece. */
    void lock() {
        lock.lock();
    }

    void unlock() {
        lock.unlock();
    }

    /**
     * Gives an endpoint a local address; port 0 chooses one. With SO_REUSEADDR, what is left of earlier connections and
     * others that do not listen do not matter; with SO_REUSEPORT, others that set it too may have the same address,
     * listening or not.
     *
     * @throws BindException if it is taken
     */
    void bind(TcpEndpoint endpoint, InetSocketAddress local) throws SocketException {
        lock.lock();
        try {
            endpoint.checkOpen();
            if (endpoint.localAddress != null) {
                throw new SocketException("Already bound");
            }
            InetAddress address = local.getAddress();
            boolean reuse = endpoint.options.reuseAddress;
            boolean share = endpoint.options.reusePort;
            int port = local.getPort() == 0 ? chooseFree(address) : local.getPort();
            if (local.getPort() != 0 && isTaken(endpoint, address, port)) {
                throw new BindException("Address already in use");
            }
            Binding[] others = bindings.getOrDefault(port, NONE);
            Binding[] all = Arrays.copyOf(others, others.length + 1);
            all[others.length] = new Binding(address, port, reuse, share, endpoint.ipv4Only);
            bindings.put(port, all);
            endpoint.binding = all[others.length];
            endpoint.localAddress = new InetSocketAddress(address, port);
        } finally {
            lock.unlock();
        }
    }

    /** Gives back what {@link #bind} took, if it did. */
    void release(TcpEndpoint endpoint) {
        lock.lock();
        try {
            Binding binding = endpoint.binding;
            endpoint.binding = null;
            if (binding != null) {
                bindings.computeIfPresent(binding.port, (port, all) -> without(all, binding));
            }
        } finally {
            lock.unlock();
        }
    }

    private static Binding[] without(Binding[] all, Binding gone) {
        Binding[] left = Arrays.stream(all).filter(each -> each != gone).toArray(Binding[]::new);
        return left.length == 0 ? null : left;
    }

    /**
     * Makes a bound endpoint the listener at its address.
     *
     * @throws BindException if another listens there
     */
    void listen(TcpListener listener) throws SocketException {
        lock.lock();
        try {
            Binding binding = listener.binding;
            if (binding == null) {
                throw new SocketException("Socket is not bound");
            }
            for (Binding other : bindings.get(binding.port)) {
                if (other != binding
                        && other.listener != null
                        && other.overlaps(binding.address, binding.ipv4Only)
                        && !(other.share && binding.share)) {
                    throw new BindException("Address already in use");
                }
            }
            binding.listener = listener;
        } finally {
            lock.unlock();
        }
    }

    /** Everybody who listens. */
    List<TcpListener> listeners() {
        return bindings.values().stream()
                .flatMap(Arrays::stream)
                .map(binding -> binding.listener)
                .filter(Objects::nonNull)
                .toList();
    }

    /** Nobody is found listening from now on. */
    void refuse() {
        refusing = true;
    }

    /** Whether more than one endpoint is bound to a port. */
    boolean isShared(int port) {
        return bindings.getOrDefault(port, NONE).length > 1;
    }

    /**
     * Who listens at an address: a concrete binding before a wildcard.
     *
     * @param spread chooses among those that share the address (SO_REUSEPORT): the same for all segments of a flow
     */
    TcpListener listener(InetAddress address, int port, long spread) {
        if (refusing) {
            return null;
        }
        Binding[] same = bindings.getOrDefault(port, NONE);
        TcpListener found = choose(same, address, spread, false);
        return found != null ? found : choose(same, address, spread, true);
    }

    private static TcpListener choose(Binding[] same, InetAddress address, long spread, boolean wildcard) {
        int count = 0;
        for (Binding binding : same) {
            count += binding.listensAt(address, wildcard) ? 1 : 0;
        }
        int left = count == 0 ? -1 : (int) Math.floorMod(spread, (long) count);
        for (Binding binding : same) {
            if (binding.listensAt(address, wildcard) && left-- == 0) {
                return binding.listener;
            }
        }
        return null;
    }

    /**
     * A port for a connection of a layer that did not bind: one with which the connection is that layer's. Inside its gate
     * and the {@link #lock}.
     *
     * @param offset the keyed hash of its addresses
     * @return 0 if none is free
     */
    int ephemeral(TcpLayer layer, InetAddress local, InetAddress remote, int remotePort, long offset) {
        int range = config.ephemeralPorts.count();
        for (int i = 0; i < range; i++) {
            int port = config.ephemeralPorts.first() + (int) Math.floorMod(offset + nextEphemeral++, (long) range);
            if (!bindings.containsKey(port)
                    && layer.owns(local, port, remote, remotePort)
                    && layer.flows.find(local, port, remote, remotePort) == null) {
                return port;
            }
        }
        return 0;
    }

    private boolean isTaken(TcpEndpoint endpoint, InetAddress address, int port) {
        boolean reuse = endpoint.options.reuseAddress;
        boolean share = endpoint.options.reusePort;
        for (Binding other : bindings.getOrDefault(port, NONE)) {
            if (other.overlaps(address, endpoint.ipv4Only)
                    && !(share && other.share)
                    && !(reuse && other.reuse && other.listener == null)) {
                return true;
            }
        }
        return !reuse && !share && use.uses(address, port);
    }

    private int chooseFree(InetAddress address) throws BindException {
        int range = config.ephemeralPorts.count();
        int start = random.nextInt(range);
        for (int i = 0; i < range; i++) {
            int port = config.ephemeralPorts.first() + (start + i) % range;
            if (!bindings.containsKey(port) && !use.uses(address, port)) {
                return port;
            }
        }
        throw new BindException("Address already in use");
    }
}
