package io.ztnio.protocol.store;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

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
