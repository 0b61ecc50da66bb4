package io.ztnio.overlay.transport;

import io.ztnio.protocol.transport.DatagramBatch;
import io.ztnio.protocol.transport.DatagramTransport;
import io.ztnio.protocol.transport.UdpOffload;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.spi.SelectorProvider;
import java.util.List;

/** Real UDP sockets. */
public final class UdpCarrier implements Carrier {
    private final DatagramTransport transport;
    private final DatagramBatch batch = new DatagramBatch();

    private UdpCarrier(DatagramTransport transport) {
        this.transport = transport;
    }

    /**
     * Binds one socket to each address.
     *
     * @param os the operating system's provider: never one that routes into this node
     * @throws java.net.BindException naming the address that cannot be bound
     */
    public static UdpCarrier open(SelectorProvider os, List<InetSocketAddress> bind, UdpOffload offload)
            throws IOException {
        return new UdpCarrier(DatagramTransport.open(os, bind, offload));
    }

    @Override
    public List<InetSocketAddress> localAddresses() {
        return transport.localAddresses();
    }

    @Override
    public List<InetSocketAddress> neighbours() {
        return List.of();
    }

    @Override
    public void awaitReadable(long timeoutMillis) throws IOException {
        transport.awaitReadable(timeoutMillis);
    }

    @Override
    public void wakeup() {
        transport.wakeup();
    }

    @Override
    public int receive() {
        transport.receive(batch);
        return batch.size();
    }

    @Override
    public void deliver(Receiver receiver) {
        for (int i = 0; i < batch.size(); i++) {
            receiver.onDatagram(batch.socket(i), batch.source(i), batch.buffer(i), 0, batch.length(i));
        }
        batch.clear();
    }

    @Override
    public void send(int socket, InetSocketAddress to, byte[] buffer, int offset, int length) {
        transport.send(socket, to, buffer, offset, length);
    }

    @Override
    public void flush() {
        transport.flush();
    }

    @Override
    public void close() throws IOException {
        transport.close();
    }
}
