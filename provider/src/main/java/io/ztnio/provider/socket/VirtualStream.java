package io.ztnio.provider.socket;

import io.ztnio.provider.dual.Interruption;
import io.ztnio.provider.dual.Lingering;
import io.ztnio.tcpip.Waiting;
import io.ztnio.tcpip.endpoint.Endpoint;
import io.ztnio.tcpip.endpoint.StreamEndpoint;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * A socket's connection in the virtual stack: blocking operations over an endpoint that never blocks, with the
 * exceptions of the JDK's sockets.
 *
 * <p>Thread: thread-safe. Readers and writers serialise on a lock each and park; the close needs none.
 */
final class VirtualStream {
    /** With these, waiting is pointless whatever is waited for. */
    private static final int ENDED = Endpoint.FAILED | Endpoint.HUNG_UP;

    private static final Interruption INTERRUPTION = Interruption.OF_SOCKETS;

    private final ReentrantLock readLock = new ReentrantLock();
    private final ReentrantLock writeLock = new ReentrantLock();
    private final Channel socket;
    private final StreamEndpoint endpoint;

    private volatile boolean connected;
    private volatile boolean inputShut;
    private volatile boolean outputShut;
    private volatile Thread reader;
    private volatile Thread writer;
    private final BooleanSupplier connectOver = this::isConnectOver;
    private final BooleanSupplier readOver = this::isReadOver;

    /** The end was read. Guarded by readLock. */
    private boolean ended;

    /**
     * A connection.
     *
     * @param socket whose being open counts
     */
    VirtualStream(Channel socket, StreamEndpoint endpoint, boolean connected) {
        this.socket = socket;
        this.endpoint = endpoint;
        this.connected = connected;
        endpoint.readinessListener(newlySet -> wake());
    }

    StreamEndpoint endpoint() {
        return endpoint;
    }

    /** What a close has to wait for that follows: nothing, as with the JDK's, if it ends what another thread does. */
    Runnable lingering() {
        return readLock.isLocked() || writeLock.isLocked() ? () -> {} : Lingering.before(endpoint);
    }

    /** Wakes the threads that wait, to look at the endpoint and the socket again. */
    void wake() {
        Waiting waiting = endpoint.waiting();
        waiting.wake(reader);
        waiting.wake(writer);
    }

    /**
     * Connects.
     *
     * @param timeoutNanos how long to wait; 0 for ever
     */
    void connect(InetSocketAddress remote, long timeoutNanos) throws IOException {
        readLock.lock();
        try {
            Deadline deadline = new Deadline(timeoutNanos, "Connect timed out");
            endpoint.connect(remote);
            if (timeoutNanos == 0) {
                // As the JDK's, which waits without having looked.
                INTERRUPTION.check(socket);
            }
            reader = Thread.currentThread();
            try {
                while (!endpoint.finishConnect()) {
                    if ((endpoint.readiness() & (Endpoint.CONNECTABLE | ENDED)) == 0) {
                        await(endpoint.waiting(), connectOver, deadline);
                    }
                }
            } finally {
                reader = null;
            }
            connected = true;
        } catch (IOException e) {
            throw openOr(e);
        } finally {
            readLock.unlock();
        }
    }

