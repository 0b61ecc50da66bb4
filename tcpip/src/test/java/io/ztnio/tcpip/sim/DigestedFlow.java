package io.ztnio.tcpip.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.tcpip.endpoint.StreamEndpoint;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.zip.CRC32;

/** A connection that carries random bytes both ways; what is read has to be what was written. */
public final class DigestedFlow {
    /** One direction. */
    private static final class Direction {
        private final StreamEndpoint from;
        private final StreamEndpoint to;
        private final Random random;
        private final CRC32 written = new CRC32();
        private final CRC32 read = new CRC32();
        private long left;
        private boolean shut;
        private boolean ended;

        Direction(StreamEndpoint from, StreamEndpoint to, long length, long seed) {
            this.from = from;
            this.to = to;
            this.left = length;
            this.random = new Random(seed);
        }

        void pump(ByteBuffer buffer) throws IOException {
            while (left > 0) {
                byte[] piece = new byte[(int) Math.min(left, 1 + random.nextInt(20_000))];
                random.nextBytes(piece);
                int count = from.write(ByteBuffer.wrap(piece));
                written.update(piece, 0, count);
                left -= count;
                if (count < piece.length) {
                    break;
                }
            }
            if (left == 0 && !shut) {
                shut = true;
                from.shutdownOutput();
            }
            for (int count = to.read(buffer.clear()); count != 0 && !ended; count = to.read(buffer.clear())) {
                ended = count < 0;
                read.update(buffer.flip());
            }
        }

        boolean isDone() {
            return ended && shut;
        }
    }

    private final Direction out;
    private final Direction back;

    public DigestedFlow(StreamEndpoint near, StreamEndpoint far, long length, long seed) {
        out = new Direction(near, far, length, seed);
        back = new Direction(far, near, length, seed + 1);
    }

    /** Writes and reads what there is room for. */
    public void pump(ByteBuffer buffer) throws IOException {
        out.pump(buffer);
        back.pump(buffer);
    }

    /** Whether both ends have read the end of the stream. */
    public boolean isDone() {
        return out.isDone() && back.isDone();
    }

    public void check(String what) {
        assertThat(out.read.getValue()).as(what).isEqualTo(out.written.getValue());
        assertThat(back.read.getValue()).as(what).isEqualTo(back.written.getValue());
    }

    public void close() {
        out.from.close();
        back.from.close();
    }
}
