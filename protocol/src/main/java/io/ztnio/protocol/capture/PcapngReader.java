package io.ztnio.protocol.capture;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads pcapng files: sections of either byte order, each with interfaces of their own link types and clocks, and the
 * three kinds of packet blocks. Use once.
 */
final class PcapngReader {
    static final int BLOCK_SECTION_HEADER = 0x0a0d0d0a;

    private static final int BLOCK_INTERFACE = 1;
    /** Of early versions of the format. */
    private static final int BLOCK_PACKET = 2;

    private static final int BLOCK_SIMPLE_PACKET = 3;
    private static final int BLOCK_ENHANCED_PACKET = 6;
    private static final int BYTE_ORDER_MAGIC = 0x1a2b3c4d;
    private static final int OPTION_TIME_RESOLUTION = 9;
    private static final int OPTION_TIME_OFFSET = 14;
    /** Type and length in front, length again behind. */
    private static final int BLOCK_OVERHEAD = 12;

    private static final int PACKET_HEADER_LENGTH = 20;
    /** Of a description that is too short to say anything; no link type has this number. */
    private static final Interface UNKNOWN = new Interface(0xffff, 0, 1_000_000, 0);

    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final ByteBuffer file;
    private final FrameParser frames = new FrameParser();
    private final List<Interface> interfaces = new ArrayList<>();

    /**
     * Where packets were captured.
     *
     * @param snapLength most bytes of a packet, 0 for no limit
     * @param unitsPerSecond of its time stamps, unsigned
     * @param offsetSeconds to add to them
     */
    private record Interface(int linkType, int snapLength, long unitsPerSecond, long offsetSeconds) {
        long timeNanos(long time) {
            long seconds = Long.divideUnsigned(time, unitsPerSecond);
            BigInteger fraction = BigInteger.valueOf(Long.remainderUnsigned(time, unitsPerSecond))
                    .multiply(BigInteger.valueOf(NANOS_PER_SECOND))
                    .divide(new BigInteger(Long.toUnsignedString(unitsPerSecond)));
            return (seconds + offsetSeconds) * NANOS_PER_SECOND + fraction.longValue();
        }
    }

    PcapngReader(ByteBuffer file) {
        this.file = file;
    }

    Capture read() {
        while (file.remaining() >= BLOCK_OVERHEAD) {
            int start = file.position();
            if (file.getInt(start) == BLOCK_SECTION_HEADER) {
                boolean bigEndian = file.order(ByteOrder.BIG_ENDIAN).getInt(start + 8) == BYTE_ORDER_MAGIC;
                file.order(bigEndian ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
                interfaces.clear();
            }
            int length = file.getInt(start + 4);
            if (length < BLOCK_OVERHEAD || length > file.remaining()) {
                return frames.capture(true);
            }
            readBlock(file.getInt(start), start + 8, length - BLOCK_OVERHEAD);
            file.position(start + length);
        }
        return frames.capture(file.hasRemaining());
    }

    private void readBlock(int type, int body, int bodyLength) {
        switch (type) {
            case BLOCK_INTERFACE -> interfaces.add(bodyLength < 8 ? UNKNOWN : description(body, bodyLength));
            case BLOCK_ENHANCED_PACKET -> {
                if (bodyLength >= PACKET_HEADER_LENGTH) {
                    readPacket(file.getInt(body), body, bodyLength);
                }
            }
            case BLOCK_PACKET -> {
                if (bodyLength >= PACKET_HEADER_LENGTH) {
                    readPacket(file.getShort(body) & 0xffff, body, bodyLength);
                }
            }
            case BLOCK_SIMPLE_PACKET -> {
                if (bodyLength >= 4 && !interfaces.isEmpty()) {
                    readSimplePacket(interfaces.get(0), body, bodyLength);
                }
            }
            default -> {
                // Statistics, names, decryption keys and the like.
            }
        }
    }

    private Interface description(int body, int bodyLength) {
        long unitsPerSecond = 1_000_000;
        long offsetSeconds = 0;
        int option = body + 8;
        int end = body + bodyLength;
        while (option + 4 <= end) {
            int code = file.getShort(option) & 0xffff;
            int length = file.getShort(option + 2) & 0xffff;
            if (code == OPTION_TIME_RESOLUTION && length >= 1 && option + 5 <= end) {
                unitsPerSecond = unitsPerSecond(file.get(option + 4));
            } else if (code == OPTION_TIME_OFFSET && length >= 8 && option + 12 <= end) {
                offsetSeconds = file.getLong(option + 4);
            }
            option += 4 + ((length + 3) & ~3);
        }
        return new Interface(file.getShort(body) & 0xffff, file.getInt(body + 4), unitsPerSecond, offsetSeconds);
    }

    /** A negative power of 2 if the top bit is set, otherwise of 10; finer than any clock is taken for the finest. */
    private static long unitsPerSecond(byte resolution) {
        int exponent = resolution & 0x7f;
        if (resolution < 0) {
            return 1L << Math.min(exponent, 63);
        }
        long units = 1;
        for (int i = 0; i < Math.min(exponent, 19); i++) {
            units *= 10;
        }
        return units;
    }

    @SuppressWarnings("ByteBufferBackingArray") // it wraps the whole file
    private void readPacket(int index, int body, int bodyLength) {
        long time = (long) file.getInt(body + 4) << 32 | (file.getInt(body + 8) & 0xffffffffL);
        int length = file.getInt(body + 12);
        if (index < 0 || index >= interfaces.size() || length < 0 || length > bodyLength - PACKET_HEADER_LENGTH) {
            return;
        }
        Interface source = interfaces.get(index);
        boolean whole = length >= (file.getInt(body + 16) & 0xffffffffL);
        frames.add(source.linkType, source.timeNanos(time), file.array(), body + PACKET_HEADER_LENGTH, length, whole);
    }

    /** Without time and captured length, which follows from the others. */
    @SuppressWarnings("ByteBufferBackingArray") // it wraps the whole file
    private void readSimplePacket(Interface source, int body, int bodyLength) {
        long originalLength = file.getInt(body) & 0xffffffffL;
        long snapLength = source.snapLength == 0 ? Long.MAX_VALUE : source.snapLength & 0xffffffffL;
        int length = (int) Math.min(Math.min(originalLength, snapLength), bodyLength - 4);
        frames.add(source.linkType, 0, file.array(), body + 4, length, length >= originalLength);
    }
}
