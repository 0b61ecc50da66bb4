package io.ztnio.tcpip.buffer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RingTest {
    private static final int TOTAL = 20_000_000;

    private static byte pattern(long position) {
        return (byte) (position * 131 + (position >>> 9));
    }

    @Test
    void sendRingTakesNoMoreThanItsLimit() {
        SendRing ring = new SendRing(10_000);

        assertThat(ring.append(ByteBuffer.allocate(7000))).isEqualTo(7000);
        assertThat(ring.end()).isZero();
        assertThat(ring.append(ByteBuffer.allocate(7000))).isEqualTo(3000);
        ring.publish();

        assertThat(ring.end()).isEqualTo(10_000);
        assertThat(ring.free()).isZero();
        ring.release(4000);
        assertThat(ring.free()).isEqualTo(4000);
    }

    @Test
    void receiveRingHoldsBytesBehindAHoleThroughGrowth() {
        ReceiveRing ring = new ReceiveRing();
        byte[] bytes = new byte[100_000];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = pattern(i);
        }

        ring.write(3000, bytes, 3000, 1000);
        ring.write(90_000, bytes, 90_000, 10_000);
        ring.write(0, bytes, 0, 3000);
        ring.publish(4000);
        ring.write(4000, bytes, 4000, 86_000);
        ring.publish(100_000);

        ByteBuffer out = ByteBuffer.allocate(200_000);
        assertThat(ring.read(out, false)).isEqualTo(100_000);
        assertThat(out.flip()).isEqualTo(ByteBuffer.wrap(bytes));
    }

    @Test
    void sendRingKeepsOrderBetweenTwoThreads() throws InterruptedException {
        SendRing ring = new SendRing(1 << 16);
        Random random = new Random(1);

        runBoth(
                () -> {
                    ByteBuffer chunk = ByteBuffer.allocate(9000);
                    for (long written = 0; written < TOTAL; ) {
                        int length = (int) Math.min(1 + random.nextInt(chunk.capacity()), TOTAL - written);
                        chunk.clear();
                        for (int i = 0; i < length; i++) {
                            chunk.put(pattern(written + i));
                        }
                        chunk.flip();
                        while (chunk.hasRemaining()) {
                            if (ring.append(chunk) == 0) {
                                Thread.onSpinWait();
                            }
                            ring.publish();
                        }
                        written += length;
                    }
                },
                () -> {
                    byte[] out = new byte[1400];
                    for (long position = 0; position < TOTAL; ) {
                        int length = (int) Math.min(ring.end() - position, out.length);
                        if (length == 0) {
                            Thread.onSpinWait();
                            continue;
                        }
                        ring.copyTo(position, out, 0, length);
                        check(out, position, length);
                        position += length;
                        ring.release(position);
                        ring.limitBytes(Math.min(1 << 20, (1 << 16) + (int) (position >>> 4)));
                    }
                });
    }

    @Test
    void receiveRingKeepsOrderBetweenTwoThreads() throws InterruptedException {
        ReceiveRing ring = new ReceiveRing();
        Random random = new Random(2);

        runBoth(
                () -> {
                    byte[] in = new byte[3000];
                    for (long position = 0; position < TOTAL; ) {
                        int length = (int) Math.min(2 + random.nextInt(in.length - 2), TOTAL - position);
                        long room = Math.min(1 << 20, 4096 + (position >>> 4)) - (position - ring.readPosition());
                        if (room < length) {
                            Thread.onSpinWait();
                            continue;
                        }
                        for (int i = 0; i < length; i++) {
                            in[i] = pattern(position + i);
                        }
                        // The second half comes first, as behind a hole.
                        ring.write(position + length / 2, in, length / 2, length - length / 2);
                        ring.write(position, in, 0, length / 2);
                        position += length;
                        ring.publish(position);
                    }
                },
                () -> {
                    ByteBuffer out = ByteBuffer.allocate(5000);
                    for (long position = 0; position < TOTAL; ) {
                        out.clear();
                        int length = ring.read(out, false);
                        if (length == 0) {
                            Thread.onSpinWait();
                            continue;
                        }
                        check(out.array(), position, length);
                        position += length;
                    }
                });
    }

    /** Urgent bytes are ones, all others zero, of which none may be lost, whenever marks come beside a read. */
    @Test
    void receiveRingLosesNoOrdinaryByteToUrgentOnesBetweenTwoThreads() throws InterruptedException {
        int pieces = 200_000;
        ReceiveRing ring = new ReceiveRing();
        Random random = new Random(3);
        AtomicLong ordinary = new AtomicLong();
        AtomicLong end = new AtomicLong(Long.MAX_VALUE);

        runBoth(
                () -> {
                    long position = 0;
                    for (int i = 0; i < pieces; i++) {
                        int length = 1 + random.nextInt(4);
                        int urgent = random.nextInt(length + 1);
                        byte[] in = new byte[length];
                        if (urgent < length) {
                            in[urgent] = 1;
                            ring.markUrgent(position + urgent, false);
                        }
                        ring.write(position, in, 0, length);
                        position += length;
                        ring.publish(position);
                        ordinary.addAndGet(urgent < length ? length - 1 : length);
                        while (position - ring.readPosition() > 64) {
                            Thread.onSpinWait();
                        }
                    }
                    end.set(position);
                },
                () -> {
                    ByteBuffer out = ByteBuffer.allocate(5);
                    long zeros = 0;
                    while (ring.readPosition() < end.get()) {
                        int length = ring.read(out.clear(), false);
                        for (int i = 0; i < length; i++) {
                            zeros += 1 - out.get(i);
                        }
                    }
                    if (zeros != ordinary.get()) {
                        throw new AssertionError(zeros + " of " + ordinary);
                    }
                });
    }

    private static void check(byte[] bytes, long position, int length) {
        for (int i = 0; i < length; i++) {
            if (bytes[i] != pattern(position + i)) {
                throw new AssertionError("wrong byte at " + (position + i));
            }
        }
    }

    private static void runBoth(Runnable producer, Runnable consumer) throws InterruptedException {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread other = new Thread(producer);
        other.setUncaughtExceptionHandler((thread, thrown) -> failure.set(thrown));
        other.setDaemon(true);
        other.start();
        consumer.run();
        other.join();
        assertThat(failure.get()).isNull();
    }

    /** As a thread does that is stopped by force in the middle of a write. */
    @Test
    void aRingWhoseWriterHasDiedInTheMiddleOfAWriteCanBeSettled() throws InterruptedException {
        MemoryBudget budget = new MemoryBudget(1 << 20);
        SendRing ring = new SendRing(1 << 16, new MemoryShare(budget));
        Thread writer = new Thread(() -> {
            ring.append(ByteBuffer.allocate(100));
            ring.lock();
        });
        writer.start();
        writer.join();

        ring.settle();

        assertThat(budget.usedBytes()).isZero();
    }
}
