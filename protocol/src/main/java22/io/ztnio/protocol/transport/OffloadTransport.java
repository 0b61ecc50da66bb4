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
    private static final int SEND_ATTEMPTS = 4;

    /** With headers, a run must stay below 64 KiB. */
    private static final int MAX_RUN_BYTES = 65_000;

    /** What kernels before 6.9 take. */
    private static final int MAX_RUN_DATAGRAMS = 64;

    private static final int RECEIVE_BYTES = 1 << 16;

    private final Arena arena = Arena.ofAuto();
    private final List<InetSocketAddress> localAddresses = new ArrayList<>();
    private final int[] sockets;
    private final int[] families;
    private final LongAdder sendFailures = new LongAdder();
    private final LongAdder receiveFailures = new LongAdder();

    // The receiving thread's.
    private final Message inbound = new Message(arena, RECEIVE_BYTES);
    private final SocketAddresses sources = new SocketAddresses();
    private final Poller poller;
    private int splitSocket;
    private int splitAt;
    private int splitEnd;
    private int splitSegment;
    private InetSocketAddress splitSource;

    // The sending thread's.
    private final Message outbound = new Message(arena, MAX_RUN_BYTES);
    private int runSocket;
    private InetSocketAddress runTo;
    private int runDatagrams;
    private int runBytes;
    private int runSegment;
    private boolean runEnded;
    private boolean segmentation = true;

    /** What {@link #outbound} has as its address now. */
    private InetSocketAddress addressed;

    private int addressedFamily;
    private int addressLength;
    private boolean closed;

    private OffloadTransport(int count) throws IOException {
        sockets = new int[count];
        families = new int[count];
        poller = new Poller(arena, count);
    }

    /**
     * Binds one socket to each address.
     *
     * @throws IOException if the system cannot do that, or not with offload
     */
    static OffloadTransport open(List<InetSocketAddress> bind) throws IOException {
        OffloadTransport transport = new OffloadTransport(bind.size());
        try {
            for (InetSocketAddress address : bind) {
                transport.bind(address);
            }
            return transport;
        } catch (IOException | RuntimeException e) {
            transport.close();
            throw e;
        }
    }

    private void bind(InetSocketAddress local) throws IOException {
        int index = localAddresses.size();
        MemorySegment state = outbound.callState;
        boolean ipv4 = local.getAddress().getAddress().length == 4
                && (!local.getAddress().isAnyLocalAddress() || Boolean.getBoolean("java.net.preferIPv4Stack"));
        families[index] = ipv4 ? LinuxSockets.AF_INET : LinuxSockets.AF_INET6;
        sockets[index] = LinuxSockets.socket(state, families[index]);
        poller.add(sockets[index]);
        // From here on close() closes it.
        localAddresses.add(local);
        if (!ipv4) {
            setOption(index, LinuxSockets.IPPROTO_IPV6, LinuxSockets.IPV6_V6ONLY, 0);
        }
        setOption(index, LinuxSockets.SOL_SOCKET, LinuxSockets.SO_RCVBUF, SOCKET_BUFFER_BYTES);
        setOption(index, LinuxSockets.SOL_SOCKET, LinuxSockets.SO_SNDBUF, SOCKET_BUFFER_BYTES);
        setOption(index, LinuxSockets.SOL_UDP, LinuxSockets.UDP_SEGMENT, 0);
        setOption(index, LinuxSockets.SOL_UDP, LinuxSockets.UDP_GRO, 1);
        int length = SocketAddresses.write(outbound.address, families[index], local);
        LinuxSockets.bind(state, sockets[index], outbound.address, length);
        MemorySegment room = arena.allocate(ValueLayout.JAVA_INT);
        room.set(ValueLayout.JAVA_INT, 0, SocketAddresses.ROOM);
        outbound.address.fill((byte) 0);
        LinuxSockets.localAddress(state, sockets[index], outbound.address, room);
        localAddresses.set(index, sources.read(outbound.address));
    }

    private void setOption(int index, int level, int name, int value) throws IOException {
        MemorySegment option = arena.allocateFrom(ValueLayout.JAVA_INT, value);
        LinuxSockets.setOption(outbound.callState, sockets[index], level, name, option);
    }

    @Override
    public List<InetSocketAddress> localAddresses() {
        return List.copyOf(localAddresses);
    }

    @Override
    public void awaitReadable(long timeoutMillis) {
        if (splitAt == splitEnd) {
            poller.await(timeoutMillis);
        }
    }

    @Override
    public void wakeup() {
        poller.wakeup();
    }

    @Override
    public void receive(DatagramBatch batch) {
        split(batch);
        for (int socket = 0; socket < localAddresses.size() && !closed; socket++) {
            while (!batch.isFull() && receiveJoined(socket, batch)) {
                split(batch);
            }
        }
    }

    /** Receives one datagram or several joined ones; false if the socket is empty. */
    private boolean receiveJoined(int socket, DatagramBatch batch) {
        int length = inbound.receive(sockets[socket]);
        if (length < 0) {
            if (inbound.errno() != LinuxSockets.EAGAIN) {
                receiveFailures.increment();
            }
            return false;
        }
        splitSocket = socket;
        splitAt = 0;
        splitEnd = length;
        splitSegment = inbound.receivedSegment(length);
        splitSource = sources.read(inbound.address);
        if (length == 0) {
            batch.commit(0, socket, splitSource);
        }
        return true;
    }

    /** Moves what was received to the batch, as far as there is room; the rest stays for the next one. */
    private void split(DatagramBatch batch) {
        while (splitAt < splitEnd && !batch.isFull()) {
            int length = Math.min(splitSegment, splitEnd - splitAt);
            int kept = Math.min(length, DatagramBatch.SLOT_LENGTH);
            MemorySegment.copy(inbound.data, ValueLayout.JAVA_BYTE, splitAt, batch.freeSlot(), 0, kept);
            batch.commit(kept, splitSocket, splitSource);
            splitAt += length;
        }
    }

    @Override
    public void send(int socket, InetSocketAddress to, byte[] buffer, int offset, int length) {
        if (closed) {
            return;
        }
        if (length > MAX_RUN_BYTES) {
            sendFailures.increment();
            return;
        }
        if (!isCompany(socket, to, length)) {
            flush();
            runSocket = socket;
            runTo = to;
            runSegment = length;
            runEnded = length == 0 || socket < 0 || !segmentation;
        }
        MemorySegment.copy(buffer, offset, outbound.data, ValueLayout.JAVA_BYTE, runBytes, length);
        runBytes += length;
        runDatagrams++;
        runEnded |= length < runSegment;
    }

    /** Whether a datagram may go in one piece with those that wait. */
    private boolean isCompany(int socket, InetSocketAddress to, int length) {
        return runDatagrams > 0
                && !runEnded
                && socket == runSocket
                && length <= runSegment
                && length > 0
                && runDatagrams < MAX_RUN_DATAGRAMS
                && runBytes + length <= MAX_RUN_BYTES
                && to.equals(runTo);
    }

    @Override
    public void flush() {
        if (runDatagrams == 0) {
            return;
        }
        if (runSocket >= 0) {
            sendRun(runSocket);
        } else {
            for (int socket = 0; socket < sockets.length; socket++) {
                sendRun(socket);
            }
        }
        runDatagrams = 0;
        runBytes = 0;
    }

    private void sendRun(int socket) {
        if (!runTo.equals(addressed) || families[socket] != addressedFamily) {
            addressLength = SocketAddresses.write(outbound.address, families[socket], runTo);
            addressed = runTo;
            addressedFamily = families[socket];
        }
        if (addressLength == 0) {
            sendFailures.add(runDatagrams);
            return;
        }
        if (runDatagrams > 1) {
            if (sendJoined(sockets[socket])) {
                return;
            }
            // A device without checksum offload says EIO; a path that would fragment each datagram EINVAL or EMSGSIZE.
            segmentation &= outbound.errno() != LinuxSockets.EIO;
        }
        for (int at = 0, left = runDatagrams; left > 0; at += runSegment, left--) {
            sendSingle(sockets[socket], at, Math.min(runSegment, runBytes - at));
        }
    }

    /** False if the datagrams have to go one by one. */
    private boolean sendJoined(int fd) {
        for (int attempt = 0; attempt < SEND_ATTEMPTS; attempt++) {
            if (outbound.sendSegmented(fd, addressLength, runBytes, runSegment)) {
                return true;
            }
            int errno = outbound.errno();
            if (errno == LinuxSockets.EIO || errno == LinuxSockets.EINVAL || errno == LinuxSockets.EMSGSIZE) {
                return false;
            }
            if (errno != LinuxSockets.EAGAIN) {
                break;
            }
            Thread.onSpinWait();
        }
        sendFailures.add(runDatagrams);
        return true;
    }

    private void sendSingle(int fd, int at, int length) {
        for (int attempt = 0; attempt < SEND_ATTEMPTS; attempt++) {
            if (outbound.send(fd, addressLength, at, length)) {
                return;
            }
            if (outbound.errno() != LinuxSockets.EAGAIN) {
                break;
            }
            Thread.onSpinWait();
        }
        sendFailures.increment();
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
        for (int socket = 0; socket < localAddresses.size(); socket++) {
            LinuxSockets.close(outbound.callState, sockets[socket]);
        }
        poller.close();
    }
}
