package io.ztnio.overlay.socket;

import io.ztnio.overlay.address.DerivedAddresses;
import io.ztnio.tcpip.endpoint.DatagramEndpoint;
import io.ztnio.tcpip.endpoint.Endpoint;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * A UDP socket by node id and port, unconnected at first. Datagrams may get lost, as UDP's do.
 *
 * <p>Thread: thread-safe; {@link #close} ends what waits.
 */
public final class OverlayDatagrams implements AutoCloseable {
    /** Bytes of the largest datagram; above some 1,330 it travels in pieces. */
    public static final int MAX_LENGTH = 65_487;

    private final long networkId;
    private final DatagramEndpoint endpoint;
    private final SocketOwner owner;
    private final Supplier<List<Long>> members;
    private final ReadyWait ready;
    private final ReentrantLock reading = new ReentrantLock();
    private final ReentrantLock writing = new ReentrantLock();

    /**
     * A received datagram.
     *
     * @param data its content
     * @param source who sent it
     */
    @SuppressWarnings("ArrayRecordComponent") // the receiver owns it
    public record Received(byte[] data, NodeAddress source) {}

    /**
     * Binds.
     *
     * @param endpoint new
     * @param local port 0 chooses a free one
     * @param members who hears a broadcast
     */
    public OverlayDatagrams(
            long networkId,
            DatagramEndpoint endpoint,
            InetSocketAddress local,
            SocketOwner owner,
            Supplier<List<Long>> members)
            throws IOException {
        this.networkId = networkId;
        this.endpoint = endpoint;
        this.owner = owner;
        this.members = members;
        boolean bound = false;
        try {
            endpoint.bind(local);
            bound = true;
        } finally {
            if (!bound) {
                endpoint.close();
            }
        }
        this.ready = new ReadyWait(endpoint);
        owner.opened(this);
    }

    /** The port bound. */
    public int port() {
        return endpoint.localAddress().getPort();
    }

    /** From now on only this node's datagrams from this port are received, and {@link #send(byte[])} sends to it. */
    public void connect(long nodeId, int port) throws IOException {
        endpoint.connect(target(nodeId, port));
    }

    /** Ends what {@link #connect} began. */
    public void disconnect() throws IOException {
        endpoint.disconnect();
    }

    /** Sends to the connected node. */
    public void send(byte[] data) throws IOException {
        send(data, null);
    }

    /** Sends to a node. */
    public void send(byte[] data, long nodeId, int port) throws IOException {
        send(data, target(nodeId, port));
    }

    /**
     * Sends to every other member that is known, each a datagram of its own.
     *
     * @return how many it was sent to
     */
    public int broadcast(byte[] data, int port) throws IOException {
        List<Long> receivers = members.get();
        for (long receiver : receivers) {
            send(data, receiver, port);
        }
        return receivers.size();
    }

    private InetSocketAddress target(long nodeId, int port) {
        return new InetSocketAddress(DerivedAddresses.ipv6(networkId, nodeId), port);
    }

    private void send(byte[] data, InetSocketAddress target) throws IOException {
        if (data.length > MAX_LENGTH) {
            throw new SocketException(
                    "Message too long: " + data.length + " bytes; a datagram takes at most " + MAX_LENGTH);
        }
        ByteBuffer source = ByteBuffer.wrap(data);
        writing.lock();
        try {
            while (true) {
                if (!endpoint.isOpen()) {
                    throw new SocketException("Socket closed");
                }
                if (endpoint.send(source, target) > 0 || data.length == 0) {
                    return;
                }
                ready.await(Endpoint.WRITABLE, Long.MAX_VALUE, "sending");
            }
        } finally {
            writing.unlock();
        }
    }

    /**
     * The oldest datagram received.
     *
     * @param timeout zero waits for ever
     * @throws java.net.SocketTimeoutException if none came in time
     */
    public Received receive(Duration timeout) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(MAX_LENGTH + 1);
        reading.lock();
        try {
            long deadline = ReadyWait.deadlineOf(timeout);
            while (true) {
                if (!endpoint.isOpen()) {
                    throw new SocketException("Socket closed");
                }
                InetSocketAddress source = endpoint.receive(buffer);
                if (source != null) {
                    byte[] data = new byte[buffer.flip().remaining()];
                    buffer.get(data);
                    return new Received(
                            data,
                            new NodeAddress(owner.nodeOf(source.getAddress()), source.getAddress(), source.getPort()));
                }
                ready.await(Endpoint.READABLE, deadline, "receiving");
            }
        } finally {
            reading.unlock();
        }
    }

    @Override
    public void close() {
        owner.closed(this);
        endpoint.close();
        ready.onReady(0);
    }
}
