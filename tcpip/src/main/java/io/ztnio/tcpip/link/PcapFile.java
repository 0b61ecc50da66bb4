package io.ztnio.tcpip.link;

import io.ztnio.tcpip.wire.BigEndian;
import java.io.Closeable;
import java.io.Flushable;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Frames in the format of pcap files (version 2.4, nanoseconds, Ethernet), which Wireshark and tcpdump read.
 *
 * <p>Thread: belongs to one thread.
 */
public final class PcapFile implements Closeable, Flushable {
    /** Larger than any frame: Ethernet header and the largest MTU of a {@link LinkConfig}. */
    private static final int SNAPSHOT_BYTES = 1 << 16;

    /** Says that the times are in nanoseconds, and by its order that numbers are big-endian. */
    private static final int MAGIC = 0xa1b2_3c4d;

    private static final int VERSION = 2 << 16 | 4;
    private static final int LINKTYPE_ETHERNET = 1;
    private static final int FILE_HEADER_BYTES = 24;
    private static final int RECORD_HEADER_BYTES = 16;
    private static final int ETHERNET_HEADER_BYTES = 14;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final OutputStream stream;
    private final byte[] header = new byte[RECORD_HEADER_BYTES + ETHERNET_HEADER_BYTES];

    /**
     * Writes the header of the file.
     *
     * @param stream takes the file; better buffered
     * @throws IOException if the header cannot be written
     */
    public PcapFile(OutputStream stream) throws IOException {
        this.stream = stream;
        byte[] file = new byte[FILE_HEADER_BYTES];
        BigEndian.i32(file, 0, MAGIC);
        BigEndian.i32(file, 4, VERSION);
        BigEndian.i32(file, 16, SNAPSHOT_BYTES);
        BigEndian.i32(file, 20, LINKTYPE_ETHERNET);
        stream.write(file);
    }

    /**
     * Writes a frame.
     *
     * @param epochNanos when it passed, nanoseconds since the epoch
     * @param offset of the payload, behind the EtherType
     * @throws IOException if it cannot be written; then the file may end in the middle of it
     */
    public void write(
            long epochNanos, long sourceMac, long destinationMac, int etherType, byte[] buffer, int offset, int length)
            throws IOException {
        int taken = Math.min(length, SNAPSHOT_BYTES - ETHERNET_HEADER_BYTES);
        BigEndian.i32(header, 0, (int) Math.floorDiv(epochNanos, NANOS_PER_SECOND));
        BigEndian.i32(header, 4, (int) Math.floorMod(epochNanos, NANOS_PER_SECOND));
        BigEndian.i32(header, 8, ETHERNET_HEADER_BYTES + taken);
        BigEndian.i32(header, 12, ETHERNET_HEADER_BYTES + length);
        BigEndian.u48(header, RECORD_HEADER_BYTES, destinationMac);
        BigEndian.u48(header, RECORD_HEADER_BYTES + 6, sourceMac);
        BigEndian.u16(header, RECORD_HEADER_BYTES + 12, etherType);
        stream.write(header);
        stream.write(buffer, offset, taken);
    }

    @Override
    public void flush() throws IOException {
        stream.flush();
    }

    /** Closes the stream. */
    @Override
    public void close() throws IOException {
        stream.close();
    }
}
