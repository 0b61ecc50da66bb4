package io.ztnio.protocol.transport;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/**
 * UDP by Linux's own calls, with runs of equal datagrams handed over in one piece both ways ({@code UDP_SEGMENT},
 * {@code UDP_GRO}): the way of each single datagram through the kernel is what UDP costs. On the wire nothing changes.
 *
 * <p>Native memory is the garbage collector's, so that a late call meets no freed memory.
 */
final class OffloadTransport implements DatagramTransport {
    private static final int SOCKET_BUFFER_BYTES = 4 << 20;
    private static final int RECEIVE_BYTES = 1 << 16;

    /** Received by one call; of a peer that sends its datagrams one by one each is a message. */
    private static final int MESSAGES = 16;

    private final Arena arena = Arena.ofAuto();
    private final List<InetSocketAddress> localAddresses = new ArrayList<>();
    /** First those of {@link #localAddresses} in that order, then those of the further senders. */
    private final int[] sockets;

    /** Which local socket each stands for. */
    private final int[] numbers;

    private final int[] families;
    private int open;
    private final LongAdder sendFailures = new LongAdder();
    private final LongAdder receiveFailures = new LongAdder();

    // The receiving thread's.
    private final MessageVector inbound = new MessageVector(arena, MESSAGES, RECEIVE_BYTES);
    private final ReceiveTurns turns = new ReceiveTurns();
    private final ReceiveTurns.Source source = this::drain;
    private final SocketAddresses sources = new SocketAddresses();
    private final Poller poller;
    private final Interruption interruption;

    /** Messages of the last call, and which of them is being split. */
    private int received;

    private int current;
    private boolean mayHaveMore;
    private int splitSocket;
    private MemorySegment splitData;
    private int splitAt;
    private int splitEnd;
    private int splitSegment;
    private InetSocketAddress splitSource;

    private final List<OffloadSender> senders = new ArrayList<>();
    private final OffloadSender sender;
    /** For calls that open and close sockets. */
    private final Message setUp = new Message(arena, 0);

    private boolean closed;
    /** Whether sockets may share a port while they are opened. */
    private final boolean overlap;

    private OffloadTransport(int addresses, int senderCount, boolean overlap) throws IOException {
        this.overlap = overlap;
        int most = addresses * (1 + senderCount);
        sockets = new int[most];
        numbers = new int[most];
        families = new int[addresses];
        poller = new Poller(arena, most);
        interruption = new Interruption(poller::wakeup);
        // Its sockets are filled in as they are bound.
        sender = new OffloadSender(arena, sockets, families, sendFailures);
    }

    /**
     * Binds one socket to each address, and one more for each sender where that is possible.
     *
     * @throws IOException if the system cannot do that, or not with offload
     */
    static OffloadTransport open(List<InetSocketAddress> bind, int senders) throws IOException {
        OffloadTransport transport = new OffloadTransport(bind.size(), senders, NioTransport.overlap(bind));
        try {
            for (InetSocketAddress address : bind) {
                transport.bind(address);
            }
            for (int i = 0; i < senders; i++) {
                transport.openSender();
            }
            transport.keepOthersOff();
            return transport;
        } catch (IOException | RuntimeException | Error e) {
            transport.close();
            throw e;
        }
    }

    private void bind(InetSocketAddress local) throws IOException {
        int number = localAddresses.size();
        boolean ipv4 = local.getAddress().getAddress().length == 4
                && (!local.getAddress().isAnyLocalAddress() || Boolean.getBoolean("java.net.preferIPv4Stack"));
        families[number] = ipv4 ? LinuxSockets.AF_INET : LinuxSockets.AF_INET6;
        int socket = openSocket(number);
        bindSocket(socket, local);
        MemorySegment room = arena.allocate(ValueLayout.JAVA_INT);
        room.set(ValueLayout.JAVA_INT, 0, SocketAddresses.ROOM);
        setUp.address.fill((byte) 0);
        LinuxSockets.localAddress(setUp.callState, sockets[socket], setUp.address, room);
        localAddresses.add(sources.read(setUp.addressBytes));
        poller.add(sockets[socket]);
    }

    /** Opens a socket for a local address; its index. */
    private int openSocket(int number) throws IOException {
        int socket = open;
        sockets[socket] = LinuxSockets.socket(setUp.callState, families[number]);
        numbers[socket] = number;
        // From here on close() closes it.
        open++;
        if (families[number] == LinuxSockets.AF_INET6) {
            setOption(socket, LinuxSockets.IPPROTO_IPV6, LinuxSockets.IPV6_V6ONLY, 0);
        }
        setOption(socket, LinuxSockets.SOL_SOCKET, LinuxSockets.SO_RCVBUF, SOCKET_BUFFER_BYTES);
        setOption(socket, LinuxSockets.SOL_SOCKET, LinuxSockets.SO_SNDBUF, SOCKET_BUFFER_BYTES);
        if (overlap) {
            setOption(socket, LinuxSockets.SOL_SOCKET, LinuxSockets.SO_REUSEADDR, 1);
        }
        setOption(socket, LinuxSockets.SOL_UDP, LinuxSockets.UDP_SEGMENT, 0);
        setOption(socket, LinuxSockets.SOL_UDP, LinuxSockets.UDP_GRO, 1);
        return socket;
    }

