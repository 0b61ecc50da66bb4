package io.ztnio.protocol.vl1.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.protocol.crypto.PeerKeys;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("any-jdk")
class OpenKeysTest {
    private static final int ADDRESSES = 300;

    private final PeerKeys keys = new PeerKeys(new byte[PeerKeys.SECRET_LENGTH]);
    private final OpenKeys table = new OpenKeys(2);

    @Test
    void isAMap() {
        Random random = new Random(1);
        Map<Long, OpenKeys.Entry> model = new HashMap<>();
        for (int step = 0; step < 20_000; step++) {
            long address = random.nextInt(ADDRESSES) * 0x1_0000_0001L;
            if (random.nextInt(3) == 0) {
                table.remove(address);
                model.remove(address);
            } else {
                table.put(address, keys);
                model.put(address, table.get(address));
            }
            long other = random.nextInt(ADDRESSES) * 0x1_0000_0001L;
            assertThat(table.get(other)).isSameAs(model.get(other));
        }
    }

    @Test
    void keysThatAreStoredAgainAreAnotherEntry() {
        table.put(1, keys);
        OpenKeys.Entry first = table.get(1);
        table.put(1, keys);

        assertThat(table.get(1)).isNotNull().isNotSameAs(first);
    }

    @Test
    void eachOpenerHasCiphersOfItsOwn() {
        table.put(1, keys);
        OpenKeys.Entry entry = table.get(1);

        assertThat(entry.of(0)).isSameAs(entry.of(0)).isNotSameAs(entry.of(1)).isNotSameAs(keys);
    }

    /** Who reads never misses what is there all the time, nor waits. */
    @Test
    @Timeout(60)
    void readersFindWhatStaysWhileOthersComeAndGo() throws InterruptedException {
        table.put(7, keys);
        OpenKeys.Entry stays = table.get(7);
        AtomicReference<OpenKeys.Entry> wrong = new AtomicReference<>(stays);
        Thread reader = new Thread(() -> {
            for (int i = 0; i < 300_000 && wrong.get() == stays; i++) {
                wrong.set(table.get(7));
            }
        });
        reader.start();
        Random random = new Random(2);
        while (reader.isAlive()) {
            long address = 8L + random.nextInt(ADDRESSES);
            table.put(address, keys);
            table.remove(8 + random.nextInt(ADDRESSES));
        }
        reader.join();

        assertThat(wrong.get()).isSameAs(stays);
    }
}
