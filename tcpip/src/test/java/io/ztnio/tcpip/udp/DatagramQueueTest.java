package io.ztnio.tcpip.udp;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatagramQueueTest {
    private static final InetSocketAddress PEER = new InetSocketAddress(1);

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void datagramsComeOutAsTheyWentIn(long seed) {
        Random random = new Random(seed);
        DatagramQueue queue = new DatagramQueue(200_000);
        ArrayDeque<byte[]> expected = new ArrayDeque<>();
        long queued = 0;

        for (int step = 0; step < 20_000; step++) {
            if (random.nextInt(100) < (step % 2000 < 1000 ? 70 : 30)) {
                byte[] datagram = new byte[random.nextInt(10) == 0 ? random.nextInt(65_508) : random.nextInt(300)];
                random.nextBytes(datagram);
                boolean room = queued == 0 || queued + datagram.length + DatagramQueue.OVERHEAD_BYTES <= 200_000;
                boolean taken = random.nextBoolean()
                        ? queue.offer(datagram, 0, datagram.length, PEER)
                        : queue.offer(ByteBuffer.wrap(datagram), PEER);
                assertThat(taken).as("seed %d step %d", seed, step).isEqualTo(room);
                if (taken) {
                    expected.add(datagram);
                    queued += datagram.length + DatagramQueue.OVERHEAD_BYTES;
                }
            } else if (expected.isEmpty()) {
                assertThat(queue.peekPeer()).isNull();
            } else {
                byte[] datagram = expected.remove();
                queued -= datagram.length + DatagramQueue.OVERHEAD_BYTES;
                assertThat(queue.peekPeer()).isSameAs(PEER);
                assertThat(queue.peekLength()).isEqualTo(datagram.length);
                ByteBuffer to = ByteBuffer.allocate(datagram.length);
                queue.poll(to);
                assertThat(to.array()).as("seed %d step %d", seed, step).isEqualTo(datagram);
            }
        }
    }

    @Test
    void twoThreadsSeeTheSameDatagrams() throws InterruptedException {
        DatagramQueue queue = new DatagramQueue(50_000);
        int count = 200_000;
        Thread producer = new Thread(() -> {
            byte[] datagram = new byte[8];
            for (int i = 0; i < count; ) {
                ByteBuffer.wrap(datagram).putLong(i);
                if (queue.offer(datagram, 0, 8, PEER)) {
                    i++;
                } else {
                    Thread.onSpinWait();
                }
            }
        });
        producer.start();

        long wrong = 0;
        byte[] datagram = new byte[8];
        for (int i = 0; i < count; ) {
            if (queue.peekPeer() == null) {
                Thread.onSpinWait();
                continue;
            }
            queue.poll(datagram, 0);
            wrong += ByteBuffer.wrap(datagram).getLong() == i ? 0 : 1;
            i++;
        }
        producer.join();

        assertThat(wrong).isZero();
        assertThat(queue.isEmpty()).isTrue();
    }
}
