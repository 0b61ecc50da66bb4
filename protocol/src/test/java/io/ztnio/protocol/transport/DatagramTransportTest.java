package io.ztnio.protocol.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.spi.SelectorProvider;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Real sockets on loopback. Offload both ways exists only where the classes come from the multi-release JAR on a JDK that has the
 * foreign-function API, or on JDK 17 with its incubator: a run of these tests that has it without being asked says so, and then it must be
 * used. On JDK 17 to 21 what is sent has it anyway.
 */
@Timeout(30)
class DatagramTransportTest {
    private static final boolean OFFLOAD_REQUIRED = "required".equals(System.getProperty("ztnio.test.offload"))
            && "Linux".equals(System.getProperty("os.name"));
    private static final boolean SENDING = Runtime.version().feature() <= 21
            && "Linux".equals(System.getProperty("os.name"))
            && Set.of("amd64", "aarch64").contains(System.getProperty("os.arch"));
    private static final String BOTH_WAYS = "segmentation offload";
    private static final String[] LOOPBACKS = {"127.0.0.1", "::1"};

    private static DatagramTransport open(UdpOffload offload, String... addresses) throws IOException {
        List<InetSocketAddress> bind =
                Arrays.stream(addresses).map(address -> endpoint(address, 0)).toList();
        return DatagramTransport.open(SelectorProvider.provider(), bind, offload);
    }

    private static InetSocketAddress endpoint(String literal, int port) {
        try {
            return new InetSocketAddress(InetAddress.getByName(literal), port);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(literal, e);
        }
    }

    private static InetSocketAddress local(DatagramTransport transport, int socket) {
        return transport.localAddresses().get(socket);
    }

    /** One datagram as it came. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Received(int socket, InetSocketAddress source, byte[] bytes) {}

    private static List<Received> receive(DatagramTransport transport, int count) throws IOException {
        List<Received> all = new ArrayList<>();
        DatagramBatch batch = new DatagramBatch();
        while (all.size() < count) {
            transport.awaitReadable(5000);
            transport.receive(batch);
            for (int i = 0; i < batch.size(); i++) {
                byte[] bytes = Arrays.copyOf(batch.buffer(i), batch.length(i));
                all.add(new Received(batch.socket(i), batch.source(i), bytes));
            }
            batch.clear();
        }
        return all;
    }

    /** Runs of equal sizes with a shorter end, lone ones and changes of size, in a random order. */
    private static List<byte[]> datagrams(SplittableRandom random, int total) {
        int[] sizes = {1427, 1427, 1427, 1400, 64, 28, 1, 9000};
        List<byte[]> datagrams = new ArrayList<>();
        while (datagrams.size() < total) {
            int size = sizes[random.nextInt(sizes.length)];
            int run = 1 + random.nextInt(100);
            for (int i = 0; i < run && datagrams.size() < total; i++) {
                byte[] bytes = new byte[i == run - 1 && size > 1 ? size - 1 : size];
                random.nextBytes(bytes);
                datagrams.add(bytes);
            }
        }
        return datagrams;
    }

    @Test
    void offloadIsUsedWhereItIsRequired() throws IOException {
        try (DatagramTransport asked = open(UdpOffload.ON, "127.0.0.1");
                DatagramTransport automatic = open(UdpOffload.AUTO, "127.0.0.1");
                DatagramTransport plain = open(UdpOffload.OFF, "127.0.0.1")) {
            String usual = SENDING ? "segmentation offload of what is sent" : "plain";
            boolean loaded = SENDING && Runtime.version().feature() == 17;

            assertThat(asked.description()).isEqualTo(OFFLOAD_REQUIRED || loaded ? BOTH_WAYS : usual);
            assertThat(automatic.description()).isEqualTo(OFFLOAD_REQUIRED ? BOTH_WAYS : usual);
            assertThat(plain.description()).isEqualTo("plain");
        }
    }

