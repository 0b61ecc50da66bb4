package io.ztnio.protocol.transport;

import io.ztnio.protocol.wire.SocketAddressField;
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

/**
 * UDP by the JDK's own channels: one system call for each datagram, on every platform.
 *
 * <p>A channel sends for one thread at a time. Further senders therefore get channels of their own, on the same port by
 * SO_REUSEPORT, which is withdrawn once all are bound: so no other process joins, and the kernel gives what arrives to any
 * of them.
 */
class NioTransport implements DatagramTransport {
    private static final int SOCKET_BUFFER_BYTES = 4 << 20;

    private final Selector selector;
    /** Those of {@link #localAddresses} in that order, then those of the further senders. */
    private final List<DatagramChannel> channels = new ArrayList<>();

    /** Which local socket each channel stands for. */
    private final List<Integer> socketNumbers = new ArrayList<>();

    private final List<InetSocketAddress> localAddresses = new ArrayList<>();
    private final List<DatagramSender> senders = new ArrayList<>();
    private final ReceiveTurns turns = new ReceiveTurns();
    private final ReceiveTurns.Source source = this::drain;
    private final ByteBuffer receiveStage = ByteBuffer.allocateDirect(DatagramBatch.SLOT_LENGTH);
    private final LongAdder sendFailures = new LongAdder();
    private final LongAdder receiveFailures = new LongAdder();
    private DatagramSender sender;

    /** Whether sockets may share a port while they are opened. */
    private final boolean overlap;

    NioTransport(SelectorProvider os, boolean overlap) throws IOException {
        this.selector = os.openSelector();
        this.overlap = overlap;
    }

    /**
     * Binds one socket to each address, and one more for each sender where that is possible.
     *
     * @throws BindException naming the address that cannot be bound
     */
    static NioTransport open(SelectorProvider os, List<InetSocketAddress> bind, int senders) throws IOException {
        return open(new NioTransport(os, overlap(bind)), os, bind, senders);
    }

    /** As {@link #open(SelectorProvider, List, int)}, for a transport that was just made. */
    static NioTransport open(NioTransport transport, SelectorProvider os, List<InetSocketAddress> bind, int senders)
            throws IOException {
        try {
            for (InetSocketAddress address : bind) {
                transport.bind(os, address);
            }
            transport.openSenders(os, senders);
            transport.keepOthersOff();
            return transport;
        } catch (IOException | RuntimeException | Error e) {
            transport.close();
            throw e;
        }
    }

    /** Whether single addresses are bound beside every address of the same port, which has to be asked for. */
    static boolean overlap(List<InetSocketAddress> bind) {
        return bind.stream()
                .filter(any -> any.getAddress().isAnyLocalAddress() && any.getPort() != 0)
                .anyMatch(any -> bind.stream()
                        .anyMatch(one -> !one.getAddress().isAnyLocalAddress() && one.getPort() == any.getPort()));
    }

    /** The JDK names neither the address nor what to do. */
    private static BindException cannotBind(InetSocketAddress address, IOException failure) {
        String reason = String.valueOf(failure.getMessage());
        String advice = reason.contains("in use")
                ? "; another process has it: choose another port (ztnio.port, --port), or 0 for any"
                : reason.contains("assign")
                        ? "; it is no address of this machine: name one (ztnio.bind, --bind), or none for all"
                        : "";
        // 0.0.0.0 stands for :: too, as which the socket would be told later.
        String where = address.getAddress().isAnyLocalAddress()
                ? String.valueOf(address.getPort())
                : SocketAddressField.format(address);
        BindException named = new BindException("cannot bind UDP " + where + ": " + reason + advice);
        named.initCause(failure);
        return named;
    }

    private void bind(SelectorProvider os, InetSocketAddress address) throws IOException {
        DatagramChannel channel = open(os, address);
        int number = localAddresses.size();
        channels.add(channel);
        socketNumbers.add(number);
        try {
            channel.bind(address);
        } catch (IOException e) {
            throw cannotBind(address, e);
        }
        register(channel, number);
        localAddresses.add((InetSocketAddress) channel.getLocalAddress());
    }

    /** Once all are bound, no other process takes an address of the port. */
    private void keepOthersOff() throws IOException {
        if (overlap) {
            for (DatagramChannel channel : channels) {
                channel.setOption(StandardSocketOptions.SO_REUSEADDR, false);
            }
        }
    }

