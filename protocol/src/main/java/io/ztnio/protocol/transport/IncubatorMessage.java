package io.ztnio.protocol.transport;

import java.lang.ref.Reference;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A {@code msghdr} of 64-bit Linux (56 bytes: address, its length, ranges, their number, control, its length, flags) and in the same
 * buffer what it points to, but for the data: one range (address, length), one control message (16 bytes: length, level, type; then its
 * data, padded to 8), one address, one option of a socket. Thread: one at a time.
 */
final class IncubatorMessage {
    private static final int IPPROTO_IP = 0;
    private static final int IP_TTL = 2;
    private static final int SOL_UDP = 17;
    private static final int UDP_SEGMENT = 103;
    private static final int UDP_GRO = 104;

    private static final int ADDRESS_LENGTH = 8;
    private static final int RANGES = 16;
    private static final int RANGE_COUNT = 24;
    private static final int CONTROL = 32;
    private static final int CONTROL_LENGTH = 40;
    private static final int FLAGS = 48;

    private static final int RANGE_AT = 64;
    private static final int RANGE_LENGTH_AT = 72;
    private static final int CONTROL_AT = 80;
    private static final int CONTROL_LEVEL_AT = CONTROL_AT + 8;
    private static final int CONTROL_TYPE_AT = CONTROL_AT + 12;
    private static final int CONTROL_HEADER = 16;
    private static final int CONTROL_DATA_AT = CONTROL_AT + CONTROL_HEADER;
    private static final int CONTROL_ROOM = 64;
    private static final int ADDRESS_AT = CONTROL_AT + CONTROL_ROOM;
    private static final int OPTION_AT = ADDRESS_AT + SocketAddresses.ROOM;
    private static final int OPTION_LENGTH_AT = OPTION_AT + Integer.BYTES;
    private static final int LENGTH = OPTION_LENGTH_AT + Integer.BYTES;

    /** Sent from, and received to, its beginning. */
    final ByteBuffer data;

    private final ByteBuffer memory = ByteBuffer.allocateDirect(LENGTH).order(ByteOrder.nativeOrder());
    private final long at = IncubatorCalls.address(memory);
    private final ByteBuffer address =
            memory.slice(ADDRESS_AT, SocketAddresses.ROOM).order(ByteOrder.nativeOrder());
    private final SocketAddresses sources = new SocketAddresses();

    /** What {@link #address} is of what was sent. */
    private InetSocketAddress addressed;

    private int addressedFamily;
    private int addressLength;

    IncubatorMessage(int dataLength) {
        data = ByteBuffer.allocateDirect(dataLength);
        memory.putLong(0, at + ADDRESS_AT);
        memory.putLong(RANGES, at + RANGE_AT);
        memory.putLong(RANGE_COUNT, 1);
        memory.putLong(RANGE_AT, IncubatorCalls.address(data));
        memory.putLong(CONTROL, at + CONTROL_AT);
    }

    /**
     * Sends the first bytes of the data in datagrams of {@code segment} bytes, the last of which may be shorter.
     *
     * @return whether the system has taken all; if not, it has taken none
     */
    boolean sendSegmented(ChannelDescriptors.Socket socket, InetSocketAddress to, int length, int segment) {
        memory.putShort(CONTROL_DATA_AT, (short) segment);
        control(SOL_UDP, UDP_SEGMENT, Short.BYTES);
        return transmit(socket, to, length);
    }

    /** Sends the first bytes of the data in one datagram. */
    boolean send(ChannelDescriptors.Socket socket, InetSocketAddress to, int length) {
        memory.putLong(CONTROL_LENGTH, 0);
        return transmit(socket, to, length);
    }

    /** As {@link #send}, by IPv4 with a TTL of its own, on sockets of either family ({@code ip(7)}, IP_TTL as a control message). */
    boolean sendShort(ChannelDescriptors.Socket socket, InetSocketAddress to, int length, int ttl) {
        memory.putInt(CONTROL_DATA_AT, ttl);
        control(IPPROTO_IP, IP_TTL, Integer.BYTES);
        return transmit(socket, to, length);
    }

    private void control(int level, int type, int length) {
        memory.putLong(CONTROL_AT, CONTROL_HEADER + length);
        memory.putInt(CONTROL_LEVEL_AT, level);
        memory.putInt(CONTROL_TYPE_AT, type);
        memory.putLong(CONTROL_LENGTH, CONTROL_HEADER + Long.BYTES);
    }

    private boolean transmit(ChannelDescriptors.Socket socket, InetSocketAddress to, int length) {
        if (!to.equals(addressed) || socket.family() != addressedFamily) {
            addressLength = SocketAddresses.write(address, socket.family(), to);
            addressed = to;
            addressedFamily = socket.family();
        }
        if (addressLength == 0) {
            return false;
        }
        memory.putInt(ADDRESS_LENGTH, addressLength);
        memory.putLong(RANGE_LENGTH_AT, length);
        try {
            return IncubatorCalls.sendMessage(socket.fd(), at) >= 0;
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /** Receives what is there, several equal datagrams perhaps: the length of all, or -1. Such a message is not for sending too. */
    int receive(ChannelDescriptors.Socket socket) {
        for (int word = ADDRESS_AT; word < OPTION_AT; word += Long.BYTES) {
            memory.putLong(word, 0);
        }
        memory.putInt(ADDRESS_LENGTH, SocketAddresses.ROOM);
        memory.putLong(CONTROL_LENGTH, CONTROL_ROOM);
        memory.putInt(FLAGS, 0);
        memory.putLong(RANGE_LENGTH_AT, data.capacity());
        try {
            return (int) IncubatorCalls.receiveMessage(socket.fd(), at);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /** The length of the datagrams that {@link #receive} found joined, or {@code length} if it found one. */
    int receivedSegment(int length) {
        boolean joined = memory.getLong(CONTROL_LENGTH) >= CONTROL_HEADER + Integer.BYTES
                && memory.getInt(CONTROL_LEVEL_AT) == SOL_UDP
                && memory.getInt(CONTROL_TYPE_AT) == UDP_GRO;
        int segment = joined ? memory.getInt(CONTROL_DATA_AT) : length;
        return segment <= 0 ? length : segment;
    }

    /** An option of a socket that is an {@code int} and that the system has. */
    int option(ChannelDescriptors.Socket socket, int level, int name) {
        memory.putInt(OPTION_LENGTH_AT, Integer.BYTES);
        IncubatorCalls.option(socket.fd(), level, name, at + OPTION_AT, at + OPTION_LENGTH_AT);
        return memory.getInt(OPTION_AT);
    }

    /** Sets an option that is an {@code int}; false if the system does not. */
    boolean setOption(ChannelDescriptors.Socket socket, int level, int name, int value) {
        memory.putInt(OPTION_AT, value);
        return IncubatorCalls.setOption(socket.fd(), level, name, at + OPTION_AT, Integer.BYTES) == 0;
    }

    /** Where what was received came from. */
    InetSocketAddress source() {
        return sources.read(address);
    }
}
