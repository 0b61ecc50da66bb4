package io.ztnio.tcpip.endpoint;

import io.ztnio.tcpip.Waiting;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketOption;
import java.util.Set;

/**
 * One end of a transport protocol, as an application holds it.
 *
 * <p>Readiness is level-triggered: a bit stays set until the condition is gone. The bits have the values of
 * {@code java.nio.channels.SelectionKey}, with two more.
 *
 * <p>Thread: thread-safe, except that callers serialise reads among themselves and writes among themselves; a read and
 * a write may run at the same time, and {@link #close} at any time.
 */
public interface Endpoint extends AutoCloseable {
    /** Data, the end of the stream or an error can be read. */
    int READABLE = 1;

    /** There is room to write, or writing would fail at once. */
    int WRITABLE = 1 << 2;

    /** A connect has succeeded or failed and waits for {@link StreamEndpoint#finishConnect}. */
    int CONNECTABLE = 1 << 3;

    /** A connection waits to be accepted. */
    int ACCEPTABLE = 1 << 4;

    /** The endpoint has failed (reset, timed out): every operation ends at once. */
    int FAILED = 1 << 5;

    /** Both directions have ended: nothing more can be read or written. */
    int HUNG_UP = 1 << 6;

    /** What operations say once the node has ended, as Linux does of an interface that is down (ENETDOWN). */
    String NODE_CLOSED =
            "Network is down: the node of this socket was closed; nothing is sent or received with it any more";

    /** The conditions that hold now. One volatile read. */
    int readiness();

    /** How a thread is to wait for conditions to hold. */
    default Waiting waiting() {
        return Waiting.PARKED;
    }

    /** Replaces the listener; {@code null} for none. It is not called for conditions that hold already. */
    void readinessListener(ReadinessListener listener);

    /**
     * Takes a local address. Port 0 chooses a free one; a wildcard address stands for every address of the stack.
     *
     * @throws java.net.BindException "Address already in use" or "Cannot assign requested address"
     * @throws IOException if closed
     */
    void bind(InetSocketAddress local) throws IOException;

    /**
     * Takes no part in IPv6 from now on, as a socket of the IPv4 family: a wildcard address stands for the IPv4 addresses
     * of the stack only. To be called before {@link #bind}.
     */
    void restrictToIpv4();

    /** The local address, or {@code null} while unbound. A connected endpoint has a concrete one. */
    InetSocketAddress localAddress();

    /** The options that {@link #option} takes. */
    Set<SocketOption<?>> supportedOptions();

    /**
     * Sets an option, at any time before {@link #close}.
     *
     * @throws UnsupportedOperationException for an option not in {@link #supportedOptions}
     * @throws IllegalArgumentException for a value that the option does not take
     */
    <T> void option(SocketOption<T> name, T value);

    /** The value of an option. */
    <T> T option(SocketOption<T> name);

    /** Whether {@link #close} has not been called. */
    boolean isOpen();

    /**
     * Ends the application's use. Never blocks. A stream sends what was written, then FIN (RST when data was left
     * unread, or with {@code SO_LINGER} 0); the stack finishes it. Every readiness bit is set, so that waiters wake.
     * Idempotent.
     */
    @Override
    void close();
}
