package io.ztnio.protocol.transport;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * What carries a node's datagrams, both ways. Local sockets are numbered from 0.
 *
 * <p>Thread: {@link #receive} and {@link #awaitReadable} belong to one thread, {@link #send} and {@link #flush} to one
 * thread at a time (the engine's gate), {@link #wakeup} to any. {@link #close} belongs to a thread that may send, after
 * the receiving one has ended; what is called after it does nothing.
 */
public interface Carrier extends DatagramSender, AutoCloseable {
    /** The bound addresses; the index is the socket's number. */
    List<InetSocketAddress> localAddresses();

    /** Waits until a datagram can be received, {@link #wakeup}, or the time is over; 0 does not wait. */
    void awaitReadable(long timeoutMillis) throws IOException;

    /** Ends the current or the next {@link #awaitReadable}. */
    void wakeup();

    /** Moves what has arrived to {@code batch} until it is full, without waiting. */
    void receive(DatagramBatch batch);

    @Override
    void close() throws IOException;
}
