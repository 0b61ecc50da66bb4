package io.ztnio.tcpip.turn;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.tcpip.Waiting;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an engine has to do while the test's thread leads, and asks for datagrams instead of resting. */
@Timeout(60)
class LedDriverTest {
    private static final long SPIN = 80_000;
    private static final long ASK = 1_000;
    private static final int ASKS_A_HIT = 20;

    private final AtomicLong nowNanos = new AtomicLong();
    private final Thread leader = Thread.currentThread();
    private final Parking parking = new Parking();
    private final AtomicInteger forDriver = new AtomicInteger();

    // The leader's, once it leads.
    private int rests;
    private int shortWaits;
    private int asks;
    private boolean silent;
    private Runnable atAsk = () -> {};

    // Of those inside the gate.
    private int turns;
    private long dueNanos = Long.MAX_VALUE;
    private long lateNanos;
    private int met;

    private final NodeDriver driver = new NodeDriver(
            "test-driver",
            new EngineClock(nowNanos::get, 0),
            new NodeDriver.Wire() {
                @Override
                public void await(long nanos) {
                    if (Thread.currentThread() == leader) {
                        rests++;
                        nowNanos.addAndGet(ASK);
                    } else {
                        parking.await(nanos);
                    }
                }

                @Override
                public void wakeup() {
                    parking.wakeup();
                }
            },
            new FailureLog(System.getLogger("io.ztnio.test")));

    private final class Arrivals implements NodeDriver.Batch {
        @Override
        public int receive() {
            if (Thread.currentThread() != leader) {
                return forDriver.getAndSet(0);
            }
            nowNanos.addAndGet(ASK);
            if (shortWaits < Spin.LEAST) {
                shortWaits++;
                return 1;
            }
            asks++;
            atAsk.run();
            return !silent && asks % ASKS_A_HIT == 0 ? 1 : 0;
        }

        @Override
        public void handle(int index, long now, long ingressNanos) {
            driver.gate().waiting().wake(leader);
        }

        @Override
        public void clear() {}
    }

    @BeforeEach
    void start() {
        driver.prepare(now -> {
            turns++;
            if (now >= dueNanos) {
                met++;
                lateNanos = Math.max(lateNanos, now - dueNanos);
                dueNanos = Long.MAX_VALUE;
            }
            return dueNanos;
        });
        // The first rest would be for the first turn otherwise, whoever is first.
        driver.gate().run(now -> {});
        driver.mayBeLed(SPIN);
        driver.start(Arrivals::new);
    }

    @AfterEach
    void close() {
        driver.close();
    }

    /** Has the driver give up the duty, which it does for who waits when it has woken it. */
    private void leadUntil(BooleanSupplier over) {
        Waiting waiting = driver.gate().waiting();
        do {
            forDriver.set(1);
            parking.wakeup();
            // Not for ever: who tries just before the driver gives it up parks, and time does not move.
        } while (!waiting.await(this, 100_000_000, over));
        assertThat(over.getAsBoolean()).isTrue();
    }

    @Test
    void whatIsDueHasItsTurnWithTheNextDatagramThatIsAskedFor() {
        int[] left = new int[1];
        long[] leftNanos = new long[1];
        int[] turnsBefore = new int[1];
        atAsk = () -> {
            switch (asks % 100) {
                case 3 -> {
                    assertThat(dueNanos).isEqualTo(Long.MAX_VALUE);
                    dueNanos = nowNanos.get() + ASK;
                    // The gate learns of it in a turn.
                    driver.gate().run(now -> {});
                }
                case 21 -> {
                    leftNanos[0] = nowNanos.get();
                    driver.gate().leave(now -> {
                        left[0]++;
                        lateNanos = Math.max(lateNanos, now - leftNanos[0]);
                    });
                }
                case 41 -> {
                    assertThat(left[0]).isEqualTo(asks / 100 + 1);
                    turnsBefore[0] = turns;
                    driver.wake();
                }
                case 61 -> assertThat(turns).isEqualTo(turnsBefore[0] + 1);
                default -> {}
            }
        };

        leadUntil(() -> asks >= 10_000);

        assertThat(rests).isEqualTo(Spin.LEAST);
        assertThat(met).isEqualTo(100);
        assertThat(lateNanos).isLessThanOrEqualTo(ASKS_A_HIT * ASK);
    }

    @Test
    void aDeadlineIsMetWhenTheAskingEnds() {
        silent = true;
        atAsk = () -> {
            if (asks == 1) {
                dueNanos = nowNanos.get() + ASK;
                driver.gate().run(now -> {});
            }
        };

        leadUntil(() -> met == 1);

        assertThat(rests).isEqualTo(Spin.LEAST);
        assertThat(lateNanos).isLessThanOrEqualTo(SPIN);
    }

    @Test
    void aTaskThatIsLeftToTheDriverIsDoneWhenTheAskingEnds() {
        silent = true;
        boolean[] done = new boolean[1];
        atAsk = () -> {
            if (asks == 1) {
                driver.gate().leave(now -> done[0] = true);
            }
        };

        leadUntil(() -> done[0]);

        assertThat(rests).isEqualTo(Spin.LEAST);
        assertThat(asks).isLessThanOrEqualTo((int) (SPIN / ASK) + 1);
    }

    @Test
    void whatTheDriverIsWokenForIsDoneWhenTheAskingEnds() {
        silent = true;
        int[] turnsBefore = {Integer.MAX_VALUE};
        atAsk = () -> {
            if (asks == 1) {
                turnsBefore[0] = turns;
                driver.wake();
            }
        };

        leadUntil(() -> turns > turnsBefore[0]);

        assertThat(rests).isEqualTo(Spin.LEAST);
        assertThat(asks).isLessThanOrEqualTo((int) (SPIN / ASK) + 1);
    }
}