    private DatagramChannel open(SelectorProvider os, InetSocketAddress address) throws IOException {
        boolean ipv4Only = address.getAddress().getAddress().length == 4
                && !address.getAddress().isAnyLocalAddress();
        DatagramChannel channel =
                ipv4Only ? os.openDatagramChannel(StandardProtocolFamily.INET) : os.openDatagramChannel();
        try {
            channel.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER_BYTES);
            channel.setOption(StandardSocketOptions.SO_SNDBUF, SOCKET_BUFFER_BYTES);
            if (overlap) {
                channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            }
            return channel;
        } catch (IOException | RuntimeException | Error e) {
            channel.close();
            throw e;
        }
    }

    private void register(DatagramChannel channel, int number) throws IOException {
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ, number);
    }

    private void openSenders(SelectorProvider os, int count) throws IOException {
        int sockets = localAddresses.size();
        DatagramChannel[] own = channels.toArray(new DatagramChannel[0]);
        sender = newSender(own, sendFailures);
        for (int i = 0; i < count; i++) {
            DatagramChannel[] ways = own.clone();
            for (int number = 0; number < sockets; number++) {
                ways[number] = second(os, number, own[number]);
            }
            senders.add(newSender(ways, sendFailures));
        }
    }

    /**
     * What sends by bound channels, one for each local socket, some of which it may share. Those that are not are bound just before.
     *
     * @throws IOException if the transport cannot be opened for it
     */
    DatagramSender newSender(DatagramChannel[] ways, LongAdder failures) throws IOException {
        return new NioSender(ways, failures);
    }

    /** Another channel on the address and port of {@code first}; {@code first} itself if the system has no such thing. */
    private DatagramChannel second(SelectorProvider os, int number, DatagramChannel first) {
        if (!first.supportedOptions().contains(StandardSocketOptions.SO_REUSEPORT)) {
            return first;
        }
        DatagramChannel second = null;
        try {
            second = open(os, localAddresses.get(number));
            second.setOption(StandardSocketOptions.SO_REUSEPORT, true);
            mayBeJoined(number, true);
            try {
                second.bind(localAddresses.get(number));
            } finally {
                mayBeJoined(number, false);
            }
            second.setOption(StandardSocketOptions.SO_REUSEPORT, false);
            register(second, number);
            channels.add(second);
            socketNumbers.add(number);
            return second;
        } catch (IOException | RuntimeException | Error e) {
            System.getLogger("io.ztnio.transport").log(System.Logger.Level.DEBUG, "senders share a socket: " + e);
            closeQuietly(second);
            return first;
        }
    }

    /** All sockets of a port must agree when another one binds. */
    private void mayBeJoined(int number, boolean value) throws IOException {
        for (DatagramChannel channel : channelsOf(number)) {
            channel.setOption(StandardSocketOptions.SO_REUSEPORT, value);
        }
    }

    /** All that stand for a local socket. */
    List<DatagramChannel> channelsOf(int number) {
        List<DatagramChannel> those = new ArrayList<>();
        for (int i = 0; i < channels.size(); i++) {
            if (socketNumbers.get(i) == number) {
                those.add(channels.get(i));
            }
        }
        return those;
    }

    private static void closeQuietly(DatagramChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            System.getLogger("io.ztnio.transport").log(System.Logger.Level.DEBUG, "closing a socket: " + e);
        }
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
        turns.receive(channels.size(), batch, source);
    }

    private void drain(int index, DatagramBatch batch) {
        while (!batch.isFull() && receiveOne(channels.get(index), socketNumbers.get(index), batch)) {
            // Until the socket is empty.
        }
    }

    /** Adds what a channel has next to a batch that is not full; false if there is nothing. */
    boolean receiveOne(DatagramChannel channel, int socket, DatagramBatch batch) {
        try {
            receiveStage.clear();
            SocketAddress source = channel.receive(receiveStage);
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
        sender.send(socket, to, buffer, offset, length);
    }

    @Override
    public void sendShort(int socket, InetSocketAddress to, byte[] bytes, int ttl) {
        sender.sendShort(socket, to, bytes, ttl);
    }

    @Override
    public boolean canSendWhole() {
        return sender.canSendWhole();
    }

    @Override
    public boolean sendWhole(int socket, InetSocketAddress to, byte[] buffer, int offset, int length) {
        return sender.sendWhole(socket, to, buffer, offset, length);
    }

    @Override
    public void flush() {
        sender.flush();
    }

    @Override
    public DatagramSender sender(int index) {
        return senders.get(index);
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