    private void bindSocket(int socket, InetSocketAddress local) throws IOException {
        int length = SocketAddresses.write(setUp.addressBytes, families[numbers[socket]], local);
        LinuxSockets.bind(setUp.callState, sockets[socket], setUp.address, length);
    }

    private void openSender() {
        int[] ways = new int[localAddresses.size()];
        for (int number = 0; number < ways.length; number++) {
            ways[number] = second(number);
        }
        senders.add(new OffloadSender(arena, ways, families, sendFailures));
    }

    /** Another socket on the address and port of the first, or the first if the system refuses. */
    private int second(int number) {
        int before = open;
        try {
            int socket = openSocket(number);
            mayBeJoined(number, 1);
            try {
                bindSocket(socket, localAddresses.get(number));
            } finally {
                mayBeJoined(number, 0);
            }
            poller.add(sockets[socket]);
            return sockets[socket];
        } catch (IOException e) {
            System.getLogger("io.ztnio.transport").log(System.Logger.Level.DEBUG, "senders share a socket: " + e);
            if (open > before) {
                open--;
                LinuxSockets.close(setUp.callState, sockets[open]);
            }
            return sockets[number];
        }
    }

    /** All sockets of a port must agree when another one binds; afterwards nobody else is to join. */
    private void mayBeJoined(int number, int value) throws IOException {
        for (int socket = 0; socket < open; socket++) {
            if (numbers[socket] == number) {
                setOption(socket, LinuxSockets.SOL_SOCKET, LinuxSockets.SO_REUSEPORT, value);
            }
        }
    }

    /** Once all are bound, no other process takes an address of the port. */
    private void keepOthersOff() throws IOException {
        for (int socket = 0; overlap && socket < open; socket++) {
            setOption(socket, LinuxSockets.SOL_SOCKET, LinuxSockets.SO_REUSEADDR, 0);
        }
    }

    @Override
    public boolean pin(int number, String device) {
        MemorySegment name = arena.allocateFrom(device);
        try {
            for (int socket = 0; socket < open; socket++) {
                if (numbers[socket] == number) {
                    LinuxSockets.setOption(
                            setUp.callState,
                            sockets[socket],
                            LinuxSockets.SOL_SOCKET,
                            LinuxSockets.SO_BINDTODEVICE,
                            name);
                }
            }
            return true;
        } catch (IOException e) {
            System.getLogger("io.ztnio.transport")
                    .log(System.Logger.Level.DEBUG, "a socket cannot be bound to " + device + ": " + e);
            return false;
        }
    }

    private void setOption(int socket, int level, int name, int value) throws IOException {
        MemorySegment option = arena.allocateFrom(ValueLayout.JAVA_INT, value);
        LinuxSockets.setOption(setUp.callState, sockets[socket], level, name, option);
    }

    @Override
    public List<InetSocketAddress> localAddresses() {
        return List.copyOf(localAddresses);
    }

    @Override
    public void awaitReadable(long timeoutMillis) {
        if (!holdsRest()) {
            interruption.enter();
            try {
                poller.await(timeoutMillis);
            } finally {
                interruption.leave();
            }
        }
    }

    @Override
    public void wakeup() {
        poller.wakeup();
    }

    @Override
    public void receive(DatagramBatch batch) {
        split(batch);
        turns.receive(open, batch, source);
    }

    private void drain(int socket, DatagramBatch batch) {
        while (!closed && !batch.isFull() && receiveMessages(socket)) {
            split(batch);
            if (!mayHaveMore) {
                return;
            }
        }
    }

    /** Whether something has been received that no batch has had room for. */
    private boolean holdsRest() {
        return splitAt < splitEnd || current < received;
    }

    /** Receives datagrams, some of them joined; false if the socket is empty. */
    private boolean receiveMessages(int socket) {
        int count = inbound.receive(sockets[socket]);
        if (count <= 0) {
            if (inbound.errno() != LinuxSockets.EAGAIN) {
                receiveFailures.increment();
            }
            return false;
        }
        received = count;
        current = 0;
        mayHaveMore = count == inbound.capacity();
        splitSocket = numbers[socket];
        return true;
    }

    /** Moves what was received to the batch, as far as there is room; the rest stays for the next one. */
    private void split(DatagramBatch batch) {
        while (!batch.isFull() && holdsRest()) {
            if (splitAt == splitEnd) {
                beginNext(batch);
            } else {
                splitOff(batch);
            }
        }
    }

    private void beginNext(DatagramBatch batch) {
        Message message = inbound.at(current);
        int length = inbound.length(current);
        current++;
        splitData = message.data;
        splitAt = 0;
        splitEnd = length;
        splitSegment = message.receivedSegment(length);
        splitSource = sources.read(message.addressBytes);
        if (length == 0) {
            batch.commit(0, splitSocket, splitSource);
        }
    }

    private void splitOff(DatagramBatch batch) {
        int length = Math.min(splitSegment, splitEnd - splitAt);
        int kept = Math.min(length, DatagramBatch.SLOT_LENGTH);
        MemorySegment.copy(splitData, ValueLayout.JAVA_BYTE, splitAt, batch.freeSlot(), 0, kept);
        batch.commit(kept, splitSocket, splitSource);
        splitAt += length;
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
        return "segmentation offload";
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        sender.close();
        senders.forEach(OffloadSender::close);
        for (int socket = 0; socket < open; socket++) {
            LinuxSockets.close(setUp.callState, sockets[socket]);
        }
        poller.close();
    }
}
