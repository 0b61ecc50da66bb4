package io.ztnio.provider.channel;

import io.ztnio.provider.dual.Stacks;
import io.ztnio.provider.routing.Registration;
import io.ztnio.provider.routing.RoutingDecision;
import io.ztnio.provider.routing.Verdict;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The peer of a connected datagram channel, and the half that is connected to it: none while its stack is undecided.
 *
 * <p>Thread: connecting and disconnecting by one thread at a time; the rest at any time.
 */
final class ConnectedPeer {
    private final Connector connector;
    private final Runnable settled;

    /** Holds while a half is connected that was undecided. */
    private final ReentrantLock settling = new ReentrantLock();

    private volatile InetSocketAddress address;
    private volatile boolean inVirtual;
    private volatile boolean undecided;
    private volatile Registration registration = Registration.NONE;

    /** Connects a half, without waiting. */
    @FunctionalInterface
    interface Connector {
        void connect(InetSocketAddress peer, boolean toVirtual) throws IOException;
    }

    /** Disconnects a half. */
    @FunctionalInterface
    interface Disconnector {
        void disconnect(boolean fromVirtual) throws IOException;
    }

    /**
     * No peer.
     *
     * @param settled told when a half has been connected to a peer that was undecided
     */
    ConnectedPeer(Connector connector, Runnable settled) {
        this.connector = connector;
        this.settled = settled;
    }

    /** The peer, or {@code null} while there is none. */
    InetSocketAddress address() {
        return address;
    }

    boolean isVirtual() {
        return address != null && inVirtual && !undecided;
    }

    boolean isUndecided() {
        return undecided;
    }

    /** Whether what a half has received is for the channel: of all senders, or of the peer. */
    boolean mayHear(boolean virtualHalf) {
        return address == null || (!undecided && inVirtual == virtualHalf);
    }

    void connect(InetSocketAddress peer, boolean toVirtual) throws IOException {
        connector.connect(peer, toVirtual);
        inVirtual = toVirtual;
        address = peer;
    }

    /** Connects a half when it is decided which. */
    void connectLater(InetSocketAddress peer, Stacks stacks) {
        undecided = true;
        address = peer;
        registration = stacks.networks().whenDecided(peer.getAddress(), false, decision -> {
            try {
                settle(decision);
            } catch (IOException e) {
                // The next write tries again, and says so.
                System.getLogger("io.ztnio.provider").log(Level.DEBUG, "connecting a datagram channel failed", e);
            }
        });
    }

    /** Connects the half of a decision if the peer was undecided; nothing if it is not decided, or for none. */
    void settle(RoutingDecision decision) throws IOException {
        Verdict verdict = decision.verdict();
        if (!undecided || (verdict != Verdict.HOST && verdict != Verdict.VIRTUAL)) {
            return;
        }
        settling.lock();
        try {
            InetSocketAddress peer = address;
            if (!undecided || peer == null) {
                return;
            }
            connect(peer, verdict == Verdict.VIRTUAL);
            undecided = false;
        } finally {
            settling.unlock();
        }
        settled.run();
    }

    /** Ends the connection; the half is told if there is one. */
    void disconnect(Disconnector disconnector) throws IOException {
        registration.close();
        settling.lock();
        try {
            if (!undecided) {
                disconnector.disconnect(inVirtual);
            }
            undecided = false;
            address = null;
        } finally {
            settling.unlock();
        }
    }

    void close() {
        registration.close();
    }
}
