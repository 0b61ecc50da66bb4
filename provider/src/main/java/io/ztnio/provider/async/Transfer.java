package io.ztnio.provider.async;

import io.ztnio.tcpip.endpoint.StreamEndpoint;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.CompletionHandler;

/**
 * A read or a write of one buffer or several.
 *
 * @param <V> {@code Integer} for one buffer, {@code Long} for several
 * @param <A> the attachment
 */
final class Transfer<V extends Number, A> extends Operation<V, A> {
    private final StreamEndpoint endpoint;
    private final Direction<V> direction;
    private final boolean mayBeEmpty;

    /** Moves bytes without waiting. */
    interface Direction<V extends Number> {
        /** How many; {@code zero} if none can be moved now. */
        V move(StreamEndpoint endpoint) throws IOException;
    }

    /**
     * A transfer.
     *
     * @param mayBeEmpty whether no bytes at all are a result, for there is no room in the buffers, or nothing in them
     */
    Transfer(
            ZeroTierChannelGroup group,
            OperationSlot slot,
            StreamEndpoint endpoint,
            Direction<V> direction,
            boolean mayBeEmpty,
            A attachment,
            CompletionHandler<V, ? super A> handler) {
        super(group, slot, attachment, handler);
        this.endpoint = endpoint;
        this.direction = direction;
        this.mayBeEmpty = mayBeEmpty;
    }

    static Direction<Integer> reading(ByteBuffer destination) {
        return endpoint -> endpoint.read(destination);
    }

    static Direction<Long> reading(ByteBuffer[] destinations) {
        return endpoint -> endpoint.read(destinations, 0, destinations.length);
    }

    static Direction<Integer> writing(ByteBuffer source) {
        return endpoint -> endpoint.write(source);
    }

    static Direction<Long> writing(ByteBuffer[] sources) {
        return endpoint -> endpoint.write(sources, 0, sources.length);
    }

    @Override
    boolean attempt() throws IOException {
        V count;
        try {
            count = direction.move(endpoint);
        } catch (SocketException reset) {
            // The JDK's asynchronous channels do not tell the one from the other.
            throw reset.getClass() == SocketException.class ? withoutClass(reset) : reset;
        }
        result(count);
        return count.longValue() != 0 || mayBeEmpty;
    }

    private static IOException withoutClass(SocketException failure) {
        IOException plain = new IOException(failure.getMessage());
        plain.initCause(failure);
        return plain;
    }
}