    @ParameterizedTest
    @EnumSource(UdpOffload.class)
    void aDatagramWithATtlOfItsOwnKeepsItsPlaceAndWhereThatCannotBeSetIsNotSent(UdpOffload offload) throws IOException {
        try (DatagramTransport sender = open(offload, "127.0.0.1", "::");
                DatagramTransport receiver = open(UdpOffload.OFF, LOOPBACKS)) {
            List<String> expected = new ArrayList<>();
            for (int socket = 0; socket < 2; socket++) {
                InetSocketAddress to = local(receiver, 0);
                send(sender, socket, to, "one");
                sender.sendShort(socket, to, "four".getBytes(StandardCharsets.US_ASCII), 2);
                send(sender, socket, to, "two");
                sender.flush();
                expected.addAll(
                        sender.description().equals("plain") ? List.of("one", "two") : List.of("one", "four", "two"));
            }
            // Not by IPv6, whose NATs are none.
            sender.sendShort(1, local(receiver, 1), new byte[4], 2);
            sender.sendShort(DatagramSender.ALL_SOCKETS, local(receiver, 1), new byte[4], 2);
            send(sender, 0, local(receiver, 0), "end");
            sender.flush();
            expected.add("end");

            assertThat(receive(receiver, expected.size()))
                    .extracting(received -> new String(received.bytes(), StandardCharsets.US_ASCII))
                    .containsExactlyElementsOf(expected);
            assertThat(sender.sendFailures()).isZero();
        }
    }

    private static void send(DatagramTransport sender, int socket, InetSocketAddress to, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        sender.send(socket, to, bytes, 0, bytes.length);
    }

