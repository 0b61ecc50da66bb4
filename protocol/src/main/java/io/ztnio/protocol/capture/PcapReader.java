package io.ztnio.protocol.capture;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads pcap files (both byte orders, microseconds and nanoseconds) and pcapng files (section header, interface description
 * and enhanced packet blocks). What follows a truncated or malformed record is left out.
 */
public final class PcapReader {
    private static final int MAGIC_MICROS = 0xa1b2c3d4;
    private static final int MAGIC_NANOS = 0xa1b23c4d;
    private static final int PCAP_HEADER_LENGTH = 24;
    private static final int PCAP_RECORD_HEADER_LENGTH = 16;

    private static final int BLOCK_SECTION_HEADER = 0x0a0d0d0a;
    private static final int BLOCK_INTERFACE = 1;
    private static final int BLOCK_ENHANCED_PACKET = 6;
    private static final int BYTE_ORDER_MAGIC = 0x1a2b3c4d;
    private static final int OPTION_TIME_RESOLUTION = 9;
    /** Type and length in front, length again behind. */
    private static final int BLOCK_OVERHEAD = 12;

    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final ByteBuffer file;
    private final List<UdpDatagram> datagrams = new ArrayList<>();
    private final List<Interface> interfaces = new ArrayList<>();

    private PcapReader(byte[] file) {
        this.file = ByteBuffer.wrap(file);
    }

    /** The datagrams of a capture file, in its order; empty if it is neither pcap nor pcapng. */
    public static Optional<List<UdpDatagram>> read(byte[] file) {
        PcapReader reader = new PcapReader(file);
        return reader.readFile() ? Optional.of(List.copyOf(reader.datagrams)) : Optional.empty();
    }

    private boolean readFile() {
        if (file.remaining() < PCAP_HEADER_LENGTH) {
            return false;
        }
        int magic = file.getInt(0);
        if (magic == BLOCK_SECTION_HEADER) {
            readBlocks();
            return true;
        }
        if (isPcap(magic)) {
            readRecords(magic == MAGIC_NANOS);
            return true;
        }
        if (isPcap(Integer.reverseBytes(magic))) {
            file.order(ByteOrder.LITTLE_ENDIAN);
            readRecords(magic == Integer.reverseBytes(MAGIC_NANOS));
            return true;
        }
        return false;
    }

    private static boolean isPcap(int magic) {
        return magic == MAGIC_MICROS || magic == MAGIC_NANOS;
    }

    private void readRecords(boolean nanos) {
        int linkType = file.getInt(20) & 0xffff;
        file.position(PCAP_HEADER_LENGTH);
        while (file.remaining() >= PCAP_RECORD_HEADER_LENGTH) {
            long seconds = file.getInt() & 0xffffffffL;
            long fraction = file.getInt() & 0xffffffffL;
            int length = file.getInt();
            file.getInt(); // length before truncation
            if (length < 0 || length > file.remaining()) {
                return;
            }
            long timeNanos = seconds * NANOS_PER_SECOND + fraction * (nanos ? 1 : 1000);
            add(linkType, timeNanos, file.position(), length);
            file.position(file.position() + length);
        }
    }

    private void readBlocks() {
        while (file.remaining() >= BLOCK_OVERHEAD) {
            int start = file.position();
            if (file.getInt(start) == BLOCK_SECTION_HEADER) {
                boolean bigEndian = file.order(ByteOrder.BIG_ENDIAN).getInt(start + 8) == BYTE_ORDER_MAGIC;
                file.order(bigEndian ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
                interfaces.clear();
            }
            int length = file.getInt(start + 4);
            if (length < BLOCK_OVERHEAD || length > file.remaining()) {
                return;
            }
            int bodyLength = length - BLOCK_OVERHEAD;
            switch (file.getInt(start)) {
                case BLOCK_INTERFACE -> addInterface(start + 8, bodyLength);
                case BLOCK_ENHANCED_PACKET -> addPacket(start + 8, bodyLength);
                default -> {}
            }
            file.position(start + length);
        }
    }

    private void addInterface(int body, int bodyLength) {
        if (bodyLength < 8) {
            return;
        }
        long unitsPerSecond = 1_000_000;
        int option = body + 8;
        int end = body + bodyLength;
        while (option + 4 <= end) {
            int code = file.getShort(option) & 0xffff;
            int length = file.getShort(option + 2) & 0xffff;
            if (code == OPTION_TIME_RESOLUTION && length >= 1 && option + 5 <= end) {
                unitsPerSecond = unitsPerSecond(file.get(option + 4));
            }
            option += 4 + ((length + 3) & ~3);
        }
        interfaces.add(new Interface(file.getShort(body) & 0xffff, unitsPerSecond));
    }

    /** A negative power of 2 if the top bit is set, otherwise of 10. */
    private static long unitsPerSecond(byte resolution) {
        int exponent = resolution & 0x7f;
        if (resolution < 0) {
            return 1L << Math.min(exponent, 62);
        }
        long units = 1;
        for (int i = 0; i < Math.min(exponent, 18); i++) {
            units *= 10;
        }
        return units;
    }

    private void addPacket(int body, int bodyLength) {
        if (bodyLength < 20) {
            return;
        }
        int index = file.getInt(body);
        long time = (long) file.getInt(body + 4) << 32 | (file.getInt(body + 8) & 0xffffffffL);
        int length = file.getInt(body + 12);
        if (index < 0 || index >= interfaces.size() || length < 0 || length > bodyLength - 20) {
            return;
        }
        Interface source = interfaces.get(index);
        long fraction = Math.multiplyHigh(time % source.unitsPerSecond, NANOS_PER_SECOND) == 0
                ? time % source.unitsPerSecond * NANOS_PER_SECOND / source.unitsPerSecond
                : 0;
        add(source.linkType, time / source.unitsPerSecond * NANOS_PER_SECOND + fraction, body + 20, length);
    }

    private void add(int linkType, long timeNanos, int offset, int length) {
        UdpDatagram datagram = FrameParser.parse(linkType, timeNanos, file.array(), offset, length);
        if (datagram != null) {
            datagrams.add(datagram);
        }
    }

    private record Interface(int linkType, long unitsPerSecond) {}
}
