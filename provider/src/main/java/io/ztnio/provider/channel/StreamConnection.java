package io.ztnio.provider.channel;

import io.ztnio.provider.dual.Lingering;
import io.ztnio.tcpip.Waiting;
import io.ztnio.tcpip.endpoint.Endpoint;
import io.ztnio.tcpip.endpoint.StreamEndpoint;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ConnectionPendingException;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.NoConnectionPendingException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.SelectionKey;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * A socket channel's life in the virtual stack: connecting, and blocking transfers over an endpoint that never blocks.
 *
 * <p>Thread: thread-safe. Readers and writers serialise on the channel's two locks and park; connecting holds both.
 */
final class StreamConnection {
    private static final int UNCONNECTED = 0;
    private static final int PENDING = 1;
    private static final int CONNECTED = 2;

    /** With these, waiting is pointless whatever is waited for. */
    private static final int ENDED = Endpoint.FAILED | Endpoint.HUNG_UP;

    private final ZeroTierSocketChannel channel;
    private final StreamEndpoint endpoint;

    private volatile int state;
    private volatile boolean inputShut;
    private volatile boolean outputShut;
    private volatile Thread reader;
    private volatile Thread writer;
    private final BooleanSupplier connectOver = this::isConnectOver;
    private final BooleanSupplier readOver = this::isReadOver;

    StreamConnection(ZeroTierSocketChannel channel, StreamEndpoint endpoint, boolean connected) {
        this.channel = channel;
        this.endpoint = endpoint;
        this.state = connected ? CONNECTED : UNCONNECTED;
    }

    StreamEndpoint endpoint() {
        return endpoint;
    }

    boolean isConnected() {
        return state == CONNECTED;
    }

    /** Whether a connect was tried, with whatever success. */
    boolean hasPeer() {
        return state != UNCONNECTED;
    }

    boolean isPending() {
        return state == PENDING;
    }

    boolean isInputShut() {
        return inputShut;
    }

    boolean isOutputShut() {
        return outputShut;
    }

    /** Operations ready now, of all that a socket channel knows. */
    int readyOps() {
        int readiness = endpoint.readiness();
        int connectState = state;
        if (connectState == UNCONNECTED || !channel.isOpen()) {
            // A closed endpoint has every bit set, for waiters; the keys of a closed channel are about to be cancelled.
            return 0;
        }
        if ((readiness & ENDED) != 0) {
            // As poll's POLLERR and POLLHUP: ready for everything that the key is interested in.
            return SelectionKey.OP_READ | SelectionKey.OP_WRITE | SelectionKey.OP_CONNECT;
        }
        return connectState == PENDING
                ? readiness & SelectionKey.OP_CONNECT
                : readiness & (SelectionKey.OP_READ | SelectionKey.OP_WRITE);
    }

    /** Wakes the threads that wait, to look at the endpoint and the channel again. */
    void wake() {
        Waiting waiting = endpoint.waiting();
        waiting.wake(reader);
        waiting.wake(writer);
    }

    void close() {
        endpoint.close();
        wake();
    }

    /**
     * What a close has to wait for that follows, in blocking and in non-blocking mode. As the JDK's, a registered channel
     * does not wait, nor one that another thread, or an interrupt, closes during a blocking operation.
     */
    Runnable lingering() {
        return channel.isRegistered() || isInsideBlocking() ? () -> {} : Lingering.before(endpoint);
    }

    private boolean isInsideBlocking() {
        return channel.isBlocking() && (channel.readLock.isLocked() || channel.writeLock.isLocked());
    }

    /**
     * Connects, or begins to.
     *
     * @param timeoutNanos how long to wait in blocking mode; 0 for ever
     */
    boolean connect(InetSocketAddress remote, long timeoutNanos) throws IOException {
        channel.readLock.lock();
        channel.writeLock.lock();
        try {
            ensureOpen();
            if (state == CONNECTED) {
                throw new AlreadyConnectedException();
            }
            if (state == PENDING) {
                throw new ConnectionPendingException();
            }
            boolean blocking = channel.isBlocking();
            boolean completed = false;
            if (blocking) {
                channel.enterBlocking();
            }
            try {
                state = PENDING;
                endpoint.connect(remote);
                completed = blocking ? awaitConnected(timeoutNanos) : tryFinish();
            } finally {
                if (blocking) {
                    channel.leaveBlocking(completed);
                }
            }
            return completed;
        } catch (IOException e) {
            channel.close();
            throw e;
        } finally {
            channel.writeLock.unlock();
            channel.readLock.unlock();
        }
    }

    /** Begins to connect, in either mode. For who need not hold the locks, because nobody else can connect. */
    void begin(InetSocketAddress remote) throws IOException {
        state = PENDING;
        endpoint.connect(remote);
    }

