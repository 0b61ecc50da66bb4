package io.ztnio.tcpip.link;

import io.ztnio.tcpip.wire.BigEndian;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;

/**
 * Writes every frame to a stream in the format of pcap files (version 2.4, nanoseconds, Ethernet), which Wireshark and tcpdump
 * read. A write that fails is not the stack's failure: it ends the writing, and {@link #failure} has it.
 *
 * <p>Thread: confined to the {@link io.ztnio.tcpip.Gate} of the stack. It writes there, so the stream should be buffered and
 * must not wait; {@link #close} flushes it.
 */
public final class PcapWriter extends WatchedLink implements Closeable {
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
    private final long epochNanos;
    private final byte[] header = new byte[RECORD_HEADER_BYTES + ETHERNET_HEADER_BYTES];
    private IOException failure;

    /**
     * Writes the header of the file.
     *
     * @param stream takes the file
     * @param epochNanos nanoseconds since the epoch when the stack's clock shows 0: what is added to its times
     * @throws IOException if the header cannot be written
     */
    public PcapWriter(Link link, OutputStream stream, long epochNanos) throws IOException {
        super(link);
        this.stream = stream;
        this.epochNanos = epochNanos;
        byte[] file = new byte[FILE_HEADER_BYTES];
        BigEndian.i32(file, 0, MAGIC);
        BigEndian.i32(file, 4, VERSION);
        BigEndian.i32(file, 16, SNAPSHOT_BYTES);
        BigEndian.i32(file, 20, LINKTYPE_ETHERNET);
        stream.write(file);
    }

    @Override
    void onPassing(
            boolean sent,
            long sourceMac,
            long destinationMac,
            int etherType,
            byte[] buffer,
            int offset,
            int length,
            long nanos) {
        if (failure != null) {
            return;
        }
        long time = epochNanos + nanos;
        int taken = Math.min(length, SNAPSHOT_BYTES - ETHERNET_HEADER_BYTES);
        BigEndian.i32(header, 0, (int) Math.floorDiv(time, NANOS_PER_SECOND));
        BigEndian.i32(header, 4, (int) Math.floorMod(time, NANOS_PER_SECOND));
        BigEndian.i32(header, 8, ETHERNET_HEADER_BYTES + taken);
        BigEndian.i32(header, 12, ETHERNET_HEADER_BYTES + length);
        BigEndian.u48(header, RECORD_HEADER_BYTES, destinationMac);
        BigEndian.u48(header, RECORD_HEADER_BYTES + 6, sourceMac);
        BigEndian.u16(header, RECORD_HEADER_BYTES + 12, etherType);
        try {
            stream.write(header);
            stream.write(buffer, offset, taken);
        } catch (IOException e) {
            failure = e;
        }
    }

    /** Why nothing is written any more. */
    public Optional<IOException> failure() {
        return Optional.ofNullable(failure);
    }

    /** Ends the file, and closes the stream; frames pass as before. */
    @Override
    public void close() throws IOException {
        if (failure == null) {
            failure = new IOException("closed");
        }
        stream.close();
    }
}
