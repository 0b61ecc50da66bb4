package io.ztnio.provider.dual;

import io.ztnio.provider.config.WildcardScope;
import io.ztnio.provider.routing.RoutingDecision;
import io.ztnio.provider.routing.Verdict;
import io.ztnio.tcpip.Waiting;
import io.ztnio.tcpip.endpoint.Endpoint;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketOption;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.Channel;
import java.nio.channels.ClosedChannelException;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Where a socket lives: undecided, in the host stack alone, in the virtual stack alone, or with a half in each.
 *
 * <p>While undecided it has a socket of the host stack only if an option was set or asked for, or it was bound: options
 * take effect there at once, with the host stack's checks, and are set again on the endpoint if there will be one.
 *
 * <p>Thread: thread-safe. The lock is never held while waiting, so {@code close}, which an interrupting thread may run,
 * never waits: endpoints, which may need a node that starts, are opened outside of it.
 *
 * @param <H> the host stack's sockets
 * @param <V> the virtual stack's endpoints
 */
public final class DualSocket<H, V extends Endpoint> {
    private static final System.Logger LOGGER = System.getLogger("io.ztnio.provider");

    private final Channel owner;
    private final Interruption interruption;
    private final Stacks stacks;
    private final HostSockets<H> hosts;
    private final Opening<V> virtuals;
    private final Wildcard wildcard;
    private final ReentrantLock lock = new ReentrantLock();

    private volatile H alone;
    private volatile H hostHalf;
    private volatile V virtual;

    /** Nothing but the virtual endpoint will ever be there. */
    private volatile boolean virtualAlone;

    /** It is in the virtual stack alone because its port was not to be had in the host stack. */
    private volatile boolean hostPortTaken;

    /** Who waits for a decision. */
    private volatile PendingDecision pending;

    // Guarded by the lock.
    private final Undecided<H, V> undecided;
    private final DualOptions<H, V> options;

    /** What the halves were bound to when the socket was closed. */
    private volatile InetSocketAddress lastHost;

    private volatile InetSocketAddress lastVirtual;
    private boolean blocking = true;

    /** What a bind to the wildcard address makes of a socket. */
    public enum Wildcard {
        /** It stays undecided, with the port in both stacks, until a connect chooses one. */
        RESERVES,
        /** It listens where {@link WildcardScope} says, and nowhere else for ever. */
        DECIDES,
        /** It has the halves that {@link WildcardScope} says, and may get the other one. */
        HALVES
    }

    /** Opens endpoints. May wait for the node to start. */
    @FunctionalInterface
    public interface Opening<V> {
        V open() throws IOException;
    }

    /** Binds a socket or endpoint, and listens or joins groups if that is its kind. */
    @FunctionalInterface
    public interface Binding<S> {
        void bind(S socket, InetSocketAddress address) throws IOException;
    }

    /**
     * An undecided socket.
     *
     * @param owner whose being open counts
     * @param interruption what an interrupt of a thread means that waits for a decision
     */
    public DualSocket(
            Channel owner,
            Interruption interruption,
            Stacks stacks,
            HostSockets<H> hosts,
            Opening<V> virtuals,
            Wildcard wildcard) {
        this.owner = owner;
        this.interruption = interruption;
        this.stacks = stacks;
        this.hosts = hosts;
        this.virtuals = virtuals;
        this.wildcard = wildcard;
        this.undecided = new Undecided<>(hosts, virtuals, wildcard == Wildcard.HALVES);
        this.options = new DualOptions<>(hosts, undecided);
    }

    /** Decides for a socket of the host stack that exists. Before anybody else sees this one. */
    public void startAlone(H socket) {
        alone = socket;
    }

    /** Decides for an endpoint that exists. Before anybody else sees this socket. */
    public void startVirtual(V endpoint) {
        virtual = endpoint;
        virtualAlone = true;
    }

    /** The host stack's socket if there is and will be nothing else. */
    public H alone() {
        return alone;
    }

    /** The host stack's half of a socket in both; never blocking. */
    public H hostHalf() {
        return hostHalf;
    }

    /** The virtual endpoint, if there is one. */
    public V virtual() {
        return virtual;
    }

    /** How a thread waits for the virtual stack. */
    public Waiting waiting() {
        V half = virtual;
        return half == null ? Waiting.PARKED : half.waiting();
    }

    /** Whether the socket lives in the virtual stack alone, for ever. */
    public boolean isVirtualAlone() {
        return virtualAlone;
    }

