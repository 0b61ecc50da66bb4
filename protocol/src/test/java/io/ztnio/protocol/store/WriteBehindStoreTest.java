package io.ztnio.protocol.store;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class WriteBehindStoreTest {
    private final MemoryStateStore disk = new MemoryStateStore();
    private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();

    @Test
    void whatWasWrittenIsReadBeforeAndAfterItReachesTheDisk() throws IOException {
        WriteBehindStore store = new WriteBehindStore(disk, (key, e) -> failures.add(key));

        store.put("planet", bytes("one"));
        Optional<byte[]> early = store.get("planet");
        store.close();

        assertThat(early).hasValue(bytes("one"));
        assertThat(disk.get("planet")).hasValue(bytes("one"));
        assertThat(failures).isEmpty();
    }

    @Test
    void aSlowDiskDoesNotHoldTheWriterUpAndGetsOnlyTheLastValue() throws IOException {
        CountDownLatch mayWrite = new CountDownLatch(1);
        ConcurrentLinkedQueue<String> written = new ConcurrentLinkedQueue<>();
        StateStore slow = new Delegate(disk) {
            @Override
            public void put(String key, byte[] value) throws IOException {
                awaitUninterruptibly(mayWrite);
                written.add(new String(value, US_ASCII));
                super.put(key, value);
            }
        };
        WriteBehindStore store = new WriteBehindStore(slow, (key, e) -> failures.add(key));

        store.put("first", bytes("0"));
        for (int i = 1; i <= 100; i++) {
            store.put("peers.d/a.peer", bytes("v" + i));
        }
        store.delete("gone");
        List<String> listed = store.list("peers.d");
        mayWrite.countDown();
        store.close();

        assertThat(listed).containsExactly("peers.d/a.peer");
        assertThat(written).containsExactly("0", "v100");
        assertThat(disk.get("peers.d/a.peer")).hasValue(bytes("v100"));
    }

    /** As when somebody changes one network in a loop: what others have been told is kept waits for nobody's end. */
    @Test
    void aKeyThatIsWrittenAllTheTimeKeepsNoOtherFromTheDisk() throws IOException {
        ConcurrentLinkedQueue<String> written = new ConcurrentLinkedQueue<>();
        AtomicReference<WriteBehindStore> hot = new AtomicReference<>();
        CountDownLatch mayWrite = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(100);
        StateStore slow = new Delegate(disk) {
            @Override
            public void put(String key, byte[] value) throws IOException {
                awaitUninterruptibly(mayWrite);
                written.add(key);
                end.countDown();
                if (key.equals("hot") && written.size() < 100) {
                    hot.get().put("hot", bytes("v" + written.size()));
                    assertThat(hot.get().get("hot")).hasValue(bytes("v" + written.size()));
                }
                super.put(key, value);
            }
        };
        WriteBehindStore store = new WriteBehindStore(slow, (key, e) -> failures.add(key));
        hot.set(store);

        store.put("hot", bytes("v0"));
        store.put("other", bytes("x"));
        mayWrite.countDown();
        awaitUninterruptibly(end);
        store.close();

        assertThat(written).startsWith("hot", "other", "hot");
        assertThat(disk.get("hot")).hasValue(bytes("v99"));
        assertThat(failures).isEmpty();
    }

    /** Who has to know that nothing is lost waits for what there was, not for what comes meanwhile. */
    @Test
    void whatWasThereCanBeWaitedFor() throws IOException {
        CountDownLatch mayWrite = new CountDownLatch(1);
        AtomicBoolean goesOn = new AtomicBoolean(true);
        AtomicReference<WriteBehindStore> itself = new AtomicReference<>();
        StateStore slow = new Delegate(disk) {
            @Override
            public void put(String key, byte[] value) throws IOException {
                awaitUninterruptibly(mayWrite);
                if (key.equals("hot") && goesOn.get()) {
                    itself.get().put("hot", value);
                }
                if (key.equals("bad")) {
                    throw new IOException("disk full");
                }
                super.put(key, value);
            }
        };
        WriteBehindStore store = new WriteBehindStore(slow, (key, e) -> failures.add(key));
        itself.set(store);
        assertThat(store.awaitWritten(0)).as("nothing waits").isTrue();

        store.put("hot", bytes("1"));
        store.put("a", bytes("1"));
        store.put("bad", bytes("1"));
        store.put("a", bytes("2"));
        assertThat(store.awaitWritten(0)).isFalse();
        mayWrite.countDown();

        assertThat(store.awaitWritten(TimeUnit.SECONDS.toNanos(60))).isTrue();
        assertThat(disk.get("a")).hasValue(bytes("2"));
        assertThat(failures).containsExactly("bad");
        goesOn.set(false);
        store.close();
    }

    /** A write that is under way is as good as done for readers, and a newer one as good as both. */
    @Test
    void whatIsBeingWrittenIsReadAndListed() throws IOException {
        CountDownLatch writing = new CountDownLatch(1);
        CountDownLatch mayWrite = new CountDownLatch(1);
        StateStore slow = new Delegate(disk) {
            @Override
            public void put(String key, byte[] value) throws IOException {
                writing.countDown();
                awaitUninterruptibly(mayWrite);
                super.put(key, value);
            }
        };
        WriteBehindStore store = new WriteBehindStore(slow, (key, e) -> failures.add(key));

        store.put("d/a", bytes("1"));
        awaitUninterruptibly(writing);

        assertThat(store.get("d/a")).hasValue(bytes("1"));
        assertThat(store.list("d")).containsExactly("d/a");
        store.delete("d/a");
        assertThat(store.get("d/a")).isEmpty();
        assertThat(store.list("d")).isEmpty();
        store.put("d/a", bytes("2"));
        assertThat(store.get("d/a")).hasValue(bytes("2"));
        mayWrite.countDown();
        store.close();
        assertThat(disk.get("d/a")).hasValue(bytes("2"));
    }

    @Test
    void aFailedWriteIsReportedAndTheNextOneStillHappens() throws IOException {
        StateStore failing = new Delegate(disk) {
            @Override
            public void put(String key, byte[] value) throws IOException {
                if (key.equals("bad")) {
                    throw new IOException("disk full");
                }
                super.put(key, value);
            }
        };
        WriteBehindStore store = new WriteBehindStore(failing, (key, e) -> failures.add(key + ": " + e.getMessage()));

        store.put("bad", bytes("x"));
        store.put("good", bytes("y"));
        store.close();

        assertThat(failures).containsExactly("bad: disk full");
        assertThat(disk.get("good")).hasValue(bytes("y"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"runtime", "illegal key", "memory", "assertion"})
    void whateverAWriteThrowsIsReportedAndCostsThatWriteOnly(String kind) throws IOException {
        StateStore failing = new Delegate(disk) {
            @Override
            public void put(String key, byte[] value) throws IOException {
                if (key.equals("bad")) {
                    switch (kind) {
                        case "runtime" -> throw new IllegalStateException("a bug");
                        case "memory" -> throw new OutOfMemoryError("Java heap space");
                        case "assertion" -> throw new AssertionError("a bug");
                        default -> super.put("../" + key, value);
                    }
                }
                super.put(key, value);
            }

            @Override
            public void delete(String key) {
                throw new IllegalStateException("a bug");
            }
        };
        WriteBehindStore store = new WriteBehindStore(failing, (key, e) -> failures.add(key));

        store.put("bad", bytes("x"));
        store.delete("worse");
        store.put("good", bytes("y"));
        store.close();

        assertThat(failures).containsExactly("bad", "worse");
        assertThat(disk.get("good")).hasValue(bytes("y"));
    }

    @Test
    void aReportThatFailsCostsNothingElse() throws IOException {
        StateStore failing = new Delegate(disk) {
            @Override
            public void delete(String key) throws IOException {
                throw new IOException("read-only");
            }
        };
        WriteBehindStore store = new WriteBehindStore(failing, (key, e) -> {
            throw new IllegalStateException("a bug");
        });

        store.delete("planet");
        store.put("good", bytes("y"));
        store.close();

        assertThat(disk.get("good")).hasValue(bytes("y"));
    }

    @Test
    void anInterruptedWriterStillWrites(@TempDir Path directory) throws IOException {
        FileStateStore files = new FileStateStore(directory);
        StateStore interrupting = new Delegate(files) {
            @Override
            public void put(String key, byte[] value) throws IOException {
                if (key.equals("first") && failures.isEmpty()) {
                    failures.add("interrupted once");
                    Thread.currentThread().interrupt();
                }
                super.put(key, value);
            }
        };
        WriteBehindStore store = new WriteBehindStore(interrupting, (key, e) -> failures.add(key + ": " + e));

        store.put("first", bytes("1"));
        store.put("second", bytes("2"));
        store.close();

        assertThat(failures).containsExactly("interrupted once");
        assertThat(files.get("first")).hasValue(bytes("1"));
        assertThat(files.get("second")).hasValue(bytes("2"));
    }

    @Test
    void whatIsPutAfterTheEndIsReported() throws IOException {
        WriteBehindStore store = new WriteBehindStore(disk, (key, e) -> failures.add(key + ": " + e.getMessage()));
        store.close();

        store.put("planet", bytes("late"));

        assertThat(failures).containsExactly("planet: the store is closed; the value is lost");
        assertThat(store.get("planet")).isEmpty();
    }

    /** The write is done after the disk was listed, and before the list is told. */
    @Test
    void aWriteThatIsDoneWhileTheDiskIsLookedAtIsListed() throws IOException {
        CountDownLatch listed = new CountDownLatch(1);
        CountDownLatch written = new CountDownLatch(1);
        StateStore slow = new Delegate(disk) {
            @Override
            public void put(String key, byte[] value) throws IOException {
                awaitUninterruptibly(listed);
                super.put(key, value);
            }

            @Override
            public List<String> list(String directory) throws IOException {
                List<String> keys = super.list(directory);
                listed.countDown();
                awaitUninterruptibly(written);
                return keys;
            }
        };
        WriteBehindStore store = new WriteBehindStore(slow, (key, e) -> failures.add(key));
        store.put("peers.d/new.peer", bytes("new"));
        Thread closing = new Thread(() -> {
            store.close();
            written.countDown();
        });
        closing.start();

        assertThat(store.list("peers.d")).containsExactly("peers.d/new.peer");
    }

    @Test
    void aValueIsSetAsideOnDiskOrNot() throws IOException {
        WriteBehindStore store = new WriteBehindStore(disk, (key, e) -> failures.add(key));
        disk.put("peers.d/old.peer", bytes("old"));
        store.put("peers.d/new.peer", bytes("new"));

        store.setAside("peers.d/old.peer");
        store.setAside("peers.d/new.peer");
        store.setAside("peers.d/none.peer");

        assertThat(store.list("peers.d")).containsExactly("peers.d/new.peer.damaged", "peers.d/old.peer.damaged");
        store.close();
        assertThat(disk.list("peers.d")).containsExactly("peers.d/new.peer.damaged", "peers.d/old.peer.damaged");
        assertThat(disk.get("peers.d/old.peer.damaged")).hasValue(bytes("old"));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(US_ASCII);
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static class Delegate implements StateStore {
        private final StateStore target;

        Delegate(StateStore target) {
            this.target = target;
        }

        @Override
        public Optional<byte[]> get(String key) throws IOException {
            return target.get(key);
        }

        @Override
        public void put(String key, byte[] value) throws IOException {
            target.put(key, value);
        }

        @Override
        public void delete(String key) throws IOException {
            target.delete(key);
        }

        @Override
        public List<String> list(String directory) throws IOException {
            return target.list(directory);
        }
    }
}