    boolean finishConnect() throws IOException {
        channel.readLock.lock();
        channel.writeLock.lock();
        try {
            ensureOpen();
            if (state == CONNECTED) {
                return true;
            }
            if (state != PENDING) {
                throw new NoConnectionPendingException();
            }
            if (!channel.isBlocking()) {
                return tryFinish();
            }
            boolean completed = false;
            channel.enterBlocking();
            try {
                completed = awaitConnected(0);
            } finally {
                channel.leaveBlocking(completed);
            }
            return completed;
        } catch (IOException e) {
            channel.close();
            throw e;
        } finally {
            channel.writeLock.unlock();
            channel.readLock.unlock();
        }
    }

    /**
     * Reads one buffer.
     *
     * @param mustBlock whether only a channel in blocking mode will do, which is known for certain by the lock only
     * @param timeoutNanos as in {@link #connect}, for blocking reads
     * @throws IllegalBlockingModeException if it must block and does not
     */
    int read(ByteBuffer destination, boolean mustBlock, long timeoutNanos) throws IOException {
        channel.readLock.lock();
        try {
            ensureConnected();
            boolean blocking = isBlocking(mustBlock);
            if (inputShut) {
                return -1;
            }
            if (!blocking || !destination.hasRemaining()) {
                return endpoint.read(destination);
            }
            int count = 0;
            long deadline = deadline(timeoutNanos);
            channel.enterBlocking();
            try {
                while (channel.isOpen() && (count = endpoint.read(destination)) == 0) {
                    awaitReadable(deadline);
                }
            } finally {
                channel.leaveBlocking(count != 0);
            }
            return count;
        } finally {
            channel.readLock.unlock();
        }
    }

    long read(ByteBuffer[] destinations, int offset, int length) throws IOException {
        channel.readLock.lock();
        try {
            ensureConnected();
            if (inputShut) {
                return -1;
            }
            if (!channel.isBlocking() || remaining(destinations, offset, length) == 0) {
                return endpoint.read(destinations, offset, length);
            }
            long count = 0;
            channel.enterBlocking();
            try {
                while (channel.isOpen() && (count = endpoint.read(destinations, offset, length)) == 0) {
                    awaitReadable(0);
                }
            } finally {
                channel.leaveBlocking(count != 0);
            }
            return count;
        } finally {
            channel.readLock.unlock();
        }
    }

    /** Writes one buffer; in blocking mode all of it, since programs rely on that. {@code mustBlock} as for reads. */
    int write(ByteBuffer source, boolean mustBlock) throws IOException {
        channel.writeLock.lock();
        try {
            ensureWritable();
            if (!isBlocking(mustBlock)) {
                return endpoint.write(source);
            }
            int before = source.position();
            channel.enterBlocking();
            try {
                while (source.hasRemaining() && mayWrite()) {
                    if (endpoint.write(source) == 0) {
                        awaitWritable();
                    }
                }
            } catch (IOException e) {
                keepFailure(e, source.position() > before);
            } finally {
                leaveWrite(source.position() > before || !source.hasRemaining());
            }
            return source.position() - before;
        } finally {
            channel.writeLock.unlock();
        }
    }

    /**
     * Sends one urgent byte, waiting for room in blocking mode.
     *
     * @throws IOException "Socket buffer full" in the other
     */
    void sendUrgent(int value) throws IOException {
        channel.writeLock.lock();
        try {
            ensureWritable();
            if (!channel.isBlocking()) {
                if (!endpoint.sendUrgent(value)) {
                    throw new IOException("Socket buffer full");
                }
                return;
            }
            boolean sent = false;
            channel.enterBlocking();
            try {
                while (mayWrite() && !sent) {
                    sent = endpoint.sendUrgent(value);
                    if (!sent) {
                        awaitWritable();
                    }
                }
            } finally {
                leaveWrite(sent);
            }
        } finally {
            channel.writeLock.unlock();
        }
    }

    long write(ByteBuffer[] sources, int offset, int length) throws IOException {
        channel.writeLock.lock();
        try {
            ensureWritable();
            if (!channel.isBlocking()) {
                return endpoint.write(sources, offset, length);
            }
            long total = remaining(sources, offset, length);
            long left = total;
            channel.enterBlocking();
            try {
                while (left > 0 && mayWrite()) {
                    long count = endpoint.write(sources, offset, length);
                    left -= count;
                    if (count == 0) {
                        awaitWritable();
                    }
                }
            } catch (IOException e) {
                keepFailure(e, left < total);
            } finally {
                leaveWrite(left < total || total == 0);
            }
            return total - left;
        } finally {
            channel.writeLock.unlock();
        }
    }

