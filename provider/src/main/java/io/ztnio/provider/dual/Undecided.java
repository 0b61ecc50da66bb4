package io.ztnio.provider.dual;

import io.ztnio.provider.config.WildcardScope;
import io.ztnio.tcpip.endpoint.Endpoint;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.SocketOption;

/**
 * What an undecided {@link DualSocket} has: recorded options, and perhaps a socket and an endpoint, bound or not, that
 * become its halves or the whole of it.
 *
 * <p>Thread: the lock of the {@code DualSocket}.
 */
final class Undecided<H, V extends Endpoint> {
    /** How often a port is chosen that both stacks must have free. */
    private static final int BIND_ATTEMPTS = 16;

    private final HostSockets<H> hosts;
    private final DualSocket.Opening<V> virtuals;
    private final boolean virtualFirst;
    private final RecordedOptions options = new RecordedOptions();
    private H candidate;
    private V reserved;

    /**
     * Nothing yet.
     *
     * @param virtualFirst whether the virtual stack chooses the port of both, because the host stack's socket may have
     *     groups, which a new one for another attempt would not have
     */
    Undecided(HostSockets<H> hosts, DualSocket.Opening<V> virtuals, boolean virtualFirst) {
        this.hosts = hosts;
        this.virtuals = virtuals;
        this.virtualFirst = virtualFirst;
    }

    /** What may become the host stack's socket or half, opened now if need be. */
    H candidate() throws IOException {
        if (candidate == null) {
            candidate = hosts.open();
            options.replay(hosts, candidate);
        }
        return candidate;
    }

    <T> T recorded(SocketOption<T> name, T otherwise) {
        return options.get(name, otherwise);
    }

    /** The endpoint, or {@code null}. */
    V reserved() {
        return reserved;
    }

    InetSocketAddress localAddress() throws IOException {
        return candidate == null ? null : hosts.localAddress(candidate);
    }

    /** Records an option for what is opened later. */
    <T> void record(SocketOption<T> name, T value) {
        options.put(name, value);
    }

    /** Takes the candidate away. */
    H takeCandidate() throws IOException {
        H taken = candidate();
        candidate = null;
        return taken;
    }

    /** Takes the endpoint away; {@code null} if there is none. */
    V takeReserved() {
        V taken = reserved;
        reserved = null;
        return taken;
    }

    /** Keeps an endpoint, bound to the port of the candidate if that has one. */
    void keep(V endpoint) throws IOException {
        options.replay(endpoint);
        InetSocketAddress held = localAddress();
        if (held != null) {
            endpoint.bind(held);
        }
        reserved = endpoint;
    }

    void discard() {
        discardCandidate();
        discardReserved();
    }

    void discardReserved() {
        if (reserved != null) {
            reserved.close();
            reserved = null;
        }
    }

    void discardCandidate() {
        if (candidate != null) {
            close(hosts, candidate);
            candidate = null;
        }
    }

    /** Closes a socket that is not needed any more, without a word. */
    static <H> void close(HostSockets<H> hosts, H socket) {
        if (socket == null) {
            return;
        }
        try {
            hosts.close(socket);
        } catch (IOException e) {
            System.getLogger("io.ztnio.provider").log(Level.DEBUG, "closing failed", e);
        }
    }

    /** One bind: what it does in each stack, and its roll-back. */
    final class Bind implements AutoCloseable {
        private final DualSocket.Binding<H> hostBinding;
        private final DualSocket.Binding<V> virtualBinding;

        /** An endpoint to use first. */
        private V opened;

        Bind(DualSocket.Binding<H> hostBinding, DualSocket.Binding<V> virtualBinding) {
            this.hostBinding = hostBinding;
            this.virtualBinding = virtualBinding;
        }

        /** Opens an endpoint, which may take time; outside of the lock. */
        void open() throws IOException {
            opened = virtuals.open();
        }

        /** Binds in the stacks that {@code scope} says. When it fails, nothing is bound. */
        void bind(InetSocketAddress address, WildcardScope scope) throws IOException {
            switch (scope) {
                case OS -> bindHost(address);
                case ZEROTIER -> bindVirtual(address);
                case BOTH -> bindBoth(address);
            }
        }

        /** Discards what was not used. */
        @Override
        public void close() {
            if (opened != null) {
                opened.close();
                opened = null;
            }
        }

        private void bindHost(InetSocketAddress address) throws IOException {
            try {
                hostBinding.bind(candidate(), address);
            } catch (IOException | RuntimeException e) {
                // A listener may be bound although it does not listen.
                if (!virtualFirst) {
                    discardCandidate();
                }
                throw e;
            }
        }

        private void bindVirtual(InetSocketAddress address) throws IOException {
            if (opened == null) {
                open();
            }
            options.replay(opened);
            virtualBinding.bind(opened, address);
            reserved = opened;
            opened = null;
        }

        /** The same port in both; the first one chooses it. */
        private void bindBoth(InetSocketAddress address) throws IOException {
            for (int attempt = 1; ; attempt++) {
                try {
                    if (virtualFirst) {
                        bindVirtual(address);
                        bindHost(withPort(address, reserved.localAddress()));
                    } else {
                        bindHost(address);
                        bindVirtual(withPort(address, hosts.localAddress(candidate)));
                    }
                    return;
                } catch (IOException | RuntimeException e) {
                    close();
                    discardReserved();
                    if (!virtualFirst) {
                        discardCandidate();
                    }
                    if (!(e instanceof BindException) || address.getPort() != 0 || attempt == BIND_ATTEMPTS) {
                        throw e;
                    }
                }
            }
        }

        private InetSocketAddress withPort(InetSocketAddress address, InetSocketAddress bound) {
            return new InetSocketAddress(address.getAddress(), bound.getPort());
        }
    }
}