    /**
     * Reads some bytes, waiting for the first.
     *
     * @param timeoutMillis how long; 0 for ever
     * @return bytes read, or -1 at the end
     */
    int read(byte[] bytes, int offset, int length, int timeoutMillis) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (length == 0) {
            return 0;
        }
        Deadline deadline = new Deadline(TimeUnit.MILLISECONDS.toNanos(timeoutMillis), "Read timed out");
        deadline.lock(readLock);
        try {
            if (ended) {
                return -1;
            }
            int count = read(ByteBuffer.wrap(bytes, offset, length), deadline);
            ended = count < 0;
            return count;
        } catch (IOException e) {
            throw ImplFailures.translateToSocket(openOr(e));
        } finally {
            readLock.unlock();
        }
    }

    private int read(ByteBuffer destination, Deadline deadline) throws IOException {
        ensureConnected();
        reader = Thread.currentThread();
        try {
            while (true) {
                if (inputShut) {
                    return -1;
                }
                int count = endpoint.read(destination);
                if (count > 0) {
                    return count;
                }
                ensureConnected();
                if (count < 0) {
                    return -1;
                }
                if (!inputShut && (endpoint.readiness() & (Endpoint.READABLE | ENDED)) == 0) {
                    await(endpoint.waiting(), readOver, deadline);
                }
            }
        } finally {
            reader = null;
        }
    }

    /** Writes everything. */
    void write(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (length == 0) {
            return;
        }
        ByteBuffer source = ByteBuffer.wrap(bytes, offset, length);
        try {
            transfer(() -> {
                endpoint.write(source);
                return !source.hasRemaining();
            });
        } catch (IOException e) {
            throw ImplFailures.translateToSocket(e);
        }
    }

    /** Unlike a write, as the JDK's, it fails without a class of its own. */
    void sendUrgent(int value) throws IOException {
        transfer(() -> endpoint.sendUrgent(value));
    }

    /** One attempt to give the endpoint something to send. */
    @FunctionalInterface
    private interface Sending {
        /** Whether it is done. */
        boolean proceed() throws IOException;
    }

    private void transfer(Sending sending) throws IOException {
        writeLock.lock();
        try {
            writer = Thread.currentThread();
            while (true) {
                ensureConnected();
                if (outputShut) {
                    throw new IOException("Broken pipe");
                }
                if (sending.proceed()) {
                    return;
                }
                if (!outputShut && (endpoint.readiness() & (Endpoint.WRITABLE | ENDED)) == 0) {
                    await(Waiting.PARKED, () -> false, Deadline.NEVER);
                }
            }
        } catch (IOException e) {
            throw ImplFailures.translate(openOr(e));
        } finally {
            writer = null;
            writeLock.unlock();
        }
    }

    /** Bytes that can be read without waiting. */
    int available() throws IOException {
        ensureConnected();
        return inputShut ? 0 : Math.max(0, endpoint.available());
    }

    void shutdownInput() throws IOException {
        ensureConnected();
        if (!inputShut) {
            inputShut = true;
            endpoint.shutdownInput();
            wake();
        }
    }

    void shutdownOutput() throws IOException {
        ensureConnected();
        if (!outputShut) {
            outputShut = true;
            endpoint.shutdownOutput();
            wake();
        }
    }

    /** What the JDK's sockets do before they are closed: the peer reads the end even if a reset follows. */
    void endOutput() {
        if (!connected || endpoint.option(StandardSocketOptions.SO_LINGER) == 0) {
            return;
        }
        try {
            endpoint.shutdownOutput();
        } catch (IOException e) {
            System.getLogger("io.ztnio.provider").log(Level.TRACE, "had ended", e);
        }
    }

    /** Waits for a change, unless the socket is closed; perhaps for no reason. By who is the reader or the writer. */
    private void await(Waiting waiting, BooleanSupplier over, Deadline deadline) throws IOException {
        long left = deadline.left();
        if (socket.isOpen()) {
            INTERRUPTION.await(waiting, this, left, over);
        }
        INTERRUPTION.check(socket);
        if (!socket.isOpen()) {
            throw ImplFailures.closed();
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
        return !socket.isOpen() || (endpoint.readiness() & (condition | ENDED)) != 0;
    }

    private void ensureConnected() throws SocketException {
        if (!socket.isOpen()) {
            throw ImplFailures.closed();
        }
        if (!connected) {
            throw new SocketException("Not connected");
        }
    }

    /** Whatever an operation failed with on a socket that is closed, it failed for that. */
    private IOException openOr(IOException failure) {
        return socket.isOpen() || ImplFailures.isOfThisThread(failure) ? failure : ImplFailures.closed();
    }
}
