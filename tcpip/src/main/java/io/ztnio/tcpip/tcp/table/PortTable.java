package io.ztnio.tcpip.tcp.table;

import io.ztnio.tcpip.lock.RobustLock;
import io.ztnio.tcpip.tcp.config.TcpConfig;
import java.net.BindException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntPredicate;
import java.util.random.RandomGenerator;

/**
 * The local ports that were bound, and who listens there. A wildcard address overlaps every address of both families; an
 * unbound connection takes an ephemeral port that is only its own for one remote address (RFC 6056 3.3.3).
 *
 * <p>Thread: thread-safe. What changes the table holds its lock, inside which no gate is entered; looking for a listener
 * takes no lock.
 *
 * @param <L> who listens
 */
public final class PortTable<L> {
    /** Ports that a {@link Search} looks at before it lets others in. */
    static final int PORTS_AT_ONCE = 512;

    /** Of a port that nobody has bound. */
    private final Binding<L>[] none;

    /** The arrays are replaced, never changed. */
    private final ConcurrentHashMap<Integer, Binding<L>[]> bindings = new ConcurrentHashMap<>();

    private final RobustLock lock = new RobustLock();
    private final PortUse use;
    private final TcpConfig config;
    private final RandomGenerator random;
    private int nextEphemeral;
    private volatile boolean refusing;

    /** @param use of ports by flows */
    @SuppressWarnings("unchecked") // an array without elements
    public PortTable(PortUse use, TcpConfig config, RandomGenerator random) {
        this.use = use;
        this.config = config;
        this.random = random;
        this.none = (Binding<L>[]) new Binding<?>[0];
    }

    /**
     * A bound local address.
     *
     * @param <L> who listens
     */
    public static final class Binding<L> {
        private final InetAddress address;
        private final int port;
        private final boolean reuse;
        private final boolean share;
        private final boolean ipv4Only;
        private volatile L listener;

        private Binding(InetAddress address, int port, boolean reuse, boolean share, boolean ipv4Only) {
            this.address = address;
            this.port = port;
            this.reuse = reuse;
            this.share = share;
            this.ipv4Only = ipv4Only;
        }

        /** The port. */
        public int port() {
            return port;
        }

