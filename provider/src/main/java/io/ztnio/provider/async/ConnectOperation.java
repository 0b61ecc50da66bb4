package io.ztnio.provider.async;

import io.ztnio.provider.routing.Registration;
import io.ztnio.tcpip.endpoint.StreamEndpoint;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.CompletionHandler;

/**
 * A connect whose stack may not be decided yet: it ends when the connect in that stack has.
 *
 * <p>Thread: the news come from any thread, before the slot is told of them.
 *
 * @param <A> the attachment
 */
final class ConnectOperation<A> extends Operation<Void, A> implements CompletionHandler<Void, Void> {
    private final ZeroTierAsynchronousSocketChannel channel;
    private final OperationSlot slot;
    private final InetSocketAddress target;

    /** Until there is a decision. */
    private volatile Registration registration = Registration.NONE;

    /** The virtual connection that was begun. */
    private volatile StreamEndpoint begun;

    /** The host stack's connection is there. */
    private volatile boolean connectedInHost;

    private volatile Throwable failed;

    ConnectOperation(
            ZeroTierAsynchronousSocketChannel channel,
            ZeroTierChannelGroup group,
            OperationSlot slot,
            InetSocketAddress target,
            A attachment,
            CompletionHandler<Void, ? super A> handler) {
        super(group, slot, attachment, handler);
        this.channel = channel;
        this.slot = slot;
        this.target = target;
    }

    InetSocketAddress target() {
        return target;
    }

    void waitsFor(Registration decision) {
        registration = decision;
    }

    void stopWaiting() {
        registration.close();
    }

    void begun(StreamEndpoint endpoint) {
        begun = endpoint;
    }

    void failed(Throwable why) {
        failed = why;
    }

    @Override
    public void completed(Void none, Void nothing) {
        connectedInHost = true;
        slot.lookOnPool();
    }

    @Override
    public void failed(Throwable why, Void nothing) {
        failed = why;
        slot.lookOnPool();
    }

    @Override
    boolean attempt() throws IOException {
        Throwable why = failed;
        if (why != null) {
            throw asIoException(why);
        }
        StreamEndpoint endpoint = begun;
        boolean connected = endpoint == null ? connectedInHost : endpoint.finishConnect();
        if (connected) {
            channel.connected();
        }
        return connected;
    }

    @Override
    void onFailure() {
        channel.closeAfterFailure();
    }

    /** The connection may be there at any time, and the channel must know of it. */
    @Override
    boolean outlivesCancel() {
        return true;
    }
}
