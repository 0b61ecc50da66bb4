package io.ztnio.protocol.transport;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.LongAdder;

/**
 * Sends runs of equal datagrams to one destination in one piece. Thread: one at a time.
 */
final class OffloadSender implements DatagramSender {
    private static final int SEND_ATTEMPTS = 4;

    private final int[] sockets;
    private final int[] families;
    private final LongAdder sendFailures;
    private final Message outbound;

    // For the option of a socket: what it is, what it is to be for a moment, and how long it is.
    private final MemorySegment usualMode;
    private final MemorySegment probeMode;
    private final MemorySegment modeLength;

    private final DatagramRun run = new DatagramRun();
    private boolean segmentation = true;

    /** What {@link #outbound} has as its address now. */
    private InetSocketAddress addressed;

    private int addressedFamily;
    private int addressLength;
    private boolean closed;

    /**
     * A sender that may share its sockets.
     *
     * @param sockets the descriptor for each local socket; what lies behind those is not used
     * @param families of the local sockets
     */
    OffloadSender(Arena arena, int[] sockets, int[] families, LongAdder sendFailures) {
        this.sockets = sockets;
        this.families = families;
        this.sendFailures = sendFailures;
        this.outbound = new Message(arena, DatagramRun.MAX_BYTES);
        this.usualMode = arena.allocate(ValueLayout.JAVA_INT);
        this.probeMode = arena.allocateFrom(ValueLayout.JAVA_INT, LinuxSockets.PMTUDISC_PROBE);
        this.modeLength = arena.allocate(ValueLayout.JAVA_INT);
    }

    void close() {
        closed = true;
    }

    @Override
    public void send(int socket, InetSocketAddress to, byte[] buffer, int offset, int length) {
        if (closed) {
            return;
        }
        if (length > DatagramRun.MAX_BYTES) {
            sendFailures.increment();
            return;
        }
        if (!run.takes(socket, to, length)) {
            flush();
            run.begin(socket, to, length, !segmentation);
        }
        MemorySegment.copy(buffer, offset, outbound.data, ValueLayout.JAVA_BYTE, run.bytes(), length);
        run.add(length);
    }

    @Override
    public void flush() {
        if (run.datagrams() == 0) {
            return;
        }
        if (run.socket() >= 0) {
            sendRun(run.socket());
        } else {
            for (int socket = 0; socket < families.length; socket++) {
                sendRun(socket);
            }
        }
        run.clear();
    }

    @Override
    public void sendShort(int socket, InetSocketAddress to, byte[] bytes, int ttl) {
        if (closed || to.getAddress().getAddress().length != 4 || bytes.length > DatagramRun.MAX_BYTES) {
            return;
        }
        flush();
        MemorySegment.copy(bytes, 0, outbound.data, ValueLayout.JAVA_BYTE, 0, bytes.length);
        for (int number = 0; number < families.length; number++) {
            boolean meant = socket < 0 || socket == number;
            if (meant
                    && address(number, to)
                    && !outbound.sendShort(sockets[number], addressLength, bytes.length, ttl)) {
                sendFailures.increment();
            }
        }
    }

    @Override
    public boolean canSendWhole() {
        return true;
    }

    /**
     * Only while this one goes is its socket in the mode that forbids fragments: in the usual one the kernel fragments what is too long
     * for a way that it knows, so that nothing else is refused.
     */
    @Override
    public boolean sendWhole(int socket, InetSocketAddress to, byte[] buffer, int offset, int length) {
        if (closed || length > DatagramRun.MAX_BYTES) {
            return false;
        }
        flush();
        if (!address(socket, to)) {
            return false;
        }
        boolean ipv4 = to.getAddress().getAddress().length == 4;
        int level = ipv4 ? LinuxSockets.IPPROTO_IP : LinuxSockets.IPPROTO_IPV6;
        int mode = ipv4 ? LinuxSockets.IP_MTU_DISCOVER : LinuxSockets.IPV6_MTU_DISCOVER;
        int fd = sockets[socket];
        MemorySegment.copy(buffer, offset, outbound.data, ValueLayout.JAVA_BYTE, 0, length);
        try {
            LinuxSockets.option(outbound.callState, fd, level, mode, usualMode, modeLength);
            LinuxSockets.setOption(outbound.callState, fd, level, mode, probeMode);
            boolean sent = outbound.send(fd, addressLength, 0, length);
            boolean tooLong = !sent && outbound.errno() == LinuxSockets.EMSGSIZE;
            LinuxSockets.setOption(outbound.callState, fd, level, mode, usualMode);
            return !tooLong;
        } catch (IOException e) {
            return false;
        }
    }

    /** Writes the address for a socket, unless it is there; false if the socket's family cannot reach it. */
    private boolean address(int socket, InetSocketAddress to) {
        if (!to.equals(addressed) || families[socket] != addressedFamily) {
            addressLength = SocketAddresses.write(outbound.addressBytes, families[socket], to);
            addressed = to;
            addressedFamily = families[socket];
        }
        return addressLength != 0;
    }

    private void sendRun(int socket) {
        if (!address(socket, run.to())) {
            sendFailures.add(run.datagrams());
            return;
        }
        if (run.datagrams() > 1) {
            if (sendJoined(sockets[socket])) {
                return;
            }
            // A device without checksum offload says EIO; a path that would fragment each datagram EINVAL or EMSGSIZE.
            segmentation &= outbound.errno() != LinuxSockets.EIO;
        }
        for (int at = 0, left = run.datagrams(); left > 0; at += run.segment(), left--) {
            sendSingle(sockets[socket], at, run.lengthAt(at));
        }
    }

    /** False if the datagrams have to go one by one. */
    private boolean sendJoined(int fd) {
        for (int attempt = 0; attempt < SEND_ATTEMPTS; attempt++) {
            if (outbound.sendSegmented(fd, addressLength, run.bytes(), run.segment())) {
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
        sendFailures.add(run.datagrams());
        return true;
    }

    private void sendSingle(int fd, int at, int length) {
        for (int attempt = 0; attempt < SEND_ATTEMPTS; attempt++) {
            if (outbound.send(fd, addressLength, at, length)) {
                return;
            }
            // The second: somebody who shares the socket forbids fragments at this moment.
            if (outbound.errno() != LinuxSockets.EAGAIN && outbound.errno() != LinuxSockets.EMSGSIZE) {
                break;
            }
            Thread.onSpinWait();
        }
        sendFailures.increment();
    }
}
