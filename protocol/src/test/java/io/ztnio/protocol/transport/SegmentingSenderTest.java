package io.ztnio.protocol.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What goes in one piece on JDK 17 to 21: a socket that takes pieces whole ({@code UDP_GRO}) tells. */
@Timeout(30)
class SegmentingSenderTest {
    private static final int SOL_SOCKET = 1;
    private static final int SO_NO_CHECK = 11;
    private static final int IPPROTO_IP = 0;
    private static final int IP_TTL = 2;
    private static final int IP_MTU_DISCOVER = 10;
    private static final int IPPROTO_IPV6 = 41;
    private static final int IPV6_MTU_DISCOVER = 23;
    private static final int SOL_UDP = 17;
    private static final int UDP_SEGMENT = 103;
    private static final int UDP_GRO = 104;
    private static final InetAddress LOOPBACK = address("127.0.0.1");

    private final LongAdder failures = new LongAdder();
    private final List<DatagramChannel> channels = new ArrayList<>();
    private DatagramChannel receiver;
    private DatagramChannel channel;
    private SegmentingSender sender;

    @BeforeEach
    void open() throws IOException {
        assumeThat(SocketOptionCalls.areAvailable()).as("JDK 17 to 21, Linux").isTrue();
        receiver = bound(StandardProtocolFamily.INET, LOOPBACK);
        channel = bound(StandardProtocolFamily.INET, LOOPBACK);
        sender = new SegmentingSender(new DatagramChannel[] {channel}, failures);
    }

    @AfterEach
    void close() throws IOException {
        for (DatagramChannel each : channels) {
            each.close();
        }
    }