    void shutdownInput() throws IOException {
        ensureConnected();
        if (!inputShut) {
            inputShut = true;
            endpoint.shutdownInput();
            wake();
            channel.keys().signal();
        }
    }

    void shutdownOutput() throws IOException {
        ensureConnected();
        if (!outputShut) {
            outputShut = true;
            endpoint.shutdownOutput();
            wake();
            channel.keys().signal();
        }
    }

    private boolean tryFinish() throws IOException {
        if (!endpoint.finishConnect()) {
            return false;
        }
        state = CONNECTED;
        // The endpoint may have been writable, even readable, for a while: keys that wait for it must look again.
        channel.keys().signal();
        return true;
    }

    private boolean awaitConnected(long timeoutNanos) throws IOException {
        long deadline = deadline(timeoutNanos);
        Thread self = Thread.currentThread();
        reader = self;
        try {
            while (channel.isOpen() && !self.isInterrupted()) {
                if (tryFinish()) {
                    return true;
                }
                if ((endpoint.readiness() & (Endpoint.CONNECTABLE | ENDED)) == 0) {
                    await(endpoint.waiting(), connectOver, deadline, "Connect timed out");
                }
            }
            return false;
        } finally {
            reader = null;
        }
    }

    private void awaitReadable(long deadline) throws IOException {
        reader = Thread.currentThread();
        try {
            while (channel.isOpen()
                    && !inputShut
                    && (endpoint.readiness() & (Endpoint.READABLE | ENDED)) == 0
                    && !reader.isInterrupted()) {
                await(endpoint.waiting(), readOver, deadline, "Read timed out");
            }
            if (reader.isInterrupted()) {
                throw new AsynchronousCloseException();
            }
        } finally {
            reader = null;
        }
    }

    private void awaitWritable() throws IOException {
        writer = Thread.currentThread();
        try {
            while (mayWrite() && (endpoint.readiness() & (Endpoint.WRITABLE | ENDED)) == 0 && !writer.isInterrupted()) {
                // What follows is the writer's own to send, so another thread had better take in the acknowledgments
                // meanwhile.
                LockSupport.park(this);
            }
            if (writer.isInterrupted()) {
                throw new AsynchronousCloseException();
            }
        } finally {
            writer = null;
        }
    }

    private boolean isBlocking(boolean mustBlock) {
        boolean blocking = channel.isBlocking();
        if (mustBlock && !blocking) {
            throw new IllegalBlockingModeException();
        }
        return blocking;
    }

    /** A failure after part of a write was taken: that part is reported, and what comes next reports the failure. */
    private void keepFailure(IOException failure, boolean partial) throws IOException {
        if (!partial) {
            throw failure;
        }
        endpoint.retractFailure();
    }

    private boolean mayWrite() {
        return channel.isOpen() && !outputShut;
    }

    private void leaveWrite(boolean completed) throws IOException {
        channel.leaveBlocking(completed);
        if (!completed && outputShut) {
            throw new AsynchronousCloseException();
        }
    }

    private boolean isConnectOver() {
        return mayEnd(Endpoint.CONNECTABLE);
    }

    private boolean isReadOver() {
        return inputShut || mayEnd(Endpoint.READABLE);
    }

    /** Whether waiting for a condition is pointless. */
    private boolean mayEnd(int condition) {
        return !channel.isOpen() || (endpoint.readiness() & (condition | ENDED)) != 0;
    }

    private void await(Waiting waiting, BooleanSupplier over, long deadline, String timeoutText)
            throws SocketTimeoutException {
        long left = Long.MAX_VALUE;
        if (deadline != 0) {
            left = deadline - System.nanoTime();
            if (left <= 0) {
                throw new SocketTimeoutException(timeoutText);
            }
        }
        if (waiting.await(this, left, over)) {
            channel.enterBlocking();
        }
    }

    private void ensureOpen() throws ClosedChannelException {
        if (!channel.isOpen()) {
            throw new ClosedChannelException();
        }
    }

    private void ensureConnected() throws ClosedChannelException {
        ensureOpen();
        if (state != CONNECTED) {
            throw new NotYetConnectedException();
        }
    }

    private void ensureWritable() throws ClosedChannelException {
        ensureConnected();
        if (outputShut) {
            throw new AsynchronousCloseException();
        }
    }

    private static long deadline(long timeoutNanos) {
        if (timeoutNanos == 0) {
            return 0;
        }
        // Zero means none, so the one nanosecond at which the sum is zero is moved.
        long deadline = System.nanoTime() + timeoutNanos;
        return deadline == 0 ? 1 : deadline;
    }

    private static long remaining(ByteBuffer[] buffers, int offset, int length) {
        long sum = 0;
        for (int i = offset; i < offset + length; i++) {
            sum += buffers[i].remaining();
        }
        return sum;
    }
}
