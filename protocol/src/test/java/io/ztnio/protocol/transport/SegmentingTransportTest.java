package io.ztnio.protocol.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a socket divides by is its sender's alone. */
@Timeout(30)
class SegmentingTransportTest {
    private static final int SENDERS = 3;
    private static final int ROUNDS = 40;
    private static final int RUN = 5;

    @BeforeEach
    void optionsCanBeSet() {
        assumeThat(SocketOptionCalls.areAvailable()).as("JDK 17 to 21, Linux").isTrue();
    }

    private static NioTransport open(int senders) throws IOException {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        return SegmentingTransport.open(SelectorProvider.provider(), List.of(any), senders);
    }

    @Test
    void noTwoSendersHaveASocketInCommon() throws IOException {
        try (NioTransport transport = open(1)) {
            DatagramChannel[] taken = {transport.channelsOf(0).get(1)};

            assertThat(transport.channelsOf(0)).hasSize(2);
            assertThatThrownBy(() -> transport.newSender(taken, new LongAdder()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("share");
        }
    }

    @Test
    void sendersWithLengthsOfTheirOwnDoNotDivideEachOthersDatagrams() throws Exception {
        try (NioTransport transport = open(SENDERS);
                NioTransport receiver = open(0)) {
            InetSocketAddress to = receiver.localAddresses().get(0);
            List<Thread> threads = new ArrayList<>();
            for (int index = 0; index < SENDERS; index++) {
                int length = 100 * (index + 1);
                DatagramSender sender = transport.sender(index);
                threads.add(new Thread(() -> {
                    for (int round = 0; round < ROUNDS; round++) {
                        // Runs, and then one that is longer than a run's.
                        for (int i = 0; i <= RUN; i++) {
                            sender.send(0, to, new byte[length + i / RUN], 0, length + i / RUN);
                        }
                        sender.flush();
                    }
                }));
            }
            threads.forEach(Thread::start);

            List<Integer> lengths = new ArrayList<>();
            DatagramBatch batch = new DatagramBatch();
            while (lengths.size() < SENDERS * ROUNDS * (RUN + 1)) {
                receiver.awaitReadable(5000);
                receiver.receive(batch);
                for (int i = 0; i < batch.size(); i++) {
                    lengths.add(batch.length(i));
                }
                batch.clear();
            }
            for (Thread thread : threads) {
                thread.join();
            }

            for (int index = 0; index < SENDERS; index++) {
                int length = 100 * (index + 1);
                assertThat(count(lengths, each -> each == length)).isEqualTo(ROUNDS * RUN);
                assertThat(count(lengths, each -> each == length + 1)).isEqualTo(ROUNDS);
            }
            assertThat(transport.sendFailures()).isZero();
        }
    }

    private static long count(List<Integer> lengths, IntPredicate which) {
        return lengths.stream().mapToInt(Integer::intValue).filter(which).count();
    }
}
