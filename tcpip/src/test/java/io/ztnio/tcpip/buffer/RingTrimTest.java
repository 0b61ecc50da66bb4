package io.ztnio.tcpip.buffer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Giving the memory of rings back while the application writes and reads. Bounded by bytes; the seed is in the code. */
@Timeout(60)
class RingTrimTest {
    private static final int TOTAL = 6_000_000;
    private static final int LIMIT = 1 << 16;

    /** Bytes that depend on where they are, so that any digest of them can be computed alone. */
    private static byte pattern(long position) {
        return (byte) (position * 131 + (position >>> 9));
    }

    private static long expectedDigest() {
        CRC32 digest = new CRC32();
        byte[] chunk = new byte[4096];
        for (long position = 0; position < TOTAL; ) {
            int length = (int) Math.min(chunk.length, TOTAL - position);
            fill(chunk, position, length);
            digest.update(chunk, 0, length);
            position += length;
        }
        return digest.getValue();
    }

    private static void fill(byte[] bytes, long position, int length) {
        for (int i = 0; i < length; i++) {
            bytes[i] = pattern(position + i);
        }
    }

    private static <T> FutureTask<T> start(Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        thread.start();
        return task;
    }

    @Test
    void aSendRingTrimmedWhileItIsWrittenLosesNothing() throws Exception {
        MemoryBudget budget = new MemoryBudget(1 << 20);
        SendRing ring = new SendRing(LIMIT, new MemoryShare(budget));
        FutureTask<Void> writer = start(() -> {
            SplittableRandom random = new SplittableRandom(1);
            byte[] bytes = new byte[5000];
            for (long position = 0; position < TOTAL; ) {
                int length = (int) Math.min(1 + random.nextInt(bytes.length), TOTAL - position);
                fill(bytes, position, length);
                ByteBuffer chunk = ByteBuffer.wrap(bytes, 0, length);
                while (chunk.hasRemaining()) {
                    if (ring.append(chunk) == 0) {
                        Thread.onSpinWait();
                    }
                    // Sometimes several appends are shown together.
                    if (random.nextInt(4) != 0 || chunk.hasRemaining()) {
                        ring.publish();
                    }
                }
                position += length;
                if (random.nextInt(500) == 0) {
                    ring.publish();
                    while (ring.capacityBytes() > 0) {
                        Thread.onSpinWait();
                    }
                }
            }
            ring.publish();
            return null;
        });
        CRC32 digest = new CRC32();
        byte[] out = new byte[1400];
        long trims = 0;
        for (long position = 0; position < TOTAL; ) {
            int length = (int) Math.min(ring.end() - position, out.length);
            if (length > 0) {
                ring.copyTo(position, out, 0, length);
                digest.update(out, 0, length);
                position += length;
                ring.release(position);
            } else if (writer.isDone()) {
                writer.get(1, TimeUnit.SECONDS);
            }
            int before = ring.capacityBytes();
            ring.trim();
            trims += before > 0 && ring.capacityBytes() == 0 ? 1 : 0;
        }
        writer.get(30, TimeUnit.SECONDS);
        ring.trim();

        assertThat(digest.getValue()).isEqualTo(expectedDigest());
        assertThat(trims).isPositive();
        assertThat(ring.capacityBytes()).isZero();
        assertThat(budget.usedBytes()).isZero();
    }

    @Test
    void aReceiveRingTrimmedWhileItIsReadLosesNothing() throws Exception {
        MemoryBudget budget = new MemoryBudget(1 << 20);
        ReceiveRing ring = new ReceiveRing(new MemoryShare(budget));
        FutureTask<Long> reader = start(() -> {
            SplittableRandom random = new SplittableRandom(2);
            CRC32 digest = new CRC32();
            ByteBuffer out = ByteBuffer.allocate(5000);
            for (long position = 0; position < TOTAL; ) {
                int length = ring.read(out.clear().limit(1 + random.nextInt(out.capacity())), false);
                digest.update(out.flip());
                position += length;
            }
            return digest.getValue();
        });
        long trims = writeAndTrim(ring, reader);

        assertThat(reader.get(30, TimeUnit.SECONDS)).isEqualTo(expectedDigest());
        ring.trim();
        assertThat(trims).isPositive();
        assertThat(ring.capacityBytes()).isZero();
        assertThat(budget.usedBytes()).isZero();
    }

    /** A thread ends the input while another one reads: what is read is right, and the head never goes back. */
    @Test
    void aReceiveRingMayBeDiscardedWhileItIsReadAndTrimmed() throws Exception {
        MemoryBudget budget = new MemoryBudget(1 << 20);
        ReceiveRing ring = new ReceiveRing(new MemoryShare(budget));
        AtomicBoolean over = new AtomicBoolean();
        FutureTask<Void> discarder = start(() -> {
            while (!over.get()) {
                ring.discard();
                for (int i = 0; i < 50; i++) {
                    Thread.onSpinWait();
                }
            }
            return null;
        });
        FutureTask<Long> reader = start(() -> {
            ByteBuffer out = ByteBuffer.allocate(300);
            long reads = 0;
            while (!over.get()) {
                int length = ring.read(out.clear(), false);
                if (length != out.position()) {
                    throw new AssertionError(length + " read, position " + out.position());
                }
                if (length > 0) {
                    requireRun(out.array(), length);
                    reads++;
                }
            }
            return reads;
        });
        try {
            long trims = writeAndTrim(ring, reader);
            assertThat(trims).isPositive();
        } finally {
            over.set(true);
        }
        discarder.get(30, TimeUnit.SECONDS);
        assertThat(reader.get(30, TimeUnit.SECONDS)).isPositive();
        ring.discard();
        ring.trim();

        assertThat(ring.readPosition()).isEqualTo(TOTAL);
        assertThat(budget.usedBytes()).isZero();
    }

    /** The engine's part; returns how often the ring gave its memory back. */
    private static long writeAndTrim(ReceiveRing ring, FutureTask<?> reader) throws Exception {
        SplittableRandom random = new SplittableRandom(3);
        byte[] in = new byte[3000];
        long trims = 0;
        long seen = 0;
        for (long position = 0; position < TOTAL; ) {
            long head = ring.readPosition();
            if (head < seen) {
                throw new AssertionError("the head went back from " + seen + " to " + head);
            }
            seen = head;
            int length = (int) Math.min(2 + random.nextInt(in.length - 2), TOTAL - position);
            if (position + length - head > LIMIT) {
                if (reader.isDone()) {
                    reader.get(1, TimeUnit.SECONDS);
                }
                Thread.onSpinWait();
                continue;
            }
            fill(in, position, length);
            // The second half comes first, as behind a hole.
            ring.write(position + length / 2, in, length / 2, length - length / 2);
            ring.trim();
            ring.write(position, in, 0, length / 2);
            position += length;
            ring.publish(position);
            ring.trim();
            if (random.nextInt(50) == 0) {
                while (ring.capacityBytes() > 0) {
                    if (reader.isDone()) {
                        reader.get(1, TimeUnit.SECONDS);
                    }
                    ring.trim();
                }
                trims++;
            }
        }
        return trims;
    }

    /** The bytes are those of some place of the stream: each follows from the one before it. */
    private static void requireRun(byte[] bytes, int length) {
        int breaks = 0;
        for (int i = 1; i < length; i++) {
            int step = bytes[i] - bytes[i - 1] & 0xff;
            if (step == 132) {
                breaks++;
            } else if (step != 131) {
                throw new AssertionError("step of " + step + " at " + i);
            }
        }
        if (breaks > 1) {
            throw new AssertionError("bytes of several places");
        }
    }
}
