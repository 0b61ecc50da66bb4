package io.ztnio.protocol.relay;

import io.ztnio.protocol.wire.BigEndian;
import io.ztnio.protocol.wire.SocketAddressField;
import java.net.InetSocketAddress;
import java.util.Arrays;

/**
 * The records of the relay over TCP, which look like TLS ({@code protocol.md} 8.13): {@code 17 03 03}, the payload's length in two
 * bytes, the payload. The payload is the client's version in 4 bytes, or where a datagram goes to or comes from, and the datagram:
 *
 * <pre>
 *  0  type: 4 or 6     1  IP address, 4 or 16     5 or 17  port, 2     7 or 19  datagram
 * </pre>
 *
 * <p>Reads records out of a stream. Thread: confined to its owner.
 */
final class RelayRecords {
    /** The shortest datagram that is relayed. */
    static final int MIN_DATAGRAM = 16;

    /** The longest one. */
    static final int MAX_DATAGRAM = 10_400;

    private static final byte[] MAGIC = {0x17, 0x03, 0x03};
    private static final int HEADER_LENGTH = 5;
    private static final int VERSION_LENGTH = 4;
    private static final int TYPE_NONE = 0;
    private static final int TYPE_IPV4 = 4;
    private static final int TYPE_IPV6 = 6;
    private static final int MAX_PAYLOAD = MAX_DATAGRAM + 19;

    private final byte[] buffer = new byte[HEADER_LENGTH + MAX_PAYLOAD];
    private int filled;

    /** Gets what the records say. */
    interface Receiver {
        /** The client's version: it says where its datagrams go, and is to be told where those for it come from. */
        void onVersion();

        /** A datagram; the buffer is valid during the call. */
        void onDatagram(InetSocketAddress endpoint, byte[] buffer, int offset, int length);
    }

    /** The first record of a client: version 1.0.0. */
    static byte[] version() {
        return new byte[] {0x17, 0x03, 0x03, 0, VERSION_LENGTH, 1, 0, 0, 0};
    }

    /** The record of a datagram; its other end is an IPv4 address. */
    static byte[] datagram(InetSocketAddress endpoint, byte[] bytes, int offset, int length) {
        byte[] ip = endpoint.getAddress().getAddress();
        int start = HEADER_LENGTH + 1 + ip.length + 2;
        byte[] result = new byte[start + length];
        System.arraycopy(MAGIC, 0, result, 0, MAGIC.length);
        BigEndian.putShort(result, MAGIC.length, result.length - HEADER_LENGTH);
        result[HEADER_LENGTH] = (byte) ip.length;
        System.arraycopy(ip, 0, result, HEADER_LENGTH + 1, ip.length);
        BigEndian.putShort(result, start - 2, endpoint.getPort());
        System.arraycopy(bytes, offset, result, start, length);
        return result;
    }

    /**
     * Takes what came next.
     *
     * @return whether the stream is still one of records; if not, the connection is to be closed
     */
    boolean feed(byte[] bytes, int offset, int length, Receiver receiver) {
        int position = offset;
        int end = offset + length;
        while (position < end) {
            int wanted = filled < HEADER_LENGTH ? HEADER_LENGTH : HEADER_LENGTH + payloadLength();
            int taken = Math.min(wanted - filled, end - position);
            System.arraycopy(bytes, position, buffer, filled, taken);
            filled += taken;
            position += taken;
            if (filled == HEADER_LENGTH
                    && (!Arrays.equals(MAGIC, 0, MAGIC.length, buffer, 0, MAGIC.length)
                            || payloadLength() > MAX_PAYLOAD)) {
                return false;
            }
            if (filled >= HEADER_LENGTH && filled == HEADER_LENGTH + payloadLength()) {
                filled = 0;
                if (!onPayload(payloadLength(), receiver)) {
                    return false;
                }
            }
        }
        return true;
    }

    private int payloadLength() {
        return BigEndian.getShort(buffer, MAGIC.length);
    }

    private boolean onPayload(int length, Receiver receiver) {
        if (length == VERSION_LENGTH) {
            receiver.onVersion();
            return true;
        }
        int type = length == 0 ? TYPE_NONE : buffer[HEADER_LENGTH];
        int ipLength = type == TYPE_IPV4 ? 4 : type == TYPE_IPV6 ? 16 : 0;
        int start = 1 + ipLength + 2;
        if (type == TYPE_NONE) {
            return true;
        }
        if (ipLength == 0 || length < start) {
            return false;
        }
        int ip = HEADER_LENGTH + 1;
        InetSocketAddress endpoint = new InetSocketAddress(
                SocketAddressField.address(Arrays.copyOfRange(buffer, ip, ip + ipLength)),
                BigEndian.getShort(buffer, ip + ipLength));
        if (length - start >= MIN_DATAGRAM) {
            receiver.onDatagram(endpoint, buffer, HEADER_LENGTH + start, length - start);
        }
        return true;
    }
}
