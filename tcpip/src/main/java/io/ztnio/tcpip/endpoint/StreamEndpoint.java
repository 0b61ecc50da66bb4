package io.ztnio.tcpip.endpoint;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/** A TCP connection. Threads as for {@link Endpoint}. */
public interface StreamEndpoint extends Endpoint {
    /**
     * Starts to connect, binding to a suitable address if unbound. {@link #CONNECTABLE} is set when the outcome is
     * known.
     *
     * @throws java.net.NoRouteToHostException if no link leads to {@code remote}
     * @throws java.net.BindException if the local address cannot be used for it
     */
    void connect(InetSocketAddress remote) throws IOException;

    /**
     * Whether the connection is established.
     *
     * @throws IOException the reason why connecting failed, each time it is called: {@code ConnectException}
     *     ("Connection refused", "Connection timed out") or {@code NoRouteToHostException}
     */
    boolean finishConnect() throws IOException;

    /** The remote address, from the call of {@link #connect} on; {@code null} before. */
    InetSocketAddress remoteAddress();

    /**
     * Moves received bytes to {@code destination}. It ends before an urgent byte; the next one begins with that if
     * {@link StreamSocketOptions#SO_OOBINLINE} is set, and behind it if not.
     *
     * @return bytes moved; 0 if there are none now; -1 at the end of the stream or after {@link #shutdownInput}
     * @throws java.net.SocketException "Connection reset", after the bytes received before it have been read; each time,
     *     but not if a write was told first: then it is the end of the stream
     * @throws IOException "Connection timed out" and the like, once: after that it is the end of the stream
     */
    int read(ByteBuffer destination) throws IOException;

    /** Takes as many bytes as there is room for, as one gathering write. */
    long read(ByteBuffer[] destinations, int offset, int length) throws IOException;

    /**
     * Takes bytes of {@code source} to send.
     *
     * @return bytes taken; 0 if there is no room now
     * @throws IOException "Connection reset by peer" (once) or "Broken pipe" if nothing can be sent any more
     */
    int write(ByteBuffer source) throws IOException;

    /**
     * Takes back that the last write was told of a failure: for a caller that reports the part which was taken before. The
     * failure is told again to whatever comes next, a read or a write.
     */
    void retractFailure();

    /** Takes bytes of several buffers in order, as one write: no segment ends at a buffer's end because of it. */
    long write(ByteBuffer[] sources, int offset, int length) throws IOException;

    /**
     * Takes one byte to send that is urgent (RFC 9293 3.8.5): at once, with no regard to Nagle's algorithm. A peer that
     * has not asked for it with {@link StreamSocketOptions#SO_OOBINLINE}, or the like of its system, does not read it.
     *
     * @param value of which the low eight bits are sent
     * @return whether there was room
     * @throws IOException as {@link #write}
     */
    boolean sendUrgent(int value) throws IOException;

    /**
     * Bytes that {@link #read} would return now. As in Linux, none behind an urgent byte that is unread, unless it is
     * inline.
     */
    int available();

    /** Bytes written that the peer has not acknowledged yet. */
    int unsent();

    /**
     * Has something done, once, as soon as there is nothing left that {@code SO_LINGER} waits for: the peer has
     * acknowledged everything that was written and FIN, or the connection is over, or there never was one. At once if
     * that is so; otherwise inside the gate, so it must be short. A later call replaces an earlier one.
     */
    void whenFinished(Runnable action);

    /** Ends reading: {@link #read} returns -1 from now on, and what arrives is discarded. */
    void shutdownInput() throws IOException;

    /** Ends writing: FIN follows what was written. */
    void shutdownOutput() throws IOException;
}
