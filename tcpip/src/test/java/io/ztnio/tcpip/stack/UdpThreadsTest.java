package io.ztnio.tcpip.stack;

import static io.ztnio.tcpip.sim.Lan.config;
import static io.ztnio.tcpip.sim.Lan.socket;
import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.tcpip.Gate;
import io.ztnio.tcpip.endpoint.DatagramEndpoint;
import io.ztnio.tcpip.endpoint.Endpoint;
import io.ztnio.tcpip.sim.TestLink;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;

class UdpThreadsTest {
    private static final int COUNT = 100_000;

    /** A gate for several threads: who finds it free runs what is posted. */
    private static final class LockGate implements Gate {
        private final ReentrantLock lock = new ReentrantLock();
        private final ConcurrentLinkedQueue<Task> posted = new ConcurrentLinkedQueue<>();

        @Override
        public void post(Task task) {
            posted.add(task);
            drain();
        }

        @Override
        public void run(Task task) {
            lock.lock();
            try {
                task.run(0);
            } finally {
                lock.unlock();
            }
            drain();
        }

        private void drain() {
            while (!posted.isEmpty() && !lock.isHeldByCurrentThread() && lock.tryLock()) {
                try {
                    for (Task task = posted.poll(); task != null; task = posted.poll()) {
                        task.run(0);
                    }
                } finally {
                    lock.unlock();
                }
            }
        }
    }

    @Test
    void noEdgeIsLostBetweenTwoThreads() throws Exception {
        LockGate gate = new LockGate();
        IpStack stack = new IpStack(gate, StackConfig.defaults(), new Random(1));
        gate.run(now ->
                stack.attach(new TestLink(0x0200_0000_0001L)).configure(config(2800, List.of(), "10.1.0.1/24"), now));
        DatagramEndpoint sender = stack.openDatagram();
        DatagramEndpoint receiver = stack.openDatagram();
        receiver.option(StandardSocketOptions.SO_RCVBUF, 64 << 20);
        receiver.bind(socket("10.1.0.1", 5000));
        Semaphore edges = new Semaphore(0);
        receiver.readinessListener(bits -> edges.release());
        AtomicReference<IOException> failure = new AtomicReference<>();

        Thread producer = new Thread(() -> {
            ByteBuffer datagram = ByteBuffer.allocate(8);
            try {
                for (int i = 0; i < COUNT; ) {
                    datagram.clear().putLong(0, i);
                    i += sender.send(datagram, socket("10.1.0.1", 5000)) == 0 ? 0 : 1;
                    gate.run(stack::turn);
                }
            } catch (IOException e) {
                failure.set(e);
            }
        });
        producer.start();
        ByteBuffer datagram = ByteBuffer.allocate(8);
        int received = 0;
        while (received < COUNT) {
            if (receiver.receive(datagram.clear()) != null) {
                assertThat(datagram.getLong(0)).isEqualTo(received++);
            } else if ((receiver.readiness() & Endpoint.READABLE) == 0 && !edges.tryAcquire(20, TimeUnit.SECONDS)) {
                break;
            }
        }
        producer.join();

        assertThat(failure.get()).isNull();
        assertThat(received).isEqualTo(COUNT);
    }
}