        /** Address and port. */
        public InetSocketAddress local() {
            return new InetSocketAddress(address, port);
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
    public void lock() {
        lock.lock();
    }

    /** Ends what {@link #lock} began. */
    public void unlock() {
        lock.unlock();
    }

    /**
     * Takes a local address; port 0 chooses one, if that takes long in several steps. With SO_REUSEADDR, what is left of earlier connections and others that do
     * not listen do not matter; with SO_REUSEPORT, others that set it too may have the same address, listening or not.
     *
     * @param reuse whether SO_REUSEADDR is set
     * @param share whether SO_REUSEPORT is set
     * @param ipv4Only whether a wildcard address means IPv4 only
     * @param search of this call and those that go on with it
     * @return {@code null} if no port was found yet, and the search is under way
     * @throws BindException if it is taken
     */
    public Binding<L> bind(InetSocketAddress local, boolean reuse, boolean share, boolean ipv4Only, Search search)
            throws BindException {
        lock.lock();
        try {
            InetAddress address = local.getAddress();
            int port = local.getPort() == 0 ? chooseFree(address, search) : local.getPort();
            if (port == 0) {
                return null;
            }
            Binding<L> made = new Binding<>(address, port, reuse, share, ipv4Only);
            if (local.getPort() != 0 && isTaken(made)) {
                throw new BindException("Address already in use");
            }
            Binding<L>[] others = bindings.getOrDefault(port, none);
            Binding<L>[] all = Arrays.copyOf(others, others.length + 1);
            all[others.length] = made;
            bindings.put(port, all);
            return made;
        } finally {
            lock.unlock();
        }
    }

    /** Gives back what {@link #bind} took. */
    public void release(Binding<L> binding) {
        lock.lock();
        try {
            bindings.computeIfPresent(binding.port, (port, all) -> without(all, binding));
        } finally {
            lock.unlock();
        }
    }

    private Binding<L>[] without(Binding<L>[] all, Binding<L> gone) {
        Binding<L>[] left =
                Arrays.stream(all).filter(each -> each != gone).toArray(length -> Arrays.copyOf(none, length));
        return left.length == 0 ? null : left;
    }

    /**
     * Has somebody listen at a bound address.
     *
     * @throws BindException if another listens there
     */
    public void listen(Binding<L> binding, L listener) throws BindException {
        lock.lock();
        try {
            for (Binding<L> other : bindings.get(binding.port)) {
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
    public List<L> listeners() {
        return bindings.values().stream()
                .flatMap(Arrays::stream)
                .map(binding -> binding.listener)
                .filter(Objects::nonNull)
                .toList();
    }

    /** Nobody is found listening from now on. */
    public void refuse() {
        refusing = true;
    }

    /** Whether more than one endpoint is bound to a port. */
    public boolean isShared(int port) {
        return bindings.getOrDefault(port, none).length > 1;
    }

    /**
     * Who listens at an address: a concrete binding before a wildcard.
     *
     * @param spread chooses among those that share the address (SO_REUSEPORT): the same for all segments of a flow
     */
    public L listener(InetAddress address, int port, long spread) {
        if (refusing) {
            return null;
        }
        Binding<L>[] same = bindings.getOrDefault(port, none);
        L found = choose(same, address, spread, false);
        return found != null ? found : choose(same, address, spread, true);
    }

    private L choose(Binding<L>[] same, InetAddress address, long spread, boolean wildcard) {
        int count = 0;
        for (Binding<L> binding : same) {
            count += binding.listensAt(address, wildcard) ? 1 : 0;
        }
        int left = count == 0 ? -1 : (int) Math.floorMod(spread, (long) count);
        for (Binding<L> binding : same) {
            if (binding.listensAt(address, wildcard) && left-- == 0) {
                return binding.listener;
            }
        }
        return null;
    }

    /** A look at every ephemeral port, some at a time, so that others get in between. Inside the {@link #lock}. */
    public static final class Search {
        private int start;
        private int looked;

        /** Whether it has looked at some and not at all. */
        public boolean isUnderWay() {
            return looked > 0;
        }
    }

    /**
     * A port for a connection that did not bind. Inside the {@link #lock}.
     *
     * @param offset the keyed hash of its addresses
     * @param suits whether the connection may have a port
     * @return 0 if there is none among those looked at: for good if the search is not under way any more
     */
    public int ephemeral(long offset, Search search, IntPredicate suits) {
        if (search.looked == 0) {
            search.start = nextEphemeral;
        }
        int port = look(search, offset, suits);
        if (port != 0) {
            nextEphemeral = search.start + search.looked;
            search.looked = 0;
        }
        return port;
    }

    private boolean isTaken(Binding<L> asked) {
        for (Binding<L> other : bindings.getOrDefault(asked.port, none)) {
            if (other.overlaps(asked.address, asked.ipv4Only)
                    && !(asked.share && other.share)
                    && !(asked.reuse && other.reuse && other.listener == null)) {
                return true;
            }
        }
        return !asked.reuse && !asked.share && use.uses(asked.address, asked.port);
    }

    /** 0 if there is none among those looked at, and there are more. */
    private int chooseFree(InetAddress address, Search search) throws BindException {
        if (search.looked == 0) {
            search.start = random.nextInt(config.ephemeralPorts.count());
        }
        int port = look(search, 0, candidate -> !use.uses(address, candidate));
        if (port == 0 && !search.isUnderWay()) {
            throw new BindException("Address already in use");
        }
        return port;
    }

    /** Looks at some ports that nobody has bound; 0 if none of them suits. */
    private int look(Search search, long offset, IntPredicate suits) {
        int range = config.ephemeralPorts.count();
        int end = Math.min(range, search.looked + PORTS_AT_ONCE);
        while (search.looked < end) {
            int port = config.ephemeralPorts.first()
                    + (int) Math.floorMod(offset + search.start + search.looked, (long) range);
            search.looked++;
            if (!bindings.containsKey(port) && suits.test(port)) {
                return port;
            }
        }
        if (end == range) {
            search.looked = 0;
        }
        return 0;
    }
}