    private static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(literal, e);
        }
    }

    private DatagramChannel bound(ProtocolFamily family, InetAddress local) throws IOException {
        DatagramChannel opened = DatagramChannel.open(family);
        channels.add(opened);
        return opened.bind(new InetSocketAddress(local, 0));
    }

    private static InetSocketAddress local(DatagramChannel channel) throws IOException {
        return (InetSocketAddress) channel.getLocalAddress();
    }

    private void takePiecesWhole() throws IOException {
        SocketOptionCalls.set(receiver, SOL_UDP, UDP_GRO, 1);
    }

    private int segment() throws IOException {
        return SocketOptionCalls.get(channel, SOL_UDP, UDP_SEGMENT);
    }

    /** Has the system refuse whatever a socket that divides sends: so it does where the way there or its device is not for pieces. */
    private void refusePieces(boolean refuse) throws IOException {
        SocketOptionCalls.set(channel, SOL_SOCKET, SO_NO_CHECK, refuse ? 1 : 0);
    }

    private void send(int... lengths) throws IOException {
        for (int length : lengths) {
            sender.send(0, local(receiver), new byte[length], 0, length);
        }
        sender.flush();
    }

    private static int[] times(int count, int length) {
        return IntStream.generate(() -> length).limit(count).toArray();
    }

    private void assertArrived(int... lengths) throws IOException {
        Arrivals.assertOf(receiver, lengths);
    }

    @Test
    void aRunAndItsShorterEndGoInOnePiece() throws IOException {
        takePiecesWhole();

        send(1000, 1000, 1000, 500);
        send(800, 800, 800);

        assertArrived(3500, 2400);
        assertThat(failures.sum()).isZero();
    }

    @Test
    void aPieceHas64DatagramsAtMost() throws IOException {
        takePiecesWhole();

        send(times(150, 100));

        assertArrived(6400, 6400, 2200);
    }

    @Test
    void twoGoInOnePieceIfThatCostsNoFurtherCall() throws IOException {
        takePiecesWhole();

        send(500, 500);
        send(600, 600, 600);
        send(600, 600);
        send(600, 7);
        send(500, 500);

        assertArrived(500, 500, 1800, 1200, 607, 500, 500);
        assertThat(segment()).isEqualTo(600);
    }

    @Test
    void whatIsAloneArrivesWhole() throws IOException {
        send(100, 100, 100);
        // Shorter, as long, longer; then longer than all of a run.
        send(99);
        send(100);
        assertThat(segment()).isEqualTo(100);
        send(101);
        send(65_000);
        send(65_001);

        assertArrived(100, 100, 100, 99, 100, 101, 65_000);
        assertThat(failures.sum()).isEqualTo(1);
        assertThat(segment()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1,127.0.0.1", "::1,::1", "::,127.0.0.1", "::,::1"})
    void everyByteArrivesInOrderWhateverTheLengths(String from, String to) throws IOException {
        long seed = 11;
        System.out.println("seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        receiver = bound(to.contains(":") ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET, address(to));
        channel = bound(from.contains(":") ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET, address(from));
        sender = new SegmentingSender(new DatagramChannel[] {channel}, failures);
        int[] lengths = {1, 28, 64, 1400, 1427, 1428, 8900};
        byte[] buffer = new byte[3 + 8900];
        ByteBuffer received = ByteBuffer.allocate(70_000);

        for (int round = 0; round < 300; round++) {
            List<ByteBuffer> sent = new ArrayList<>();
            int length = lengths[random.nextInt(lengths.length)];
            for (int left = 1 + random.nextInt(12); left > 0; left--) {
                byte[] datagram = new byte[left == 1 ? 1 + random.nextInt(length) : length];
                random.nextBytes(datagram);
                System.arraycopy(datagram, 0, buffer, 3, datagram.length);
                sender.send(0, local(receiver), buffer, 3, datagram.length);
                sent.add(ByteBuffer.wrap(datagram));
            }
            Arrays.fill(buffer, (byte) 0xee);
            sender.flush();

            for (ByteBuffer expected : sent) {
                assertThat(receiver.receive(received.clear())).hasToString(seenFrom(to));
                assertThat(received.flip()).isEqualTo(expected);
            }
        }
        assertThat(failures.sum()).isZero();
    }

    private String seenFrom(String to) throws IOException {
        return new InetSocketAddress(address(to), local(channel).getPort()).toString();
    }

    @Test
    void allSocketsSendWhateverEachDividesBy() throws IOException {
        DatagramChannel second = bound(StandardProtocolFamily.INET, LOOPBACK);
        sender = new SegmentingSender(new DatagramChannel[] {channel, second}, failures);
        send(100, 100, 100);
        assertArrived(100, 100, 100);

        byte[] bytes = new byte[300];
        sender.send(DatagramSender.ALL_SOCKETS, local(receiver), bytes, 0, 300);
        sender.send(DatagramSender.ALL_SOCKETS, local(receiver), bytes, 0, 300);
        sender.flush();

        assertArrived(300, 300, 300, 300);
        assertThat(failures.sum()).isZero();
        second.close();
        sender.send(DatagramSender.ALL_SOCKETS, local(receiver), bytes, 0, 200);
        sender.flush();
        assertArrived(200);
        assertThat(failures.sum()).isEqualTo(1);
    }

    @Test
    void whatIsRefusedInPiecesGoesOneByOne() throws IOException {
        takePiecesWhole();
        refusePieces(true);

        send(1000, 1000, 1000, 500);

        assertArrived(1000, 1000, 1000, 500);
        assertThat(segment()).isZero();
        assertThat(failures.sum()).isZero();
    }

    /** As kernels before 6.13 do where the socket's pieces were for a path with a larger MTU, and all do of a device without checksums. */
    @Test
    void whatIsAloneIsNotLostByWhatTheSocketDividesBy() throws IOException {
        send(1000, 1000, 1000);
        refusePieces(true);

        send(900);
        sender.send(DatagramSender.ALL_SOCKETS, local(receiver), new byte[800], 0, 800);
        sender.flush();

        assertArrived(1000, 1000, 1000, 900, 800);
        assertThat(failures.sum()).isZero();
    }

    @Test
    void whereRunsAreRefusedTheyAreSeldomTried() throws IOException {
        takePiecesWhole();
        refusePieces(true);
        for (int i = 0; i < 8; i++) {
            send(10, 10, 10);
            assertArrived(10, 10, 10);
        }
        refusePieces(false);

        for (int i = 0; i < 1000; i++) {
            send(20, 20, 20);
            assertArrived(20, 20, 20);
        }
        send(30, 30, 30);

        assertArrived(90);
        assertThat(failures.sum()).isZero();
    }

    @Test
    void anUnsuitableDestinationIsCounted() throws IOException {
        InetSocketAddress six = new InetSocketAddress(address("::1"), 9);
        for (int i = 0; i < 4; i++) {
            sender.send(0, six, new byte[10], 0, 10);
        }
        sender.flush();
        send(5, 5, 5);

        assertArrived(5, 5, 5);
        assertThat(failures.sum()).isEqualTo(4);
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1,0", "::,0", "127.0.0.1,100", "::,100"})
    void aTtlIsForOneDatagramOnly(String from, int segment) throws IOException {
        channel = bound(from.contains(":") ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET, address(from));
        int usual = SocketOptionCalls.get(channel, IPPROTO_IP, IP_TTL);
        sender = new SegmentingSender(new DatagramChannel[] {channel}, failures);
        List<Integer> expected = new ArrayList<>();
        for (int i = 0; i < 3 && segment != 0; i++) {
            sender.send(0, local(receiver), new byte[segment], 0, segment);
            expected.add(segment);
        }

        sender.sendShort(0, local(receiver), new byte[4], 2);
        sender.sendShort(DatagramSender.ALL_SOCKETS, local(receiver), new byte[500], 2);
        sender.sendShort(0, new InetSocketAddress(address("::1"), 9), new byte[4], 2);

        expected.addAll(List.of(4, 500));
        assertArrived(expected.stream().mapToInt(Integer::intValue).toArray());
        assertThat(SocketOptionCalls.get(channel, IPPROTO_IP, IP_TTL)).isEqualTo(usual);
        assertThat(failures.sum()).isZero();
        // There is no such TTL.
        sender.sendShort(0, local(receiver), new byte[4], 256);
        assertThat(failures.sum()).isEqualTo(1);
        assertThat(SocketOptionCalls.get(channel, IPPROTO_IP, IP_TTL)).isEqualTo(usual);
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1,127.0.0.1", "::,127.0.0.1", "::,::1"})
    void aWholeDatagramGoesBehindThoseThatWaitAndLeavesNothing(String from, String to) throws IOException {
        receiver = bound(to.contains(":") ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET, address(to));
        channel = bound(from.contains(":") ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET, address(from));
        sender = new SegmentingSender(new DatagramChannel[] {channel}, failures);
        int level = to.contains(":") ? IPPROTO_IPV6 : IPPROTO_IP;
        int option = to.contains(":") ? IPV6_MTU_DISCOVER : IP_MTU_DISCOVER;
        int usual = SocketOptionCalls.get(channel, level, option);
        byte[] bytes = new byte[65_001];
        assertThat(sender.canSendWhole()).isTrue();

        for (int i = 0; i < 3; i++) {
            sender.send(0, local(receiver), bytes, 0, 100);
        }
        assertThat(sender.sendWhole(0, local(receiver), bytes, 1, 9000)).isTrue();
        assertThat(sender.sendWhole(0, local(receiver), bytes, 0, 65_001)).isFalse();

        assertArrived(100, 100, 100, 9000);
        assertThat(SocketOptionCalls.get(channel, level, option)).isEqualTo(usual);
        assertThat(failures.sum()).isZero();
    }

    @Test
    void aWholeDatagramThatDoesNotLeaveChangesNothing() throws IOException {
        int usual = SocketOptionCalls.get(channel, IPPROTO_IP, IP_MTU_DISCOVER);

        assertThat(sender.sendWhole(0, new InetSocketAddress(address("127.0.0.1"), 0), new byte[9], 0, 9))
                .isFalse();
        assertThat(sender.sendWhole(0, new InetSocketAddress(address("::1"), 9), new byte[9], 0, 9))
                .isFalse();

        assertThat(SocketOptionCalls.get(channel, IPPROTO_IP, IP_MTU_DISCOVER)).isEqualTo(usual);
    }

    @Test
    void byAClosedChannelNothingGoes() throws IOException {
        send(100, 100, 100);
        assertArrived(100, 100, 100);
        channel.close();

        send(100, 100, 100);
        send(200);
        sender.sendShort(0, local(receiver), new byte[4], 2);

        assertThat(sender.sendWhole(0, local(receiver), new byte[9], 0, 9)).isFalse();
        assertArrived();
        assertThat(failures.sum()).isEqualTo(5);
        assertThatThrownBy(() -> new SegmentingSender(new DatagramChannel[] {channel}, failures))
                .isInstanceOf(ClosedChannelException.class);
    }

    /** A descriptor that was the channel's may be another socket's, which would divide what it sends. */
    @Test
    void anOptionOfAClosedChannelIsNobodys() throws IOException {
        channel.close();
        List<DatagramChannel> heirs = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            heirs.add(bound(StandardProtocolFamily.INET, LOOPBACK));
        }

        assertThatThrownBy(() -> SocketOptionCalls.set(channel, SOL_UDP, UDP_SEGMENT, 100))
                .isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(() -> SocketOptionCalls.get(channel, SOL_UDP, UDP_SEGMENT))
                .isInstanceOf(ClosedChannelException.class);
        send(100, 100, 100);

        for (DatagramChannel heir : heirs) {
            assertThat(SocketOptionCalls.get(heir, SOL_UDP, UDP_SEGMENT)).isZero();
        }
        assertArrived();
    }

    @Test
    void whatTheSystemRefusesIsSaid() {
        assertThatThrownBy(() -> SocketOptionCalls.set(channel, SOL_UDP, UDP_SEGMENT, 65_536))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> SocketOptionCalls.get(channel, SOL_UDP, 9999)).isInstanceOf(IOException.class);
    }
}
