package io.ztnio.provider.runtime;

import io.ztnio.provider.config.WhenUnavailable;
import io.ztnio.provider.config.WildcardScope;
import io.ztnio.provider.routing.Registration;
import io.ztnio.provider.routing.RoutingDecision;
import io.ztnio.provider.routing.Verdict;
import io.ztnio.tcpip.endpoint.DatagramEndpoint;
import io.ztnio.tcpip.endpoint.ListenerEndpoint;
import io.ztnio.tcpip.endpoint.StreamEndpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.function.Consumer;

/**
 * The virtual networks of this process, as the channels see them. One implementation is backed by a ZeroTier node;
 * {@link #NONE} makes the provider a strict pass-through.
 *
 * <p>Thread: thread-safe.
 */
public interface VirtualNetworks {
    /** No networks: every address is the operating system's. */
    @SuppressWarnings("ClassInitializationDeadlock") // nobody else names NoNetworks
    VirtualNetworks NONE = new NoNetworks();

    /** Whether there is anything but the operating system. When false, nothing else here is called. */
    boolean isConfigured();

    /**
     * Which stack connections and datagrams to {@code remote} are for. Never waits; starts the node, on a thread of its
     * own, if it does not run and is needed for the answer.
     */
    RoutingDecision decide(InetAddress remote);

    /**
     * Which stack a bind to {@code local} is for: virtual for an own address on a network. A wildcard address is not
     * decided here: it is both stacks', see {@link #wildcardScope}. Never waits, as {@link #decide}.
     */
    RoutingDecision decideLocal(InetAddress local);

    /**
     * Calls {@code then} exactly once, when the decision is not {@linkplain Verdict#PENDING pending} any more: at the
     * latest when {@code ztnio.join.timeout} is over. If it is decided already, on the caller before this returns; else
     * on a thread of the runtime, with no lock held. It must not wait there.
     *
     * @param local whether {@link #decideLocal} is asked, or {@link #decide}
     */
    Registration whenDecided(InetAddress address, boolean local, Consumer<RoutingDecision> then);

    /**
     * What happens when a network cannot be had. {@link RoutingDecision} follows it already; who binds to the wildcard
     * address asks, if the virtual half cannot be opened.
     */
    WhenUnavailable whenUnavailable();

    /**
     * Waits until every configured network is usable, or refused, or the time for that is over; starts the node if it
     * does not run. An interrupt ends the wait and leaves the interrupt status set. For programs and tests that
     * want everything to be there; channels use {@link #whenDecided}.
     *
     * @throws IOException with the reason, if the node cannot run
     */
    void awaitReady() throws IOException;

    /** Whether wildcard binds listen on the virtual networks, on the operating system's, or on both. */
    WildcardScope wildcardScope();

    /**
     * Which stacks a datagram to a group or to 255.255.255.255 is for, if its socket is bound to the wildcard address and no
     * interface was chosen: the answer for now, without waiting or starting anything. {@code OS}, as here, where
     * {@link #decide} decides.
     */
    default WildcardScope groupScope(InetAddress group) {
        return WildcardScope.OS;
    }

    /** Whether {@code ztnio.bypass} leaves a port to the operating system, whatever is decided for its address. */
    default boolean isBypassed(InetSocketAddress address) {
        return false;
    }

    /**
     * Whether the virtual stack's addresses are the host's too and some targets stay with the host: who is bound to one of
     * them may have to go there.
     */
    default boolean sharesAddresses() {
        return false;
    }

    /** Whether the wildcard address stands for addresses of the virtual stack, when somebody connects to it. */
    default boolean hasWildcard() {
        return false;
    }

    /** What the networks know of names. */
    default NetworkNames names() {
        return NetworkNames.NONE;
    }

    /**
     * An endpoint of the virtual stack; waits for the node's start if it does not run.
     *
     * @throws IOException with the reason and what to do, if the node cannot run
     */
    StreamEndpoint openStream() throws IOException;

    /**
     * As {@link #openStream}. A listener that is bound to the wildcard address while no network has let this node in yet
     * listens on the addresses that come later.
     */
    ListenerEndpoint openListener() throws IOException;

    /** As {@link #openListener}. */
    DatagramEndpoint openDatagram() throws IOException;
}