    /**
     * Which stack an address is for; waits while that is pending, until the socket is closed at the latest. One thread at
     * a time, by a lock that {@link #close} does not need.
     *
     * @param local whether a socket is to be bound to it, or connected
     * @param timeoutNanos how long to wait; 0 for as long as it may be pending
     */
    public RoutingDecision await(InetSocketAddress address, boolean local, long timeoutNanos) throws IOException {
        RoutingDecision now = stacks.decide(address, local);
        if (now.isDecided()) {
            return now;
        }
        PendingDecision waiting = new PendingDecision();
        pending = waiting;
        try {
            return waiting.await(owner, interruption, stacks, address.getAddress(), local, timeoutNanos);
        } finally {
            pending = null;
        }
    }

    /**
     * Binds: to an address of one stack, which is the decision, or to the wildcard address and the same port in each
     * stack that is meant. When it fails, nothing is bound. An address of the virtual stack that is the host's too decides
     * nothing: a client holds the port in both stacks, if it can, and who has halves may get the host's.
     *
     * <p>Waits while it is not known whose the address is, in either blocking mode, because a bind has no readiness; one
     * thread at a time, as {@link #await}.
     *
     * @param mustServe whether a virtual half that is meant must be had; if not, it may come later
     * @throws AlreadyBoundException if bound
     * @throws java.net.BindException if the address is taken, nobody's, or a network's that cannot be had
     * @throws IOException the reason, if a virtual half must be had and cannot
     */
    public void bind(InetSocketAddress named, boolean mustServe, Binding<H> bindHost, Binding<V> bindVirtual)
            throws IOException {
        ensureUnbound();
        boolean any = named.getAddress().isAnyLocalAddress();
        // It is told again, and whoever connects to it goes where it says.
        InetSocketAddress address = any && stacks.networks().hasWildcard()
                ? new InetSocketAddress(hosts.wildcard(), named.getPort())
                : named;
        WildcardScope scope = any ? scope() : scopeOf(address);
        boolean shared = !any
                && wildcard != Wildcard.DECIDES
                && scope == WildcardScope.ZEROTIER
                && stacks.networks().sharesAddresses();
        try (Undecided<H, V>.Bind bind = undecided.new Bind(bindHost, bindVirtual)) {
            if (alone == null && scope != WildcardScope.OS) {
                scope = open(bind, scope, any && !mustServe);
            }
            lock.lock();
            try {
                ensureUnbound();
                H decided = alone;
                if (decided != null) {
                    bindHost.bind(decided, address);
                    return;
                }
                if (shared && wildcard == Wildcard.RESERVES) {
                    bindShared(bind, address);
                    return;
                }
                bind.bind(address, scope);
                if ((!any && !shared) || wildcard == Wildcard.DECIDES) {
                    decide(scope);
                } else if (wildcard == Wildcard.HALVES) {
                    publishHalves(scope);
                }
            } finally {
                lock.unlock();
            }
        }
    }

