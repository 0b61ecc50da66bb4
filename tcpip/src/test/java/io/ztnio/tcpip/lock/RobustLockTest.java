package io.ztnio.tcpip.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class RobustLockTest {
    private final RobustLock lock = new RobustLock();
    private int counted;

    @Test
    void itIsLeftWhenItHasBeenLeftAsOftenAsItWasTaken() throws InterruptedException {
        lock.lock();
        lock.lock();

        lock.unlock();
        boolean heldAfterOne = takenByAnother();
        lock.unlock();

        assertThat(heldAfterOne).isFalse();
        assertThat(takenByAnother()).isTrue();
    }

    @Test
    void whatAThreadHeldWhenItEndedIsTheNextOnesHoweverOftenItHadTakenIt() throws InterruptedException {
        Thread dead = new Thread(() -> {
            lock.lock();
            lock.lock();
        });
        dead.start();
        dead.join();

        assertThat(lock.tryLock()).isFalse();
        Thread.currentThread().interrupt();
        lock.lock();
        assertThat(Thread.interrupted()).isTrue();
        lock.unlock();

        assertThat(takenByAnother()).isTrue();
    }

    @Test
    void onlyOneAtATimeIsInside() throws InterruptedException {
        Thread[] threads = new Thread[4];
        for (int i = 0; i < threads.length; i++) {
            threads[i] = new Thread(this::countOften);
            threads[i].start();
        }
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(counted).isEqualTo(4 * 20_000);
    }

    private void countOften() {
        for (int i = 0; i < 20_000; i++) {
            lock.lock();
            try {
                counted++;
            } finally {
                lock.unlock();
            }
        }
    }

    @Test
    @SuppressWarnings({"deprecation", "removal"}) // that is what is tried
    void threadsThatAreStoppedAnywhereInItDoNotKeepIt() throws InterruptedException {
        assumeTrue(Runtime.version().feature() < 20, "no thread can be stopped by force on this JDK");
        for (int i = 0; i < 100; i++) {
            CountDownLatch inside = new CountDownLatch(1);
            Thread stopped = new Thread(() -> {
                while (true) {
                    lock.lock();
                    inside.countDown();
                    lock.unlock();
                }
            });
            stopped.start();
            inside.await();
            stopped.stop();
            stopped.join();

            lock.lock();
            lock.unlock();
        }

        assertThat(takenByAnother()).isTrue();
    }

    private boolean takenByAnother() throws InterruptedException {
        boolean[] taken = new boolean[1];
        Thread other = new Thread(() -> {
            taken[0] = lock.tryLock();
            if (taken[0]) {
                lock.unlock();
            }
        });
        other.start();
        other.join();
        return taken[0];
    }
}
