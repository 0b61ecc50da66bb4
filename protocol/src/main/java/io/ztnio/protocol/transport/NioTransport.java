package io.ztnio.protocol.transport;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.SelectorProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/** UDP by the JDK's own channels: one system call for each datagram, on every platform. */
final class NioTransport implements DatagramTransport {
    private static final int SOCKET_BUFFER_BYTES = 4 << 20;
    private static final int SEND_ATTEMPTS = 4;

    private final Selector selector;
    private final List<DatagramChannel> channels = new ArrayList<>();
    private final List<InetSocketAddress> localAddresses = new ArrayList<>();
    private final ByteBuffer receiveStage = ByteBuffer.allocateDirect(DatagramBatch.SLOT_LENGTH);
    private final ByteBuffer sendStage = ByteBuffer.allocateDirect(DatagramBatch.SLOT_LENGTH);
    private final LongAdder sendFailures = new LongAdder();
    private final LongAdder receiveFailures = new LongAdder();

    private NioTransport(SelectorProvider os) throws IOException {
        this.selector = os.openSelector();
    }

    /**
     * Binds one socket to each address.
     *
     * @throws BindException naming the address that cannot be bound
     */
    static NioTransport open(SelectorProvider os, List<InetSocketAddress> bind) throws IOException {
        NioTransport transport = new NioTransport(os);
        try {
            for (InetSocketAddress address : bind) {
                transport.bind(os, address);
            }
            return transport;
        } catch (IOException | RuntimeException e) {
            transport.close();
            throw e;
        }
    }

    private void bind(SelectorProvider os, InetSocketAddress address) throws IOException {
        boolean ipv4Only = address.getAddress().getAddress().length == 4
                && !address.getAddress().isAnyLocalAddress();
        DatagramChannel channel =
                ipv4Only ? os.openDatagramChannel(StandardProtocolFamily.INET) : os.openDatagramChannel();
        channels.add(channel);
        channel.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER_BYTES);
        channel.setOption(StandardSocketOptions.SO_SNDBUF, SOCKET_BUFFER_BYTES);
        try {
            channel.bind(address);
        } catch (IOException e) {
            BindException named =
                    new BindException("cannot bind UDP " + address + ": " + e.getMessage() + " (choose another port)");
            named.initCause(e);
            throw named;
        }
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ, localAddresses.size());
        localAddresses.add((InetSocketAddress) channel.getLocalAddress());
    }

    @Override
    public List<InetSocketAddress> localAddresses() {
        return List.copyOf(localAddresses);
    }

    @Override
    public void awaitReadable(long timeoutMillis) throws IOException {
        if (timeoutMillis <= 0) {
            selector.selectNow(key -> {});
        } else {
            selector.select(key -> {}, timeoutMillis);
        }
    }

    @Override
    public void wakeup() {
        selector.wakeup();
    }

    @Override
    public void receive(DatagramBatch batch) {
        for (int socket = 0; socket < channels.size(); socket++) {
            while (!batch.isFull() && receiveOne(socket, batch)) {
                // Until the socket is empty.
            }
        }
    }

    private boolean receiveOne(int socket, DatagramBatch batch) {
        try {
            receiveStage.clear();
            SocketAddress source = channels.get(socket).receive(receiveStage);
            if (source == null) {
                return false;
            }
            int length = receiveStage.flip().remaining();
            receiveStage.get(batch.freeSlot(), 0, length);
            batch.commit(length, socket, (InetSocketAddress) source);
            return true;
        } catch (IOException e) {
            receiveFailures.increment();
            return false;
        }
    }

    @Override
    public void send(int socket, InetSocketAddress to, byte[] buffer, int offset, int length) {
        sendStage.clear().put(buffer, offset, length).flip();
        if (socket >= 0) {
            sendStaged(channels.get(socket), to);
            return;
        }
        for (DatagramChannel channel : channels) {
            sendStage.rewind();
            sendStaged(channel, to);
        }
    }

    /** Nothing waits: {@link #send} sends at once. */
    @Override
    public void flush() {}

    private void sendStaged(DatagramChannel channel, InetSocketAddress to) {
        try {
            for (int attempt = 0; attempt < SEND_ATTEMPTS; attempt++) {
                if (channel.send(sendStage, to) != 0) {
                    return;
                }
                Thread.onSpinWait();
            }
            sendFailures.increment();
        } catch (IOException | RuntimeException e) {
            // Unreachable networks, filtered targets, an address of the wrong family: one more lost datagram.
            sendFailures.increment();
        }
    }

    @Override
    public long sendFailures() {
        return sendFailures.sum();
    }

    @Override
    public long receiveFailures() {
        return receiveFailures.sum();
    }

    @Override
    public String description() {
        return "plain";
    }

    @Override
    public void close() throws IOException {
        for (DatagramChannel channel : channels) {
            channel.close();
        }
        selector.close();
    }
}
