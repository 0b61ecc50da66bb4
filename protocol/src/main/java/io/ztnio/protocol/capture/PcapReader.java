package io.ztnio.protocol.capture;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/** Reads pcap files (both byte orders, microseconds and nanoseconds), and leaves pcapng files to {@link PcapngReader}. */
public final class PcapReader {
    private static final int MAGIC_MICROS = 0xa1b2c3d4;
    private static final int MAGIC_NANOS = 0xa1b23c4d;
    private static final int HEADER_LENGTH = 24;
    private static final int RECORD_HEADER_LENGTH = 16;
    /** The upper bits of the field tell of frame check sequences. */
    private static final int LINK_TYPE_MASK = 0xffff;

    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final ByteBuffer file;
    private final FrameParser frames = new FrameParser();

    private PcapReader(ByteBuffer file) {
        this.file = file;
    }

    /** What a capture file holds; empty if it is neither pcap nor pcapng. */
    public static Optional<Capture> read(byte[] bytes) {
        ByteBuffer file = ByteBuffer.wrap(bytes);
        if (file.remaining() < HEADER_LENGTH) {
            return Optional.empty();
        }
        int magic = file.getInt(0);
        if (magic == PcapngReader.BLOCK_SECTION_HEADER) {
            return Optional.of(new PcapngReader(file).read());
        }
        if (isMagic(magic)) {
            return Optional.of(new PcapReader(file).readRecords(magic == MAGIC_NANOS));
        }
        if (isMagic(Integer.reverseBytes(magic))) {
            file.order(ByteOrder.LITTLE_ENDIAN);
            return Optional.of(new PcapReader(file).readRecords(magic == Integer.reverseBytes(MAGIC_NANOS)));
        }
        return Optional.empty();
    }

    private static boolean isMagic(int magic) {
        return magic == MAGIC_MICROS || magic == MAGIC_NANOS;
    }

    @SuppressWarnings("ByteBufferBackingArray") // it wraps the whole file
    private Capture readRecords(boolean nanos) {
        int linkType = file.getInt(20) & LINK_TYPE_MASK;
        file.position(HEADER_LENGTH);
        while (file.remaining() >= RECORD_HEADER_LENGTH) {
            long seconds = file.getInt() & 0xffffffffL;
            long fraction = file.getInt() & 0xffffffffL;
            int length = file.getInt();
            long originalLength = file.getInt() & 0xffffffffL;
            if (length < 0 || length > file.remaining()) {
                return frames.capture(true);
            }
            long timeNanos = seconds * NANOS_PER_SECOND + fraction * (nanos ? 1 : 1000);
            frames.add(linkType, timeNanos, file.array(), file.position(), length, length >= originalLength);
            file.position(file.position() + length);
        }
        return frames.capture(file.hasRemaining());
    }
}
