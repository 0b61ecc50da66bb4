package io.ztnio.junit;

import io.ztnio.overlay.transport.MemoryPort;
import io.ztnio.protocol.transport.DatagramBatch;
import io.ztnio.protocol.transport.DatagramSender;
import io.ztnio.protocol.transport.DatagramTransport;
import java.net.InetSocketAddress;
import java.util.List;

/** A node's place in the test's memory, as its UDP sockets. Thread: as {@link DatagramTransport} says. */
final class MemoryTransport implements DatagramTransport {
    private final MemoryPort port;

    MemoryTransport(MemoryPort port) {
        this.port = port;
    }

    @Override
    public List<InetSocketAddress> localAddresses() {
        return port.localAddresses();
    }

    @Override
    public void awaitReadable(long timeoutMillis) {
        port.awaitReadable(timeoutMillis);
    }

    @Override
    public void wakeup() {
        port.wakeup();
    }

    @Override
    public void receive(DatagramBatch batch) {
        port.receive(batch);
    }

    @Override
    public void send(int socket, InetSocketAddress to, byte[] buffer, int offset, int length) {
        port.send(socket, to, buffer, offset, length);
    }

    /** Any thread may send from the port. */
    @Override
    public DatagramSender sender(int index) {
        return port;
    }

    @Override
    public long sendFailures() {
        return 0;
    }

    @Override
    public long receiveFailures() {
        return 0;
    }

    @Override
    public String description() {
        return "memory";
    }

    @Override
    public void close() {
        port.close();
    }
}
