package io.ztnio.tcpip.tcp;

import java.net.BindException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * The local ports that were bound, and who listens there. A wildcard address overlaps every address of both families; an
 * unbound connection takes an ephemeral port that is only its own for one remote address (RFC 6056 3.3.3).
 */
final class PortTable {
    private final Map<Integer, List<Binding>> bindings = new HashMap<>();
    private final FlowTable flows;
    private final TcpConfig config;
    private final RandomGenerator random;
    private int nextEphemeral;

    PortTable(FlowTable flows, TcpConfig config, RandomGenerator random) {
        this.flows = flows;
        this.config = config;
        this.random = random;
    }

    /** A bound local address. */
    static final class Binding {
        final InetAddress address;
        final int port;
        private final boolean reuse;
        private final boolean share;
        private TcpListener listener;

        private Binding(InetAddress address, int port, boolean reuse, boolean share) {
            this.address = address;
            this.port = port;
            this.reuse = reuse;
            this.share = share;
        }

        private boolean listensAt(InetAddress asked, boolean wildcard) {
            return listener != null && (wildcard ? address.isAnyLocalAddress() : address.equals(asked));
        }

        private boolean overlaps(InetAddress other) {
            return address.isAnyLocalAddress() || other.isAnyLocalAddress() || address.equals(other);
        }
    }

    /**
     * Takes an address; port 0 chooses one.
     *
     * @param reuse SO_REUSEADDR: what is left of earlier connections, and others that do not listen, do not matter
     * @param share SO_REUSEPORT: others that set it too may have the same address, listening or not
     */
    Binding bind(InetAddress address, int port, boolean reuse, boolean share) throws BindException {
        int chosen = port;
        if (port == 0) {
            chosen = chooseFree(address);
        } else if (isTaken(address, port, reuse, share)) {
            throw new BindException("Address already in use");
        }
        Binding binding = new Binding(address, chosen, reuse, share);
        bindings.computeIfAbsent(chosen, unused -> new ArrayList<>(1)).add(binding);
        return binding;
    }

    void release(Binding binding) {
        List<Binding> same = bindings.get(binding.port);
        if (same != null && same.remove(binding) && same.isEmpty()) {
            bindings.remove(binding.port);
        }
    }

    void listen(Binding binding, TcpListener listener) throws BindException {
        for (Binding other : bindings.get(binding.port)) {
            if (other != binding
                    && other.listener != null
                    && other.overlaps(binding.address)
                    && !(other.share && binding.share)) {
                throw new BindException("Address already in use");
            }
        }
        binding.listener = listener;
    }

    /** Whether more than one endpoint is bound to a port. */
    boolean isShared(int port) {
        List<Binding> same = bindings.get(port);
        return same != null && same.size() > 1;
    }

    /**
     * Who listens at an address: a concrete binding before a wildcard.
     *
     * @param spread chooses among those that share the address (SO_REUSEPORT): the same for all segments of a flow
     */
    TcpListener listener(InetAddress address, int port, long spread) {
        List<Binding> same = bindings.get(port);
        if (same == null) {
            return null;
        }
        TcpListener found = choose(same, address, spread, false);
        return found != null ? found : choose(same, address, spread, true);
    }

    private static TcpListener choose(List<Binding> same, InetAddress address, long spread, boolean wildcard) {
        int count = 0;
        for (int i = 0; i < same.size(); i++) {
            count += same.get(i).listensAt(address, wildcard) ? 1 : 0;
        }
        int left = count == 0 ? -1 : (int) Math.floorMod(spread, (long) count);
        for (int i = 0; i < same.size(); i++) {
            Binding binding = same.get(i);
            if (binding.listensAt(address, wildcard) && left-- == 0) {
                return binding.listener;
            }
        }
        return null;
    }

    /**
     * A port for a connection that did not bind.
     *
     * @param offset the keyed hash of its addresses
     * @return 0 if none is free
     */
    int ephemeral(InetAddress local, InetAddress remote, int remotePort, long offset) {
        int range = config.lastEphemeralPort - config.firstEphemeralPort + 1;
        for (int i = 0; i < range; i++) {
            int port = config.firstEphemeralPort + (int) Math.floorMod(offset + nextEphemeral++, (long) range);
            if (!bindings.containsKey(port) && flows.find(local, port, remote, remotePort) == null) {
                return port;
            }
        }
        return 0;
    }

    private boolean isTaken(InetAddress address, int port, boolean reuse, boolean share) {
        for (Binding other : bindings.getOrDefault(port, List.of())) {
            if (other.overlaps(address)
                    && !(share && other.share)
                    && !(reuse && other.reuse && other.listener == null)) {
                return true;
            }
        }
        return !reuse && !share && flows.usesPort(address, port);
    }

    private int chooseFree(InetAddress address) throws BindException {
        int range = config.lastEphemeralPort - config.firstEphemeralPort + 1;
        int start = random.nextInt(range);
        for (int i = 0; i < range; i++) {
            int port = config.firstEphemeralPort + (start + i) % range;
            if (!bindings.containsKey(port) && !flows.usesPort(address, port)) {
                return port;
            }
        }
        throw new BindException("Address already in use");
    }
}
