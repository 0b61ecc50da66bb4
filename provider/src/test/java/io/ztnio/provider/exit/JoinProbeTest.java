package io.ztnio.provider.exit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class JoinProbeTest {
    private volatile boolean ended;

    private Thread started(Runnable body) {
        Thread thread = new Thread(body);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private void untilEnded() {
        while (!ended) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void seesWhoJoins() {
        Thread joined = started(this::untilEnded);
        Thread joining = started(() -> join(joined));

        boolean seen = false;
        while (!seen) {
            seen = JoinProbe.isJoining(joining, joined);
        }

        ended = true;
        join(joining);
    }

    /** As the JDK is woken by the end of each hook that it joins before it comes to the last. */
    @Test
    void isNotTakenInByAThreadThatIsWokenElsewhere() {
        Thread joined = started(this::untilEnded);
        Object elsewhere = new Object();
        Thread waiting = started(() -> {
            synchronized (elsewhere) {
                while (!ended) {
                    try {
                        elsewhere.wait();
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                }
            }
        });
        Thread waking = started(() -> {
            do {
                synchronized (elsewhere) {
                    elsewhere.notifyAll();
                    spin(20);
                }
                spin(20);
            } while (waiting.isAlive());
        });

        for (int i = 0; i < 100_000; i++) {
            assertThat(JoinProbe.isJoining(waiting, joined)).isFalse();
        }

        ended = true;
        join(waiting);
        join(waking);
    }

    private static void spin(int micros) {
        long begun = System.nanoTime();
        while (System.nanoTime() - begun < TimeUnit.MICROSECONDS.toNanos(micros)) {
            Thread.onSpinWait();
        }
    }
}
