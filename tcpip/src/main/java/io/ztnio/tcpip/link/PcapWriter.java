package io.ztnio.tcpip.link;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;

/**
 * Writes every frame to a stream as a {@link PcapFile}. A write that fails is not the stack's failure: it ends the writing, and
 * {@link #failure} has it.
 *
 * <p>Thread: confined to the {@link io.ztnio.tcpip.Gate} of the stack. It writes there, so the stream should be buffered and
 * must not wait; {@link #close} flushes it.
 */
public final class PcapWriter extends WatchedLink implements Closeable {
    private final PcapFile file;
    private final long epochNanos;
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
        this.file = new PcapFile(stream);
        this.epochNanos = epochNanos;
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
        try {
            file.write(epochNanos + nanos, sourceMac, destinationMac, etherType, buffer, offset, length);
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
        file.close();
    }
}
