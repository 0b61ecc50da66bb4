package io.ztnio.protocol.transport;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.spi.SelectorProvider;
import java.util.List;

/**
 * A node's UDP sockets. Local sockets are numbered from 0 in the order of the addresses bound.
 *
 * <p>Thread: {@link #receive} and {@link #awaitReadable} belong to one thread, {@link #send} and {@link #flush} to one
 * thread at a time (the engine's gate), {@link #wakeup} to any. {@link #close} belongs to a thread that may send, after
 * the receiving one has ended; what is called after it does nothing.
 */
public interface DatagramTransport extends AutoCloseable {
    /**
     * Binds one socket to each address. Without offload where it is not available: that is not an error.
     *
     * @param os the operating system's provider: never a provider that routes into this node
     * @param bind local addresses; port 0 chooses a free port
     * @throws java.net.BindException naming the address that cannot be bound
     */
    static DatagramTransport open(SelectorProvider os, List<InetSocketAddress> bind, UdpOffload offload)
            throws IOException {
        if (offload.isWanted(SegmentationOffload.isNativeAccessEnabled())) {
            DatagramTransport transport = SegmentationOffload.open(bind);
            if (transport != null) {
                return transport;
            }
        }
        return NioTransport.open(os, bind);
    }

    /** The bound addresses; the index is the socket's number. */
    List<InetSocketAddress> localAddresses();

    /** Waits until a datagram can be received, {@link #wakeup}, or the time is over; 0 does not wait. */
    void awaitReadable(long timeoutMillis) throws IOException;

    /** Ends the current or the next {@link #awaitReadable}. */
    void wakeup();

    /** Moves what has arrived to {@code batch} until it is full, without waiting. */
    void receive(DatagramBatch batch);

    /**
     * Sends one datagram, at the latest with the next {@link #flush}, or drops it when the system has no room or no way
     * for it: as UDP does. Datagrams leave in the order of the calls; the buffer is the caller's again on return.
     *
     * @param socket number of the local socket; -1 sends from each
     */
    void send(int socket, InetSocketAddress to, byte[] buffer, int offset, int length);

    /** Sends what waits for company. Whoever sends calls this before it turns to something else. */
    void flush();

    /** Datagrams that the system refused to send. */
    long sendFailures();

    /** Receives that failed. */
    long receiveFailures();

    /** A word or two for logs: how datagrams go in and out. */
    String description();

    @Override
    void close() throws IOException;
}
