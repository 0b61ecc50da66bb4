package io.ztnio.protocol.transport;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A {@code msghdr} of 64-bit Linux with one data range, one address and one control message: (56 bytes) address, address
 * length, ranges, their number, control, its length, flags. A control message is (16 bytes) length, level, type, then its
 * data, padded to eight bytes.
 *
 * <p>Thread: belongs to one thread.
 */
final class Message {
    static final int LENGTH = 56;

    private static final int ADDRESS_LENGTH = 8;
    private static final int RANGES = 16;
    private static final int RANGE_COUNT = 24;
    private static final int CONTROL = 32;
    private static final int CONTROL_LENGTH = 40;
    private static final int FLAGS = 48;

    private static final int CONTROL_HEADER = 16;
    private static final int CONTROL_LEVEL = 8;
    private static final int CONTROL_TYPE = 12;
    private static final int CONTROL_ROOM = 64;

    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

    final MemorySegment data;
    final MemorySegment address;
    /** The same as {@link #address}. */
    final ByteBuffer addressBytes;

    final MemorySegment callState;
    private final MemorySegment header;
    private final MemorySegment range;
    private final MemorySegment control;

    Message(Arena arena, int dataLength) {
        this(arena, dataLength, arena.allocate(LENGTH, Long.BYTES));
    }

    /** @param header room for the {@code msghdr}, aligned to eight bytes */
    Message(Arena arena, int dataLength, MemorySegment header) {
        this.header = header;
        data = arena.allocate(dataLength, Long.BYTES);
        address = arena.allocate(SocketAddresses.ROOM, Long.BYTES);
        addressBytes = address.asByteBuffer().order(ByteOrder.nativeOrder());
        callState = LinuxSockets.newCallState(arena);
        range = arena.allocate(16, Long.BYTES);
        control = arena.allocate(CONTROL_ROOM, Long.BYTES);
        header.set(ValueLayout.ADDRESS, 0, address);
        header.set(ValueLayout.ADDRESS, RANGES, range);
        header.set(LONG, RANGE_COUNT, 1);
        header.set(ValueLayout.ADDRESS, CONTROL, control);
    }

    int errno() {
        return LinuxSockets.errno(callState);
    }

    /**
     * Sends a part of {@link #data} to {@link #address}, in one datagram.
     *
     * @return whether the system has taken it; if not, {@link #errno} says why
     */
    boolean send(int fd, int addressLength, int offset, int length) {
        header.set(LONG, CONTROL_LENGTH, 0);
        return transmit(fd, addressLength, offset, length);
    }

    /** As {@link #send}, in datagrams of {@code segment} bytes; the last may be shorter. */
    boolean sendSegmented(int fd, int addressLength, int length, int segment) {
        control.set(LONG, 0, CONTROL_HEADER + Short.BYTES);
        control.set(INT, CONTROL_LEVEL, LinuxSockets.SOL_UDP);
        control.set(INT, CONTROL_TYPE, LinuxSockets.UDP_SEGMENT);
        control.set(SHORT, CONTROL_HEADER, (short) segment);
        header.set(LONG, CONTROL_LENGTH, CONTROL_HEADER + Long.BYTES);
        return transmit(fd, addressLength, 0, length);
    }

    /** As {@link #send}, by IPv4 with a TTL of its own, on sockets of either family ({@code ip(7)}, IP_TTL as a control message). */
    boolean sendShort(int fd, int addressLength, int length, int ttl) {
        control.set(LONG, 0, CONTROL_HEADER + Integer.BYTES);
        control.set(INT, CONTROL_LEVEL, LinuxSockets.IPPROTO_IP);
        control.set(INT, CONTROL_TYPE, LinuxSockets.IP_TTL);
        control.set(INT, CONTROL_HEADER, ttl);
        header.set(LONG, CONTROL_LENGTH, CONTROL_HEADER + Long.BYTES);
        return transmit(fd, addressLength, 0, length);
    }

    private boolean transmit(int fd, int addressLength, int offset, int length) {
        header.set(INT, ADDRESS_LENGTH, addressLength);
        range.set(LONG, 0, data.address() + offset);
        range.set(LONG, 8, length);
        return LinuxSockets.sendMessage(callState, fd, header) >= 0;
    }

    /** Makes room for what will be received into {@link #data} and {@link #address}. */
    void expect() {
        address.fill((byte) 0);
        header.set(INT, ADDRESS_LENGTH, SocketAddresses.ROOM);
        header.set(LONG, CONTROL_LENGTH, CONTROL_ROOM);
        header.set(INT, FLAGS, 0);
        range.set(LONG, 0, data.address());
        range.set(LONG, 8, data.byteSize());
    }

    /** The size of the datagrams that were received joined, or {@code length}, which is all of it, if it was one. */
    int receivedSegment(int length) {
        boolean joined = header.get(LONG, CONTROL_LENGTH) >= CONTROL_HEADER + Integer.BYTES
                && control.get(INT, CONTROL_LEVEL) == LinuxSockets.SOL_UDP
                && control.get(INT, CONTROL_TYPE) == LinuxSockets.UDP_GRO;
        int segment = joined ? control.get(INT, CONTROL_HEADER) : length;
        return segment <= 0 ? length : segment;
    }
}
