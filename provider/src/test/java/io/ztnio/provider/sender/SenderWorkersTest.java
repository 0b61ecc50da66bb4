package io.ztnio.provider.sender;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.protocol.crypto.CipherSuite;
import io.ztnio.protocol.crypto.PeerKeys;
import io.ztnio.protocol.transport.DatagramBatch;
import io.ztnio.protocol.transport.DatagramSender;
import io.ztnio.protocol.transport.DatagramTransport;
import io.ztnio.protocol.vl1.SendLane;
import io.ztnio.protocol.vl1.SendLane.Handover;
import io.ztnio.protocol.wire.BigEndian;
import io.ztnio.protocol.wire.PacketHeader;
import io.ztnio.protocol.wire.Verb;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real threads. */
@Timeout(60)
class SenderWorkersTest {
    private static final InetSocketAddress REMOTE = new InetSocketAddress(InetAddress.getLoopbackAddress(), 9993);
    private static final int PEERS = 8;

    private final Map<Long, List<Integer>> arrived = new ConcurrentHashMap<>();
    private final Map<Long, Set<Thread>> senders = new ConcurrentHashMap<>();
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();

    /** Notes what each destination gets; one list belongs to one peer and so to one thread at a time. */
    private final class Wires implements DatagramTransport {
        @Override
        public void send(int socket, InetSocketAddress to, byte[] buffer, int offset, int length) {
            long peer = PacketHeader.destination(buffer, offset);
            arrived.get(peer).add(BigEndian.getInt(buffer, offset + PacketHeader.LENGTH));
            senders.computeIfAbsent(peer, key -> new HashSet<>()).add(Thread.currentThread());
        }

        @Override
        public void flush() {}

        @Override
        public DatagramSender sender(int index) {
            return this;
        }

        @Override
        public List<InetSocketAddress> localAddresses() {
            return List.of();
        }

        @Override
        public void awaitReadable(long timeoutMillis) {}

        @Override
        public void wakeup() {}

        @Override
        public void receive(DatagramBatch batch) {}

        @Override
        public long sendFailures() {
            return 0;
        }

        @Override
        public long receiveFailures() {
            return 0;
        }

        @Override
        public String description() {
            return "lists";
        }

        @Override
        public void close() {}
    }

    private static byte[] packet(long peer, int number) {
        byte[] packet = new byte[40];
        PacketHeader.write(packet, 0, number, peer, 0x2000, Verb.FRAME);
        BigEndian.putInt(packet, PacketHeader.LENGTH, number);
        return packet;
    }

    @Test
    void everyPeersPacketsArriveInOrderAndHeldBackOnesGoOn() throws InterruptedException {
        Wires wires = new Wires();
        Semaphore resumed = new Semaphore(0);
        SenderWorkers workers = new SenderWorkers(3, wires, resumed::release, failures::add);
        List<SendLane> lanes = new ArrayList<>();
        for (long peer = 0; peer < PEERS; peer++) {
            arrived.put(peer, new ArrayList<>());
            lanes.add(workers.lane(peer, new PeerKeys(new byte[PeerKeys.SECRET_LENGTH])));
        }
        int perPeer = 20_000;
        for (int number = 0; number < perPeer; number++) {
            for (int peer = 0; peer < PEERS; peer++) {
                SendLane lane = lanes.get(peer);
                while (lane.isCongested()) {
                    resumed.acquire();
                }
                byte[] packet = packet(peer, number);
                Handover handover = lane.offer(CipherSuite.TRUSTED_PATH, 0, REMOTE, 1432, packet, 0, packet.length);
                if (handover == Handover.DIRECT) {
                    wires.send(0, REMOTE, packet, 0, packet.length);
                }
                assertThat(handover).isNotEqualTo(Handover.FULL);
            }
            workers.endTurn();
        }
        workers.stop();
        workers.join();

        assertThat(failures).isEmpty();
        for (List<Integer> numbers : arrived.values()) {
            assertThat(numbers).hasSize(perPeer).isSorted().doesNotHaveDuplicates();
        }
        assertThat(senders.values()).allSatisfy(threads -> {
            threads.remove(Thread.currentThread());
            assertThat(threads).hasSize(1);
        });
    }

    @ParameterizedTest
    @CsvSource({"1,0", "2,0", "3,0", "4,1", "8,2", "15,3", "16,4", "128,4"})
    void automaticallyThereIsOneForFourProcessors(int processors, int threads) {
        assertThat(SenderWorkers.automatic(processors)).isEqualTo(threads);
    }

    @Test
    void threadsThatSleepEndToo() {
        SenderWorkers workers = new SenderWorkers(2, new Wires(), () -> {}, failures::add);

        workers.stop();
        workers.join();

        SendLane lane = workers.lane(1, new PeerKeys(new byte[PeerKeys.SECRET_LENGTH]));
        assertThat(lane.offer(CipherSuite.TRUSTED_PATH, 0, REMOTE, 1432, packet(1, 1), 0, 40))
                .isEqualTo(Handover.FULL);
    }
}
