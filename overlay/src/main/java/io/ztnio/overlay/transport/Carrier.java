package io.ztnio.overlay.transport;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * Carries a node's datagrams.
 *
 * <p>Thread: {@link #receive} and {@link #awaitReadable} belong to one thread, {@link #send} and {@link #flush} to one
 * thread at a time (the gate), {@link #wakeup} to any. After {@link #close} nothing happens any more.
 */
public interface Carrier extends AutoCloseable {
    /** Takes datagrams in. */
    @FunctionalInterface
    interface Receiver {
        /** One datagram, whose bytes may be overwritten until this method returns. */
        void onDatagram(int socket, InetSocketAddress source, byte[] buffer, int offset, int length);
    }

    /** The addresses that others may reach; the index is the socket's number. */
    List<InetSocketAddress> localAddresses();

    /** Other nodes that the carrier itself knows of: on a hub, everybody; over UDP, nobody. */
    List<InetSocketAddress> neighbours();

    /** Waits until a datagram can be received, {@link #wakeup}, or the time is over; 0 does not wait. */
    void awaitReadable(long timeoutMillis) throws IOException;

    /** Ends the current or the next {@link #awaitReadable}. */
    void wakeup();

    /**
     * Fetches what has arrived, up to a batch, without waiting.
     *
     * @return how many datagrams {@link #deliver} will hand over
     */
    int receive();

    /** Hands over what {@link #receive} fetched. By the thread that called it, inside the gate. */
    void deliver(Receiver receiver);

    /** Sends one datagram, at the latest with the next {@link #flush}, or drops it; the buffer is the caller's again. */
    void send(int socket, InetSocketAddress to, byte[] buffer, int offset, int length);

    /** Sends what waits for company. */
    void flush();

    @Override
    void close() throws IOException;
}
