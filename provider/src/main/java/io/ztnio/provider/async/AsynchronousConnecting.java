package io.ztnio.provider.async;

import io.ztnio.provider.dual.DualSocket;
import io.ztnio.provider.dual.Stacks;
import io.ztnio.provider.routing.RoutingDecision;
import io.ztnio.provider.routing.Verdict;
import io.ztnio.tcpip.endpoint.StreamEndpoint;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.CompletionHandler;
import java.nio.channels.ConnectionPendingException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * How an asynchronous channel gets connected: the decision for a stack, which it never waits for, and the connect there.
 *
 * <p>Thread: thread-safe.
 */
final class AsynchronousConnecting {
    private final ZeroTierAsynchronousSocketChannel channel;
    private final ZeroTierChannelGroup group;
    private final DualSocket<AsynchronousSocketChannel, StreamEndpoint> dual;
    private final Stacks stacks;
    private final OperationSlot slot;
    private final AtomicReference<State> state;
    private volatile ConnectOperation<?> operation;

    private enum State {
        UNCONNECTED,
        PENDING,
        CONNECTED
    }

    AsynchronousConnecting(
            ZeroTierAsynchronousSocketChannel channel,
            ZeroTierChannelGroup group,
            DualSocket<AsynchronousSocketChannel, StreamEndpoint> dual,
            Stacks stacks,
            boolean connected) {
        this.channel = channel;
        this.group = group;
        this.dual = dual;
        this.stacks = stacks;
        this.slot = new OperationSlot(channel, group, channel::kill);
        this.state = new AtomicReference<>(connected ? State.CONNECTED : State.UNCONNECTED);
    }

    OperationSlot slot() {
        return slot;
    }

    boolean isPending() {
        return state.get() == State.PENDING;
    }

    boolean isConnected() {
        return state.get() == State.CONNECTED;
    }

    void connected() {
        state.set(State.CONNECTED);
    }

    /** The channel has been closed. */
    void closed() {
        ConnectOperation<?> pending = operation;
        if (pending != null) {
            pending.stopWaiting();
        }
        slot.look();
    }

    /** A connect of an open channel to an address that some stack can have. */
    <A> Future<Void> connect(InetSocketAddress target, A attachment, CompletionHandler<Void, ? super A> handler) {
        if (!state.compareAndSet(State.UNCONNECTED, State.PENDING)) {
            AsynchronousSocketChannel host = dual.alone();
            if (host != null) {
                // It says itself what is wrong.
                return channel.connectInHost(host, target, attachment, handler);
            }
            throw isConnected() ? new AlreadyConnectedException() : new ConnectionPendingException();
        }
        RoutingDecision decision = stacks.decide(target, false);
        if (isOfHost(decision)) {
            return connectInHost(target, attachment, handler);
        }
        ConnectOperation<A> begun = new ConnectOperation<>(channel, group, slot, target, attachment, handler);
        slot.take(begun);
        operation = begun;
        if (decision.isDecided()) {
            start(begun, decision);
        } else {
            begun.waitsFor(stacks.networks().whenDecided(target.getAddress(), false, late -> {
                start(begun, late);
                slot.signal();
            }));
            if (!channel.isOpen()) {
                begun.stopWaiting();
            }
        }
        return slot.begin(begun, true, 0, TimeUnit.NANOSECONDS);
    }

    /** The JDK's own connect, with its own future. */
    private <A> Future<Void> connectInHost(
            InetSocketAddress target, A attachment, CompletionHandler<Void, ? super A> handler) {
        try {
            dual.decideHost();
            return channel.connectInHost(dual.alone(), target, attachment, handler);
        } catch (IOException e) {
            channel.closeAfterFailure();
            return FinishedOperation.failure(group, e, attachment, handler);
        } catch (RuntimeException e) {
            state.set(State.UNCONNECTED);
            throw e;
        }
    }

    /** Starts the connect in the stack that was decided for. Never waits. */
    private void start(ConnectOperation<?> begun, RoutingDecision decision) {
        try {
            StreamEndpoint endpoint = endpoint(begun.target(), decision);
            if (endpoint != null) {
                endpoint.connect(begun.target());
                begun.begun(endpoint);
            } else {
                dual.decideHost();
                dual.alone().connect(begun.target(), null, begun);
            }
        } catch (IOException | RuntimeException e) {
            begun.failed(e);
        }
    }

    /** One that is bound to a virtual address says itself that it cannot go elsewhere. */
    private boolean isOfHost(RoutingDecision decision) {
        return !dual.isVirtualAlone() && decision.verdict() == Verdict.HOST;
    }

    /** The virtual endpoint for {@code target}, or {@code null} if it is the host stack's. */
    private StreamEndpoint endpoint(InetSocketAddress target, RoutingDecision decision) throws IOException {
        if (decision.verdict() == Verdict.UNAVAILABLE) {
            throw Stacks.noRoute(decision);
        }
        dual.checkHostPort(target.getAddress(), decision);
        if (isOfHost(decision)) {
            return null;
        }
        if (dual.alone() != null) {
            throw Stacks.wrongStack(target.getAddress());
        }
        dual.decideVirtual();
        VirtualStream stream = channel.decided();
        if (stream == null) {
            throw new ClosedChannelException();
        }
        return stream.endpoint();
    }
}