    @ParameterizedTest
    @CsvSource({"OFF,OFF", "ON,OFF", "OFF,ON", "ON,ON", "AUTO,ON", "AUTO,AUTO"})
    void everyCombinationOfEndsCarriesTheSameBytesInTheSameOrder(UdpOffload sending, UdpOffload receiving)
            throws IOException {
        long seed = 7;
        System.out.println("seed " + seed);
        List<byte[]> datagrams = datagrams(new SplittableRandom(seed), 4000);
        try (DatagramTransport sender = open(sending, LOOPBACKS);
                DatagramTransport receiver = open(receiving, LOOPBACKS)) {
            byte[] buffer = new byte[16 + 9000];

            for (int from = 0; from < datagrams.size(); from += 100) {
                List<byte[]> part = datagrams.subList(from, from + 100);
                int family = from / 100 % 2;
                for (byte[] datagram : part) {
                    System.arraycopy(datagram, 0, buffer, 16, datagram.length);
                    sender.send(family, local(receiver, family), buffer, 16, datagram.length);
                }
                // What was handed over may be overwritten at once.
                Arrays.fill(buffer, (byte) 0xee);
                sender.flush();

                List<Received> received = receive(receiver, part.size());
                assertThat(received)
                        .extracting(one -> ByteBuffer.wrap(one.bytes()))
                        .containsExactlyElementsOf(
                                part.stream().map(ByteBuffer::wrap).toList());
                assertThat(received).extracting(Received::socket).containsOnly(family);
                assertThat(received).extracting(Received::source).containsOnly(local(sender, family));
            }
            assertThat(sender.sendFailures()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(UdpOffload.class)
    void datagramsToDifferentDestinationsKeepTheirOrderEach(UdpOffload offload) throws IOException {
        try (DatagramTransport sender = open(offload, "127.0.0.1");
                DatagramTransport a = open(offload, "127.0.0.1");
                DatagramTransport b = open(offload, "127.0.0.1")) {
            for (int i = 0; i < 60; i++) {
                sender.send(0, local(i % 3 == 0 ? b : a, 0), new byte[] {(byte) i}, 0, 1);
            }
            sender.flush();

            List<Received> atA = receive(a, 40);
            List<Received> atB = receive(b, 20);

            assertThat(atA).extracting(r -> (int) r.bytes()[0]).isSorted().hasSize(40);
            assertThat(atB).extracting(r -> r.bytes()[0] % 3).containsOnly(0);
            assertThat(atB).extracting(r -> (int) r.bytes()[0]).isSorted().hasSize(20);
        }
    }

    @ParameterizedTest
    @EnumSource(UdpOffload.class)
    void aWildcardSocketTalksToBothIpVersions(UdpOffload offload) throws IOException {
        InetSocketAddress wildcard = new InetSocketAddress(0);
        try (DatagramTransport any = DatagramTransport.open(SelectorProvider.provider(), List.of(wildcard), offload);
                DatagramTransport peer = open(UdpOffload.OFF, LOOPBACKS)) {
            int port = local(any, 0).getPort();
            peer.send(0, endpoint("127.0.0.1", port), new byte[] {4}, 0, 1);
            peer.send(1, endpoint("::1", port), new byte[] {6}, 0, 1);

            List<Received> received = receive(any, 2);
            for (Received one : received) {
                any.send(0, one.source(), one.bytes(), 0, 1);
            }
            any.flush();
            List<Received> echoed = receive(peer, 2);

            assertThat(local(any, 0).getAddress().isAnyLocalAddress()).isTrue();
            assertThat(received).extracting(Received::source).containsExactlyInAnyOrder(local(peer, 0), local(peer, 1));
            assertThat(echoed).allSatisfy(one -> assertThat(one.bytes()).containsExactly(one.socket() == 0 ? 4 : 6));
        }
    }

    @ParameterizedTest
    @EnumSource(UdpOffload.class)
    void socketMinusOneSendsFromEach(UdpOffload offload) throws IOException {
        try (DatagramTransport sender = open(offload, "127.0.0.1", "127.0.0.1");
                DatagramTransport receiver = open(offload, "127.0.0.1")) {
            sender.send(-1, local(receiver, 0), new byte[] {1, 2}, 0, 2);
            sender.flush();

            assertThat(receive(receiver, 2))
                    .extracting(Received::source)
                    .containsExactlyInAnyOrder(local(sender, 0), local(sender, 1));
        }
    }

    @ParameterizedTest
    @EnumSource(UdpOffload.class)
    void anUnsuitableDestinationIsCountedNotThrown(UdpOffload offload) throws IOException {
        try (DatagramTransport sender = open(offload, "127.0.0.1")) {
            sender.send(0, endpoint("::1", 9), new byte[10], 0, 10);
            sender.send(0, endpoint("::1", 9), new byte[10], 0, 10);
            sender.flush();

            assertThat(sender.sendFailures()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @EnumSource(UdpOffload.class)
    void wakeupEndsTheNextWait(UdpOffload offload) throws IOException {
        try (DatagramTransport transport = open(offload, "127.0.0.1")) {
            transport.wakeup();
            transport.wakeup();
            transport.awaitReadable(1_000_000);

            DatagramBatch batch = new DatagramBatch();
            transport.receive(batch);

            assertThat(batch.size()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(UdpOffload.class)
    void wakeupEndsAWaitUnderWay(UdpOffload offload) throws Exception {
        try (DatagramTransport transport = open(offload, "127.0.0.1")) {
            Thread waiter = new Thread(() -> {
                try {
                    transport.awaitReadable(1_000_000);
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            waiter.start();
            transport.wakeup();

            waiter.join(20_000);

            assertThat(waiter.isAlive()).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource(UdpOffload.class)
    void aPortInUseIsNamed(UdpOffload offload) throws IOException {
        try (DatagramSocket taken = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            InetSocketAddress address = (InetSocketAddress) taken.getLocalSocketAddress();

            assertThatThrownBy(() -> DatagramTransport.open(SelectorProvider.provider(), List.of(address), offload))
                    .isInstanceOf(BindException.class)
                    .hasMessageContaining(String.valueOf(taken.getLocalPort()));
        }
    }

    /** Under no address that the node does not tell otherwise: 0.0.0.0 is bound as ::. */
    @ParameterizedTest
    @EnumSource(UdpOffload.class)
    void aPortInUseOfAllAddressesIsNamedAlone(UdpOffload offload) throws IOException {
        try (DatagramSocket taken = new DatagramSocket(0)) {
            InetSocketAddress address = new InetSocketAddress("0.0.0.0", taken.getLocalPort());

            assertThatThrownBy(() -> DatagramTransport.open(SelectorProvider.provider(), List.of(address), offload))
                    .isInstanceOf(BindException.class)
                    .hasMessageStartingWith("cannot bind UDP " + taken.getLocalPort() + ": ");
        }
    }

    @ParameterizedTest
    @EnumSource(UdpOffload.class)
    void afterCloseNothingHappens(UdpOffload offload) throws IOException {
        DatagramTransport transport = open(offload, "127.0.0.1");
        try (DatagramSocket receiver = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            InetSocketAddress to = (InetSocketAddress) receiver.getLocalSocketAddress();
            transport.send(0, to, new byte[] {1}, 0, 1);
            transport.flush();
            transport.close();

            transport.send(0, to, new byte[] {2}, 0, 1);
            transport.flush();
            transport.wakeup();
            transport.close();

            DatagramPacket packet = new DatagramPacket(new byte[10], 10);
            receiver.setSoTimeout(2000);
            receiver.receive(packet);
            assertThat(packet.getData()[0]).isEqualTo((byte) 1);
            receiver.setSoTimeout(100);
            assertThatThrownBy(() -> receiver.receive(packet)).isInstanceOf(java.net.SocketTimeoutException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(UdpOffload.class)
    void furtherSendersSendFromTheSamePortsAtOnce(UdpOffload offload) throws Exception {
        List<InetSocketAddress> bind = List.of(endpoint("127.0.0.1", 0), endpoint("::1", 0));
        try (DatagramTransport sender = DatagramTransport.open(SelectorProvider.provider(), bind, offload, 3);
                DatagramTransport receiver = open(offload, LOOPBACKS)) {
            List<Thread> threads = new ArrayList<>();
            for (int index = 0; index < 3; index++) {
                DatagramSender way = sender.sender(index);
                byte first = (byte) index;
                threads.add(new Thread(() -> {
                    for (int i = 0; i < 20; i++) {
                        way.send(i % 2, local(receiver, i % 2), new byte[] {first, (byte) i}, 0, 2);
                        way.flush();
                    }
                }));
            }
            threads.forEach(Thread::start);

            List<Received> received = receive(receiver, 60);
            for (Thread thread : threads) {
                thread.join();
            }

            assertThat(received).allMatch(one -> one.source().equals(local(sender, one.socket())));
            for (int index = 0; index < 3; index++) {
                byte first = (byte) index;
                for (int socket = 0; socket < 2; socket++) {
                    int half = socket;
                    assertThat(received)
                            .filteredOn(one -> one.bytes()[0] == first && one.socket() == half)
                            .extracting(one -> (int) one.bytes()[1])
                            .hasSize(10)
                            .isSorted();
                }
            }
            assertThat(sender.sendFailures()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(UdpOffload.class)
    void whateverSocketTheSystemChoosesEverythingIsReceived(UdpOffload offload) throws IOException {
        List<InetSocketAddress> bind = List.of(endpoint("127.0.0.1", 0), endpoint("::1", 0));
        try (DatagramTransport receiver = DatagramTransport.open(SelectorProvider.provider(), bind, offload, 2)) {
            for (int peer = 0; peer < 20; peer++) {
                try (DatagramTransport sender = open(UdpOffload.OFF, LOOPBACKS)) {
                    sender.send(0, local(receiver, 0), new byte[] {4}, 0, 1);
                    sender.send(1, local(receiver, 1), new byte[] {6}, 0, 1);

                    List<Received> received = receive(receiver, 2);

                    assertThat(received)
                            .extracting(Received::source)
                            .containsExactlyInAnyOrder(local(sender, 0), local(sender, 1));
                    assertThat(received).allMatch(one -> one.bytes()[0] == (one.socket() == 0 ? 4 : 6));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(UdpOffload.class)
    void nobodyElseCanShareThePort(UdpOffload offload) throws IOException {
        List<InetSocketAddress> bind = List.of(endpoint("127.0.0.1", 0));
        try (DatagramTransport transport = DatagramTransport.open(SelectorProvider.provider(), bind, offload, 2);
                DatagramChannel intruder = SelectorProvider.provider().openDatagramChannel()) {
            if (intruder.supportedOptions().contains(StandardSocketOptions.SO_REUSEPORT)) {
                intruder.setOption(StandardSocketOptions.SO_REUSEPORT, true);
            }

            assertThatThrownBy(() -> intruder.bind(local(transport, 0))).isInstanceOf(BindException.class);
            assertThatThrownBy(() -> DatagramTransport.open(
                            SelectorProvider.provider(), List.of(local(transport, 0)), offload, 2))
                    .isInstanceOf(BindException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(UdpOffload.class)
    void whatComesToASingleAddressIsItsSocketsBesideOneForAll(UdpOffload offload) throws IOException {
        int port;
        try (DatagramTransport probe = open(offload, "127.0.0.1")) {
            port = local(probe, 0).getPort();
        }
        List<InetSocketAddress> bind =
                List.of(new InetSocketAddress(port), endpoint("127.0.0.1", port), endpoint("127.0.0.2", port));
        try (DatagramTransport transport = DatagramTransport.open(SelectorProvider.provider(), bind, offload, 2);
                DatagramTransport other = open(offload, "127.0.0.1");
                DatagramChannel intruder = SelectorProvider.provider().openDatagramChannel()) {
            for (int last = 1; last <= 3; last++) {
                other.send(0, endpoint("127.0.0." + last, port), new byte[] {(byte) last}, 0, 1);
            }
            other.flush();

            assertThat(receive(transport, 3))
                    .extracting(received -> received.socket() + " " + received.bytes()[0])
                    .containsExactlyInAnyOrder("1 1", "2 2", "0 3");
            transport.send(2, local(other, 0), new byte[] {9}, 0, 1);
            transport.flush();
            assertThat(receive(other, 1).get(0).source()).isEqualTo(endpoint("127.0.0.2", port));
            intruder.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            assertThatThrownBy(() -> intruder.bind(endpoint("127.0.0.1", port))).isInstanceOf(BindException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(UdpOffload.class)
    void aSocketThatIsPinnedGoesByThatInterface(UdpOffload offload) throws IOException {
        try (DatagramTransport transport = open(offload, LOOPBACKS);
                DatagramTransport other = open(offload, LOOPBACKS)) {
            boolean pinned = transport.pin(0, "lo");

            assertThat(pinned).isEqualTo(transport.description().contains("offload"));
            assertThat(transport.pin(1, "no-such-device")).isFalse();
            for (int socket = 0; socket < 2; socket++) {
                transport.send(socket, local(other, socket), new byte[] {7}, 0, 1);
            }
            transport.flush();
            assertThat(receive(other, 2)).hasSize(2);
        }
    }

    @ParameterizedTest
    @EnumSource(UdpOffload.class)
    void afterCloseFurtherSendersDoNothing(UdpOffload offload) throws IOException {
        List<InetSocketAddress> bind = List.of(endpoint("127.0.0.1", 0));
        try (DatagramTransport receiver = open(offload, "127.0.0.1")) {
            DatagramTransport transport = DatagramTransport.open(SelectorProvider.provider(), bind, offload, 1);
            transport.close();

            transport.sender(0).send(0, local(receiver, 0), new byte[] {1}, 0, 1);
            transport.sender(0).flush();

            receiver.awaitReadable(50);
            DatagramBatch batch = new DatagramBatch();
            receiver.receive(batch);
            assertThat(batch.size()).isZero();
            // The port is free again.
            DatagramTransport.open(SelectorProvider.provider(), transport.localAddresses(), offload, 1)
                    .close();
        }
    }

    @ParameterizedTest
    @EnumSource(UdpOffload.class)
    void aWholeDatagramGoesBehindThoseThatWaitAndChangesNothingForOthers(UdpOffload offload) throws IOException {
        try (DatagramTransport sender = open(offload, LOOPBACKS);
                DatagramTransport receiver = open(UdpOffload.OFF, LOOPBACKS)) {
            boolean expected = ((OFFLOAD_REQUIRED || SENDING) && offload != UdpOffload.OFF)
                    || Runtime.version().feature() >= 19;
            assertThat(sender.canSendWhole()).isEqualTo(expected);
            assumeThat(expected).isTrue();
            for (int socket = 0; socket < LOOPBACKS.length; socket++) {
                byte[] bytes = new byte[9000];
                sender.send(socket, local(receiver, socket), bytes, 0, 1);
                assertThat(sender.sendWhole(socket, local(receiver, socket), bytes, 0, 9000))
                        .isTrue();
                sender.send(socket, local(receiver, socket), bytes, 0, 2);
                sender.flush();

                List<Received> received = receive(receiver, 3);

                assertThat(received).extracting(one -> one.bytes().length).containsExactly(1, 9000, 2);
                assertThat(received).extracting(Received::source).containsOnly(local(sender, socket));
            }
            assertThat(sender.sendFailures()).isZero();
        }
    }

    @Test
    void aRunLeavesTheSenderInOnePiece() throws IOException {
        try (DatagramTransport sender = open(UdpOffload.ON, "127.0.0.1");
                DatagramTransport receiver = open(UdpOffload.ON, "127.0.0.1")) {
            assumeThat(receiver.description()).isEqualTo(BOTH_WAYS);
            byte[] buffer = new byte[1000];
            // More than a batch holds, so that a joined datagram is split over two batches.
            for (int i = 0; i < 63; i++) {
                sender.send(0, local(receiver, 0), buffer, 0, 1000);
            }
            for (int i = 0; i < 63; i++) {
                sender.send(0, local(receiver, 0), buffer, 0, 500);
            }
            sender.flush();
            DatagramBatch batch = new DatagramBatch();

            receiver.awaitReadable(5000);
            receiver.receive(batch);

            assertThat(batch.size()).isEqualTo(DatagramBatch.CAPACITY);
            assertThat(receive(receiver, 62)).hasSize(62);
        }
    }
}
