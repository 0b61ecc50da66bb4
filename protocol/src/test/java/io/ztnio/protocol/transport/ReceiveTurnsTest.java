package io.ztnio.protocol.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReceiveTurnsTest {
    private static final InetSocketAddress SOURCE = new InetSocketAddress(InetAddress.getLoopbackAddress(), 9993);

    private final ReceiveTurns turns = new ReceiveTurns();
    private final int[] waiting = new int[3];
    private final List<Integer> asked = new ArrayList<>();

    private int receive() {
        DatagramBatch batch = new DatagramBatch();
        asked.clear();
        turns.receive(3, batch, (socket, into) -> {
            asked.add(socket);
            for (; waiting[socket] > 0 && !into.isFull(); waiting[socket]--) {
                into.commit(1, socket, SOURCE);
            }
        });
        return batch.size();
    }

    @Test
    void aSocketThatHasSomethingIsAskedFirstAndAlone() {
        waiting[2] = 1;
        assertThat(receive()).isEqualTo(1);
        assertThat(asked).containsExactly(0, 1, 2);

        waiting[2] = 5;
        assertThat(receive()).isEqualTo(5);

        assertThat(asked).containsExactly(2);
        assertThat(receive()).isZero();
        assertThat(asked).containsExactly(2, 0, 1);
    }

    @Test
    void nobodyWaitsForLongBehindABusySocket() {
        waiting[1] = 1;
        int turnsTaken = 0;
        while (waiting[1] > 0) {
            waiting[0] = 10;
            receive();
            turnsTaken++;
        }

        assertThat(turnsTaken).isBetween(2, 8);
    }

    @Test
    void aFullBatchLeavesTheRestForTheNextOne() {
        waiting[0] = DatagramBatch.CAPACITY + 3;
        waiting[1] = 2;

        assertThat(receive()).isEqualTo(DatagramBatch.CAPACITY);
        assertThat(receive() + receive()).isEqualTo(5);
    }
}
