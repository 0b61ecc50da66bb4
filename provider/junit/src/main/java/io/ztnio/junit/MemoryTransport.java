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
    private final MemoryAddresses addresses;

    /** Receiving thread only: what has come, from the address on the hub, and how much of it has been taken. */
    private final DatagramBatch arrived = new DatagramBatch();

    private int taken;

    MemoryTransport(MemoryPort port, MemoryAddresses addresses) {
        this.port = port;
        this.addresses = addresses;
    }

    @Override
    public List<InetSocketAddress> localAddresses() {
        return List.of(addresses.shown(port.address()));
    }

    @Override
    public void awaitReadable(long timeoutMillis) {
        if (taken == arrived.size()) {
            port.awaitReadable(timeoutMillis);
        }
    }

    @Override
    public void wakeup() {
        port.wakeup();
    }

    @Override
    public void receive(DatagramBatch batch) {
        if (taken == arrived.size()) {
            arrived.clear();
            taken = 0;
            port.receive(arrived);
        }
        for (; taken < arrived.size() && !batch.isFull(); taken++) {
            batch.add(0, addresses.shown(arrived.source(taken)), arrived.buffer(taken), 0, arrived.length(taken));
        }
    }

    @Override
    public void send(int socket, InetSocketAddress to, byte[] buffer, int offset, int length) {
        InetSocketAddress target = addresses.onHub(to);
        if (target != null) {
            port.send(socket, target, buffer, offset, length);
        }
    }

    /** Any thread may send from the port. */
    @Override
    public DatagramSender sender(int index) {
        return this;
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