    /** Decides for the host stack alone, unless it is decided. */
    public void decideHost() throws IOException {
        lock.lock();
        try {
            ensureOpen();
            if (!isDecided()) {
                decide(WildcardScope.OS);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Decides for the virtual stack alone, unless it is decided; the endpoint is bound if a port was reserved. */
    public void decideVirtual() throws IOException {
        if (virtualAlone) {
            ensureOpen();
            return;
        }
        V opened = virtuals.open();
        lock.lock();
        try {
            ensureOpen();
            if (!isDecided()) {
                if (undecided.reserved() == null) {
                    undecided.keep(opened);
                    opened = null;
                }
                decide(WildcardScope.ZEROTIER);
            }
        } finally {
            lock.unlock();
            if (opened != null) {
                opened.close();
            }
        }
    }

    /**
     * Decides for a connect to {@code target}, unless it is decided.
     *
     * @param decision which stack the target is for
     * @return whether the virtual endpoint is to connect; if not, the decision may remain to be made for the host stack
     * @throws java.net.NoRouteToHostException if the target cannot be had, or not from where this socket is
     */
    public boolean decideVirtualFor(InetAddress target, RoutingDecision decision) throws IOException {
        if (decision.verdict() == Verdict.UNAVAILABLE) {
            throw Stacks.noRoute(decision);
        }
        checkHostPort(target, decision);
        // One that is bound to a virtual address says itself that it cannot go elsewhere.
        if (!virtualAlone && decision.verdict() != Verdict.VIRTUAL) {
            return false;
        }
        if (alone != null) {
            throw Stacks.wrongStack(target);
        }
        decideVirtual();
        return true;
    }

    /**
     * Before a connect to {@code target}.
     *
     * @throws java.net.NoRouteToHostException if that is the host stack's and there was no port for this socket
     */
    public void checkHostPort(InetAddress target, RoutingDecision decision) throws IOException {
        if (hostPortTaken && decision.verdict() == Verdict.HOST) {
            throw Stacks.hostPortTaken(target);
        }
    }

    /**
     * The host stack's socket, or its half, bound now to {@code local} if it was not there: to the other half's port if
     * that may be and is free.
     *
     * @param local the wildcard address, or the one that the other half is bound to
     */
    public H ensureHostHalf(InetSocketAddress local, Binding<H> bindHost) throws IOException {
        if (alone == null && hostHalf == null) {
            bindMissingHalf(local, WildcardScope.OS, bindHost, null);
        }
        H decided = alone;
        return decided != null ? decided : hostHalf;
    }

    /** As {@link #ensureHostHalf}. */
    public V ensureVirtualHalf(InetSocketAddress wildcard, Binding<V> bindVirtual) throws IOException {
        if (virtual == null) {
            bindMissingHalf(wildcard, WildcardScope.ZEROTIER, null, bindVirtual);
        }
        return virtual;
    }

    /** The host stack's socket or half or what will be it; {@code null} if there will be none. */
    public H host() throws IOException {
        lock.lock();
        try {
            H decided = alone;
            if (decided != null) {
                return decided;
            }
            ensureOpen();
            return virtualAlone ? null : current();
        } finally {
            lock.unlock();
        }
    }

    public <T> void option(SocketOption<T> name, T value) throws IOException {
        H decided = alone;
        if (decided == null) {
            lock.lock();
            try {
                decided = alone;
                if (decided == null) {
                    ensureOpen();
                    if (virtualAlone) {
                        options.setVirtual(virtual, name, value);
                    } else {
                        options.set(current(), virtual != null ? virtual : undecided.reserved(), name, value);
                    }
                    return;
                }
            } finally {
                lock.unlock();
            }
        }
        hosts.option(decided, name, value);
    }

    public <T> T option(SocketOption<T> name) throws IOException {
        H decided = alone;
        if (decided == null) {
            lock.lock();
            try {
                decided = alone;
                if (decided == null) {
                    ensureOpen();
                    return virtualAlone ? options.getVirtual(virtual, name) : hosts.option(current(), name);
                }
            } finally {
                lock.unlock();
            }
        }
        return hosts.option(decided, name);
    }

    /** The options that {@link #option} takes, before a decision and after it. */
    public Set<SocketOption<?>> supportedOptions() {
        return hosts.supportedOptions();
    }

    /**
     * The local address, or {@code null} while unbound.
     *
     * @param preferVirtual which half is asked if there are both
     */
    public InetSocketAddress localAddress(boolean preferVirtual) throws IOException {
        H decided = alone;
        if (decided != null) {
            return hosts.localAddress(decided);
        }
        ensureOpen();
        V endpoint = virtual;
        H half = hostHalf;
        if (endpoint != null && (half == null || preferVirtual)) {
            return endpoint.localAddress();
        }
        if (half != null) {
            return hosts.localAddress(half);
        }
        lock.lock();
        try {
            return undecided.localAddress();
        } finally {
            lock.unlock();
        }
    }

    /**
     * As {@link #localAddress}, but still known after the close; of a socket that is {@link #alone}, ask that.
     *
     * @param preferVirtual which half is asked if there are both
     */
    public InetSocketAddress keptLocalAddress(boolean preferVirtual) {
        try {
            if (owner.isOpen()) {
                return localAddress(preferVirtual);
            }
        } catch (IOException e) {
            // Closed in this moment.
            return last(preferVirtual);
        }
        return last(preferVirtual);
    }

    private InetSocketAddress last(boolean preferVirtual) {
        InetSocketAddress host = lastHost;
        InetSocketAddress endpoint = lastVirtual;
        return endpoint != null && (host == null || preferVirtual) ? endpoint : host;
    }

    /** Takes note of the blocking mode for the host stack's socket that may come. A half never blocks. */
    public void blocking(boolean block) {
        lock.lock();
        try {
            blocking = block;
        } finally {
            lock.unlock();
        }
    }

    /** Closes everything but a socket that is {@link #alone}. The owner counts as closed already. */
    public void close() {
        PendingDecision waiting = pending;
        if (waiting != null) {
            waiting.wake();
        }
        lock.lock();
        try {
            remember();
            undecided.discard();
            if (virtual != null) {
                virtual.close();
            }
            Undecided.close(hosts, hostHalf);
        } finally {
            lock.unlock();
        }
    }

    /** Opens an endpoint for a bind. The scope that is left if there is none. */
    private WildcardScope open(Undecided<H, V>.Bind bind, WildcardScope scope, boolean mayLack) throws IOException {
        try {
            bind.open();
            return scope;
        } catch (IOException e) {
            if (scope == WildcardScope.BOTH && (mayLack || stacks.mayLack(e))) {
                return WildcardScope.OS;
            }
            throw e;
        }
    }

    private WildcardScope scopeOf(InetSocketAddress local) throws IOException {
        RoutingDecision decision = await(local, true, 0);
        return switch (decision.verdict()) {
            case HOST -> WildcardScope.OS;
            case VIRTUAL -> WildcardScope.ZEROTIER;
            case PENDING, UNAVAILABLE -> throw Stacks.cannotBind(decision);
        };
    }

    /** A client's address in both stacks; in the virtual one alone if the host has it not, or its port not free. */
    private void bindShared(Undecided<H, V>.Bind bind, InetSocketAddress address) throws IOException {
        try {
            bind.bind(address, WildcardScope.BOTH);
        } catch (BindException e) {
            LOGGER.log(Level.DEBUG, "not bound in the host stack", e);
            bind.bind(address, WildcardScope.ZEROTIER);
            hostPortTaken = true;
            decide(WildcardScope.ZEROTIER);
        }
    }

    private void remember() {
        try {
            lastVirtual = virtual == null ? null : virtual.localAddress();
            lastHost = hostHalf == null ? undecided.localAddress() : hosts.localAddress(hostHalf);
        } catch (IOException e) {
            LOGGER.log(Level.DEBUG, "a socket that is being closed has no address", e);
        }
    }

    private WildcardScope scope() {
        return wildcard == Wildcard.RESERVES
                ? WildcardScope.BOTH
                : stacks.networks().wildcardScope();
    }

    private boolean isDecided() {
        return alone != null || virtualAlone;
    }

    /** Makes the decision, by the lock, with what has been bound, if anything. */
    private void decide(WildcardScope scope) throws IOException {
        switch (scope) {
            case OS -> {
                hosts.configureBlocking(undecided.candidate(), blocking);
                alone = undecided.takeCandidate();
                undecided.discardReserved();
            }
            case ZEROTIER -> {
                virtualAlone = true;
                virtual = undecided.takeReserved();
                undecided.discardCandidate();
            }
            case BOTH -> publishHalves(scope);
        }
    }

    private void publishHalves(WildcardScope scope) throws IOException {
        if (scope != WildcardScope.ZEROTIER) {
            hosts.configureBlocking(undecided.candidate(), false);
            hostHalf = undecided.takeCandidate();
        }
        if (scope != WildcardScope.OS) {
            virtual = undecided.takeReserved();
        }
    }

    private void bindMissingHalf(
            InetSocketAddress address, WildcardScope scope, Binding<H> bindHost, Binding<V> bindVirtual)
            throws IOException {
        try (Undecided<H, V>.Bind bind = undecided.new Bind(bindHost, bindVirtual)) {
            if (scope == WildcardScope.ZEROTIER) {
                bind.open();
            }
            lock.lock();
            try {
                ensureOpen();
                if (alone == null && (scope == WildcardScope.OS ? hostHalf : virtual) == null) {
                    bindBeside(bind, address, scope);
                    publishHalves(scope);
                }
            } finally {
                lock.unlock();
            }
        }
    }

    private void bindBeside(Undecided<H, V>.Bind bind, InetSocketAddress address, WildcardScope scope)
            throws IOException {
        InetSocketAddress other = localAddress(true);
        // A port that was to be bound in one stack only is not opened in the other by a send.
        boolean shared = !address.getAddress().isAnyLocalAddress();
        if (other != null && (shared || scope() == WildcardScope.BOTH)) {
            try {
                bind.bind(new InetSocketAddress(address.getAddress(), other.getPort()), scope);
                return;
            } catch (BindException e) {
                // Somebody else's there: any port is good enough to send.
                bind.close();
            }
        }
        bind.bind(address, scope);
    }

    private H current() throws IOException {
        return hostHalf != null ? hostHalf : undecided.candidate();
    }

    /** What a bind looks at before it looks at the address. */
    public void ensureUnbound() throws IOException {
        ensureOpen();
        if (alone == null && localAddress(true) != null) {
            throw new AlreadyBoundException();
        }
    }

    private void ensureOpen() throws ClosedChannelException {
        if (!owner.isOpen()) {
            throw new ClosedChannelException();
        }
    }
}
