package io.ztnio.provider.async;

import io.ztnio.tcpip.endpoint.Endpoint;
import io.ztnio.tcpip.endpoint.StreamEndpoint;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.CompletionHandler;
import java.nio.channels.ReadPendingException;
import java.nio.channels.WritePendingException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Reads and writes of an asynchronous channel in the virtual stack, over an endpoint that never waits.
 *
 * <p>Thread: thread-safe.
 */
final class VirtualStream {
    /** With these, everything that is pending ends. */
    private static final int ENDED = Endpoint.FAILED | Endpoint.HUNG_UP;

    private final ZeroTierChannelGroup group;
    private final StreamEndpoint endpoint;
    private final OperationSlot reads;
    private final OperationSlot writes;
    private volatile boolean inputShut;
    private volatile boolean outputShut;

    /** A read was told of a reset: unlike the endpoint, the JDK's channels say that once. */
    private volatile boolean resetTold;

    VirtualStream(AsynchronousChannel channel, ZeroTierChannelGroup group, StreamEndpoint endpoint) {
        this.group = group;
        this.endpoint = endpoint;
        this.reads = new OperationSlot(channel, group, () -> {});
        this.writes = new OperationSlot(channel, group, () -> {});
    }

    /**
     * Begins to listen to the endpoint.
     *
     * @param connects the connect that may be pending
     */
    void follow(OperationSlot connects) {
        endpoint.readinessListener(newlySet -> {
            if ((newlySet & (Endpoint.READABLE | ENDED)) != 0) {
                reads.signal();
            }
            if ((newlySet & (Endpoint.WRITABLE | ENDED)) != 0) {
                writes.signal();
            }
            if ((newlySet & (Endpoint.CONNECTABLE | ENDED)) != 0) {
                connects.signal();
            }
        });
    }

    StreamEndpoint endpoint() {
        return endpoint;
    }

    boolean isInputShut() {
        return inputShut;
    }

    boolean isOutputShut() {
        return outputShut;
    }

    <A> Future<Integer> read(
            ByteBuffer destination,
            long timeout,
            TimeUnit unit,
            A attachment,
            CompletionHandler<Integer, ? super A> handler) {
        Transfer.Direction<Integer> reading = tellingResetOnce(-1, Transfer.reading(destination));
        Transfer<Integer, A> transfer = new Transfer<>(group, reads, endpoint, reading, false, attachment, handler);
        boolean empty = !destination.hasRemaining();
        return read(transfer, empty, 0, -1, timeout, unit, attachment, handler);
    }

    <A> Future<Long> read(
            ByteBuffer[] destinations,
            long timeout,
            TimeUnit unit,
            A attachment,
            CompletionHandler<Long, ? super A> handler) {
        boolean empty = !hasRemaining(destinations);
        Transfer.Direction<Long> reading = tellingResetOnce(-1L, Transfer.reading(destinations));
        Transfer<Long, A> transfer = new Transfer<>(group, reads, endpoint, reading, empty, attachment, handler);
        return read(transfer, false, 0L, -1L, timeout, unit, attachment, handler);
    }

    <A> Future<Integer> write(
            ByteBuffer source,
            long timeout,
            TimeUnit unit,
            A attachment,
            CompletionHandler<Integer, ? super A> handler) {
        Transfer<Integer, A> transfer =
                new Transfer<>(group, writes, endpoint, Transfer.writing(source), false, attachment, handler);
        return write(transfer, !source.hasRemaining(), 0, timeout, unit, attachment, handler);
    }

    <A> Future<Long> write(
            ByteBuffer[] sources,
            long timeout,
            TimeUnit unit,
            A attachment,
            CompletionHandler<Long, ? super A> handler) {
        boolean empty = !hasRemaining(sources);
        Transfer<Long, A> transfer =
                new Transfer<>(group, writes, endpoint, Transfer.writing(sources), empty, attachment, handler);
        return write(transfer, false, 0L, timeout, unit, attachment, handler);
    }

    /** No operation may follow: a connect was cancelled, so it is not known whether there is a connection. */
    void kill() {
        reads.kill();
        writes.kill();
    }

    /** What is pending reads the end of the stream. */
    void shutdownInput() throws IOException {
        if (!inputShut) {
            endpoint.shutdownInput();
            inputShut = true;
            reads.look();
        }
    }

    /** What is pending fails. */
    void shutdownOutput() throws IOException {
        if (!outputShut) {
            endpoint.shutdownOutput();
            outputShut = true;
            writes.look();
        }
    }

    /** The channel has been closed: what is pending fails. */
    void closed() {
        reads.look();
        writes.look();
    }

    /** A read, in the order of the JDK's checks. */
    private <V extends Number, A> Future<V> read(
            Transfer<V, A> transfer,
            boolean empty,
            V zero,
            V end,
            long timeout,
            TimeUnit unit,
            A attachment,
            CompletionHandler<V, ? super A> handler) {
        if (reads.isKilled()) {
            throw new IllegalStateException("Reading not allowed due to timeout or cancellation");
        }
        if (inputShut || empty) {
            if (reads.isTaken()) {
                throw new ReadPendingException();
            }
            return FinishedOperation.success(group, inputShut ? end : zero, attachment, handler);
        }
        if (!reads.take(transfer)) {
            throw new ReadPendingException();
        }
        return reads.begin(transfer, true, timeout, unit);
    }

    private <V extends Number> Transfer.Direction<V> tellingResetOnce(V end, Transfer.Direction<V> reading) {
        return from -> {
            if (resetTold) {
                return end;
            }
            try {
                return reading.move(from);
            } catch (SocketException e) {
                resetTold = true;
                throw e;
            }
        };
    }

    private <V extends Number, A> Future<V> write(
            Transfer<V, A> transfer,
            boolean empty,
            V zero,
            long timeout,
            TimeUnit unit,
            A attachment,
            CompletionHandler<V, ? super A> handler) {
        if (writes.isKilled()) {
            throw new IllegalStateException("Writing not allowed due to timeout or cancellation");
        }
        if (outputShut || empty) {
            if (writes.isTaken()) {
                throw new WritePendingException();
            }
            return outputShut
                    ? FinishedOperation.failure(group, new ClosedChannelException(), attachment, handler)
                    : FinishedOperation.success(group, zero, attachment, handler);
        }
        if (!writes.take(transfer)) {
            throw new WritePendingException();
        }
        return writes.begin(transfer, true, timeout, unit);
    }

    private static boolean hasRemaining(ByteBuffer[] buffers) {
        for (ByteBuffer buffer : buffers) {
            if (buffer.hasRemaining()) {
                return true;
            }
        }
        return false;
    }
}
