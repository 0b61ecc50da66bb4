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
 * the receiving one and those of the further senders have ended; what is called after it does nothing.
 */
public interface DatagramTransport extends DatagramSender, AutoCloseable {
    /** As {@link #open(SelectorProvider, List, UdpOffload, int)}, without further senders. */
    static DatagramTransport open(SelectorProvider os, List<InetSocketAddress> bind, UdpOffload offload)
            throws IOException {
        return open(os, bind, offload, 0);
    }

    /**
     * Binds one socket to each address. Without offload where it is not available: that is not an error.
     *
     * @param os the operating system's provider: never a provider that routes into this node
     * @param bind local addresses; port 0 chooses a free port
     * @param senders how many further {@linkplain #sender senders} there will be
     * @throws java.net.BindException naming the address that cannot be bound
     */
    static DatagramTransport open(SelectorProvider os, List<InetSocketAddress> bind, UdpOffload offload, int senders)
            throws IOException {
        if (offload.isWanted(SegmentationOffload.isNativeAccessEnabled())) {
            DatagramTransport transport = SegmentationOffload.open(bind, senders);
            if (transport != null) {
                return transport;
            }
        }
        return NioTransport.open(os, bind, senders);
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
     * A further way out, from the same addresses and ports, for a thread of its own. Where the system allows it, it has
     * sockets of its own too, so that senders do not wait for each other.
     *
     * @param index 0 up to the number of senders asked for
     */
    DatagramSender sender(int index);

    /** Datagrams that the system refused to send. */
    long sendFailures();

    /** Receives that failed. */
    long receiveFailures();

    /** A word or two for logs: how datagrams go in and out. */
    String description();

    @Override
    void close() throws IOException;
}
