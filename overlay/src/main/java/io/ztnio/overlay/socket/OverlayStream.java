package io.ztnio.overlay.socket;

import io.ztnio.tcpip.endpoint.Endpoint;
import io.ztnio.tcpip.endpoint.StreamEndpoint;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A TCP connection to a node. Reading and writing wait; a full send buffer holds the writer up. Each direction ends on its
 * own: {@link #shutdownOutput} ends ours, and -1 from {@link #read} says that the other side has ended its.
 *
 * <p>Thread: thread-safe; {@link #close} ends what waits.
 */
public final class OverlayStream implements AutoCloseable {
    private final StreamEndpoint endpoint;
    private final SocketOwner owner;
    private final ReadyWait ready;
    private final ReentrantLock reading = new ReentrantLock();
    private final ReentrantLock writing = new ReentrantLock();
    private volatile Duration readTimeout = Duration.ZERO;

    private OverlayStream(StreamEndpoint endpoint, SocketOwner owner) {
        this.endpoint = endpoint;
        this.owner = owner;
        this.ready = new ReadyWait(endpoint);
        owner.opened(this);
    }

    static OverlayStream accepted(StreamEndpoint endpoint, SocketOwner owner) {
        return new OverlayStream(endpoint, owner);
    }

    /**
     * Connects.
     *
     * @param endpoint new
     * @param timeout zero waits for as long as TCP tries
     * @throws java.net.ConnectException "Connection refused" and the like
     * @throws java.net.SocketTimeoutException if the time is over
     */
    public static OverlayStream connect(
            StreamEndpoint endpoint, InetSocketAddress remote, Duration timeout, SocketOwner owner) throws IOException {
        OverlayStream stream = new OverlayStream(endpoint, owner);
        boolean connected = false;
        try {
            long deadline = ReadyWait.deadlineOf(timeout);
            endpoint.connect(remote);
            while (!endpoint.finishConnect()) {
                stream.ready.await(Endpoint.CONNECTABLE, deadline, "connecting to " + remote);
            }
            connected = true;
            return stream;
        } finally {
            if (!connected) {
                stream.close();
            }
        }
    }

    /** Our end. */
    public NodeAddress localAddress() {
        return address(endpoint.localAddress());
    }

    /** The other end. */
    public NodeAddress remoteAddress() {
        return address(endpoint.remoteAddress());
    }

    private NodeAddress address(InetSocketAddress address) {
        return new NodeAddress(owner.nodeOf(address.getAddress()), address.getAddress(), address.getPort());
    }

    /** How long {@link #read} waits; zero, as at first, waits for ever. */
    public void readTimeout(Duration timeout) {
        readTimeout = timeout;
    }

    /**
     * Reads what there is, at least one byte.
     *
     * @return how much, or -1 at the end
     * @throws java.net.SocketTimeoutException if nothing came in time; the stream is as good as before
     */
    public int read(byte[] buffer, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, buffer.length);
        if (length == 0) {
            return 0;
        }
        ByteBuffer destination = ByteBuffer.wrap(buffer, offset, length);
        reading.lock();
        try {
            long deadline = ReadyWait.deadlineOf(readTimeout);
            while (true) {
                checkOpen();
                int moved = endpoint.read(destination);
                if (moved != 0) {
                    return moved;
                }
                ready.await(Endpoint.READABLE, deadline, "reading");
            }
        } finally {
            reading.unlock();
        }
    }

    /** Writes all of it, waiting for room. */
    public void write(byte[] buffer, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, buffer.length);
        ByteBuffer source = ByteBuffer.wrap(buffer, offset, length);
        writing.lock();
        try {
            while (source.hasRemaining()) {
                checkOpen();
                if (endpoint.write(source) == 0) {
                    ready.await(Endpoint.WRITABLE, Long.MAX_VALUE, "writing");
                }
            }
        } finally {
            writing.unlock();
        }
    }

    /** Ends our direction: the other side reads the end after what was written. */
    public void shutdownOutput() throws IOException {
        endpoint.shutdownOutput();
    }

    /** The endpoint itself, for options. */
    public StreamEndpoint endpoint() {
        return endpoint;
    }

    private void checkOpen() throws SocketException {
        if (!endpoint.isOpen()) {
            throw new SocketException("Socket closed");
        }
    }

    /** A view; closing it closes the stream. */
    public InputStream input() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                return OverlayStream.this.read(buffer, offset, length);
            }

            @Override
            public int available() {
                return endpoint.available();
            }

            @Override
            public void close() {
                OverlayStream.this.close();
            }
        };
    }

    /** A view; closing it closes the stream. */
    public OutputStream output() {
        return new OutputStream() {
            @Override
            public void write(int one) throws IOException {
                write(new byte[] {(byte) one}, 0, 1);
            }

            @Override
            public void write(byte[] buffer, int offset, int length) throws IOException {
                OverlayStream.this.write(buffer, offset, length);
            }

            @Override
            public void close() {
                OverlayStream.this.close();
            }
        };
    }

    /** What was written still arrives; unread data makes it a reset, as TCP demands. Idempotent. */
    @Override
    public void close() {
        owner.closed(this);
        endpoint.close();
        ready.onReady(0);
    }

    /** Ends it at once, in both directions: the other side reads "Connection reset". */
    public void reset() {
        endpoint.option(StandardSocketOptions.SO_LINGER, 0);
        close();
    }

    @Override
    public String toString() {
        return endpoint.localAddress() + " - " + endpoint.remoteAddress();
    }
}
