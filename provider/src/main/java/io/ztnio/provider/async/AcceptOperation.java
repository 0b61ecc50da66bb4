package io.ztnio.provider.async;

import io.ztnio.provider.dual.Turns;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;

/**
 * An accept in either stack.
 *
 * @param <A> the attachment
 */
final class AcceptOperation<A> extends Operation<AsynchronousSocketChannel, A> {
    private final Turns<Void, AsynchronousSocketChannel> turns;

    AcceptOperation(
            ZeroTierChannelGroup group,
            OperationSlot slot,
            Turns<Void, AsynchronousSocketChannel> turns,
            A attachment,
            CompletionHandler<AsynchronousSocketChannel, ? super A> handler) {
        super(group, slot, attachment, handler);
        this.turns = turns;
    }

    @Override
    boolean attempt() throws IOException {
        AsynchronousSocketChannel accepted = turns.poll(null);
        result(accepted);
        return accepted != null;
    }

    @Override
    void discard(AsynchronousSocketChannel unwanted) {
        if (unwanted == null) {
            return;
        }
        try {
            unwanted.close();
        } catch (IOException e) {
            System.getLogger("io.ztnio.provider").log(Level.DEBUG, "closing failed", e);
        }
    }
}
