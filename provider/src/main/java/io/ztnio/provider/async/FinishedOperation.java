package io.ztnio.provider.async;

import java.nio.channels.CompletionHandler;
import java.util.concurrent.Future;

/**
 * An operation that is over before it has begun.
 *
 * @param <V> the result
 * @param <A> the attachment
 */
final class FinishedOperation<V, A> extends Operation<V, A> {
    private FinishedOperation(ZeroTierChannelGroup group, A attachment, CompletionHandler<V, ? super A> handler) {
        super(group, null, attachment, handler);
    }

    /** Tells of a success. */
    static <V, A> Future<V> success(
            ZeroTierChannelGroup group, V result, A attachment, CompletionHandler<V, ? super A> handler) {
        return tell(new FinishedOperation<>(group, attachment, handler), result, null);
    }

    /** Tells of a failure. */
    static <V, A> Future<V> failure(
            ZeroTierChannelGroup group, Throwable failure, A attachment, CompletionHandler<V, ? super A> handler) {
        return tell(new FinishedOperation<>(group, attachment, handler), null, failure);
    }

    private static <V> Future<V> tell(FinishedOperation<V, ?> operation, V result, Throwable failure) {
        operation.result(result);
        operation.end(failure);
        operation.tell(true);
        return operation.future();
    }

    @Override
    boolean attempt() {
        return true;
    }
}
