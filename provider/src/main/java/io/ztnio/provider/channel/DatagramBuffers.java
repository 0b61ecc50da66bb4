package io.ztnio.provider.channel;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;

/** One datagram in several buffers. Thread: stateless. */
final class DatagramBuffers {
    static final String TOO_LONG = "Message too long";

    private static final int MOST = 65_535;

    private DatagramBuffers() {}

    /** Reads or writes one buffer. */
    @FunctionalInterface
    interface Transfer {
        int apply(ByteBuffer buffer) throws IOException;
    }

    /** Reads one datagram and spreads it. */
    static long scatter(ByteBuffer[] destinations, int offset, int length, Transfer read) throws IOException {
        Objects.checkFromIndexSize(offset, length, destinations.length);
        int room = 0;
        for (int i = offset; i < offset + length; i++) {
            checkWritable(destinations[i]);
            room = Math.min(MOST + 1, room + destinations[i].remaining());
        }
        ByteBuffer whole = ByteBuffer.allocate(room);
        int size = read.apply(whole);
        whole.flip();
        for (int i = offset; whole.hasRemaining(); i++) {
            ByteBuffer part = destinations[i];
            int count = Math.min(part.remaining(), whole.remaining());
            part.put(part.position(), whole.array(), whole.position(), count);
            part.position(part.position() + count);
            whole.position(whole.position() + count);
        }
        return size;
    }

    /** Writes one datagram of all buffers. */
    static long gather(ByteBuffer[] sources, int offset, int length, Transfer write) throws IOException {
        Objects.checkFromIndexSize(offset, length, sources.length);
        long size = 0;
        for (int i = offset; i < offset + length; i++) {
            size += sources[i].remaining();
        }
        if (size > MOST) {
            throw new IOException(TOO_LONG);
        }
        ByteBuffer whole = ByteBuffer.allocate((int) size);
        for (int i = offset; i < offset + length; i++) {
            whole.put(sources[i].duplicate());
        }
        whole.flip();
        int sent = write.apply(whole);
        if (sent > 0) {
            for (int i = offset; i < offset + length; i++) {
                sources[i].position(sources[i].limit());
            }
        }
        return sent;
    }

    static void checkWritable(ByteBuffer destination) {
        if (destination.isReadOnly()) {
            throw new IllegalArgumentException("Read-only buffer");
        }
    }
}
