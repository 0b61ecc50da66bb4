package io.ztnio.provider.contract;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ztnio.provider.contract.AsynchronousStack.Pair;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.ReadPendingException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.nio.channels.WritePendingException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
@SuppressWarnings("try") // closing is what is tested
class AsynchronousStreamContractTest {
    @ParameterizedTest
    @EnumSource(AsynchronousStack.class)
    void startsOpenUnboundAndUnconnected(AsynchronousStack stack) throws IOException {
        try (AsynchronousSocketChannel channel = stack.open()) {
            assertThat(channel.isOpen()).isTrue();
            assertThat(channel.getLocalAddress()).isNull();
            assertThat(channel.getRemoteAddress()).isNull();
            assertThat(channel.provider()).isSameAs(stack.provider);
            assertThat(channel.toString()).endsWith("[unconnected]");
        }
    }

    @ParameterizedTest
    @EnumSource(AsynchronousStack.class)
    void refusesUnusableAddressesAndStaysOpen(AsynchronousStack stack) throws IOException {
        try (AsynchronousSocketChannel channel = stack.open()) {
            assertThatThrownBy(() -> channel.connect(null)).isInstanceOf(NullPointerException.class);
            assertThatThrownBy(() -> channel.connect(UnixDomainSocketAddress.of("x")))
                    .isInstanceOf(UnsupportedAddressTypeException.class);
            assertThatThrownBy(() -> channel.connect(InetSocketAddress.createUnresolved("nowhere.invalid", 1)))
                    .isInstanceOf(UnresolvedAddressException.class);
            assertThatThrownBy(() -> channel.bind(UnixDomainSocketAddress.of("x")))
                    .isInstanceOf(UnsupportedAddressTypeException.class);
            assertThatThrownBy(() -> channel.connect(stack.bindAddress(), "", null))
                    .isInstanceOf(NullPointerException.class);

            assertThat(channel.isOpen()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(AsynchronousStack.class)
    void throwsWhenItIsNotConnected(AsynchronousStack stack) throws IOException {
        try (AsynchronousSocketChannel channel = stack.open()) {
            assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1))).isInstanceOf(NotYetConnectedException.class);
            assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1), "", new Outcome<>()))
                    .isInstanceOf(NotYetConnectedException.class);
            assertThatThrownBy(() -> channel.write(TestedStack.bytes(1))).isInstanceOf(NotYetConnectedException.class);
            assertThatThrownBy(channel::shutdownInput).isInstanceOf(NotYetConnectedException.class);
            assertThatThrownBy(channel::shutdownOutput).isInstanceOf(NotYetConnectedException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(AsynchronousStack.class)
    void operationsOfAClosedChannelEndWithThat(AsynchronousStack stack) throws Exception {
        AsynchronousSocketChannel channel = stack.open();
        channel.close();
        channel.close();
        Outcome<Integer> reading = new Outcome<>();
        Outcome<Void> connecting = new Outcome<>();

        channel.read(ByteBuffer.allocate(1), "read", reading);
        channel.connect(stack.refusing(), "connect", connecting);

        assertThat(channel.isOpen()).isFalse();
        assertThat(reading.failure()).isExactlyInstanceOf(ClosedChannelException.class);
        assertThat(reading.attachment()).isEqualTo("read");
        assertThat(connecting.failure()).isExactlyInstanceOf(ClosedChannelException.class);
        assertThat(failure(channel.read(ByteBuffer.allocate(1)))).isExactlyInstanceOf(ClosedChannelException.class);
        assertThat(failure(channel.write(TestedStack.bytes(1)))).isExactlyInstanceOf(ClosedChannelException.class);
        assertThat(failure(channel.connect(stack.refusing()))).isExactlyInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(() -> channel.bind(null)).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(channel::getLocalAddress).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(channel::getRemoteAddress).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(channel::shutdownInput).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(() -> channel.getOption(StandardSocketOptions.SO_RCVBUF))
                .isInstanceOf(ClosedChannelException.class);
        assertThat(channel.toString()).endsWith("[closed]");
    }

    @ParameterizedTest
    @EnumSource(AsynchronousStack.class)
    void aRefusedConnectClosesTheChannelBeforeItIsTold(AsynchronousStack stack) throws Exception {
        AsynchronousSocketChannel first = stack.open();
        AsynchronousSocketChannel second = stack.open();
        Outcome<Void> connecting = new Outcome<>();

        second.connect(stack.refusing(), "c", connecting);

        assertThat(failure(first.connect(stack.refusing()))).isInstanceOf(ConnectException.class);
        assertThat(first.isOpen()).isFalse();
        assertThat(connecting.failure())
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("Connection refused");
        assertThat(second.isOpen()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(AsynchronousStack.class)
    void knowsItsAddressesOnceConnected(AsynchronousStack stack) throws Exception {
        try (AsynchronousServerSocketChannel listener = stack.listen();
                AsynchronousSocketChannel client = stack.open()) {
            Outcome<Void> connecting = new Outcome<>();
            Future<AsynchronousSocketChannel> accepting = listener.accept();

            client.connect(stack.reachable(listener), "c", connecting);

            assertThat(connecting.get()).isNull();
            try (AsynchronousSocketChannel server = accepting.get()) {
                assertThat(client.getRemoteAddress()).isEqualTo(stack.reachable(listener));
                assertThat(server.getLocalAddress()).isEqualTo(client.getRemoteAddress());
                assertThat(server.getRemoteAddress()).isEqualTo(client.getLocalAddress());
                assertThat(server.provider()).isSameAs(stack.peer);
                assertThatThrownBy(() -> client.connect(stack.reachable(listener)))
                        .isInstanceOf(AlreadyConnectedException.class);
                assertThatThrownBy(() -> client.bind(null)).isInstanceOf(AlreadyBoundException.class);
                assertThat(client.toString()).contains("[connected local=");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(AsynchronousStack.class)
    void aBoundChannelKeepsItsPort(AsynchronousStack stack) throws Exception {
        try (AsynchronousServerSocketChannel listener = stack.listen();
                AsynchronousSocketChannel client = stack.open()) {
            client.bind(stack.clientAddress());
            int port = ((InetSocketAddress) client.getLocalAddress()).getPort();
            assertThatThrownBy(() -> client.bind(stack.clientAddress())).isInstanceOf(AlreadyBoundException.class);

            client.connect(stack.reachable(listener)).get();

            assertThat(((InetSocketAddress) client.getLocalAddress()).getPort()).isEqualTo(port);
        }
    }

    @ParameterizedTest
    @EnumSource(AsynchronousStack.class)
    void transfersByFuturesAndByHandlers(AsynchronousStack stack) throws Exception {
        try (Pair pair = stack.connect()) {
            ByteBuffer received = ByteBuffer.allocate(10);
            Future<Integer> reading = pair.server().read(received);
            assertThat(pair.client().write(TestedStack.bytes(4)).get()).isEqualTo(4);
            assertThat(reading.get()).isEqualTo(4);
            assertThat(reading.isDone()).isTrue();
            assertThat(reading.cancel(true)).isFalse();

            Outcome<Integer> read = new Outcome<>();
            Outcome<Integer> written = new Outcome<>();
            pair.client().read(received, "r", read);
            pair.server().write(TestedStack.bytes(5), "w", written);

            assertThat(written.get()).isEqualTo(5);
            assertThat(written.attachment()).isEqualTo("w");
            assertThat(read.get()).isEqualTo(5);
            assertThat(read.attachment()).isEqualTo("r");
            assertThat(received.position()).isEqualTo(9);
        }
    }

    @ParameterizedTest
    @EnumSource(AsynchronousStack.class)
    void scattersAndGathers(AsynchronousStack stack) throws Exception {
        try (Pair pair = stack.connect()) {
            ByteBuffer[] sources = {TestedStack.bytes(3), ByteBuffer.allocate(0), TestedStack.bytes(4), null};
            ByteBuffer[] destinations = {null, ByteBuffer.allocate(5), ByteBuffer.allocate(5)};
            Outcome<Long> written = new Outcome<>();
            Outcome<Long> read = new Outcome<>();

            pair.client().write(sources, 0, 3, 0, SECONDS, "w", written);
            assertThat(written.get()).isEqualTo(7L);
            pair.server().read(destinations, 1, 2, 0, SECONDS, "r", read);

            assertThat(read.get()).isEqualTo(7L);
            assertThat(destinations[1].position()).isEqualTo(5);
            assertThat(destinations[2].position()).isEqualTo(2);
            assertThatThrownBy(() -> pair.server().read(destinations, 1, 3, 0, SECONDS, "", new Outcome<>()))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> pair.server().write(sources, -1, 1, 0, SECONDS, "", new Outcome<>()))
                    .isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(AsynchronousStack.class)
    void buffersWithoutRoomOrBytesAreDoneAtOnce(AsynchronousStack stack) throws Exception {
        try (Pair pair = stack.connect()) {
            ByteBuffer empty = ByteBuffer.allocate(0);
            Outcome<Integer> read = new Outcome<>();
            Outcome<Long> scattered = new Outcome<>();
            Outcome<Long> gathered = new Outcome<>();

            pair.client().read(empty, "", read);
            assertThat(read.get()).isZero();
            pair.client().read(new ByteBuffer[] {empty}, 0, 1, 0, SECONDS, "", scattered);
            pair.client().write(new ByteBuffer[] {empty, empty}, 0, 2, 0, SECONDS, "", gathered);

            assertThat(pair.client().read(empty).get()).isZero();
            assertThat(pair.client().write(empty).get()).isZero();
            assertThat(gathered.get()).isZero();
            // The JDK has an event wait for that in some groups, for bytes then.
            pair.server().write(TestedStack.bytes(1)).get();
            assertThat(scattered.get()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(AsynchronousStack.class)
    void refusesReadOnlyBuffersAndMissingHandlers(AsynchronousStack stack) throws Exception {
        try (Pair pair = stack.connect()) {
            ByteBuffer readOnly = ByteBuffer.allocate(1).asReadOnlyBuffer();
            assertThatThrownBy(() -> pair.client().read(readOnly)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> pair.client().read(readOnly, "", new Outcome<>()))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() ->
                            pair.client().read(new ByteBuffer[] {readOnly}, 0, 1, 0, SECONDS, "", new Outcome<>()))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> pair.client().read(readOnly, "", null)).isInstanceOf(NullPointerException.class);
            assertThatThrownBy(() -> pair.client().write(readOnly, "", null)).isInstanceOf(NullPointerException.class);
            assertThatThrownBy(() -> pair.client().read((ByteBuffer) null)).isInstanceOf(NullPointerException.class);
            assertThatThrownBy(() -> pair.client().write((ByteBuffer) null)).isInstanceOf(NullPointerException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(AsynchronousStack.class)
    void allowsOneReadAtATime(AsynchronousStack stack) throws Exception {
        try (Pair pair = stack.connect()) {
            Future<Integer> reading = pair.client().read(ByteBuffer.allocate(1));

            assertThatThrownBy(() -> pair.client().read(ByteBuffer.allocate(1)))
                    .isInstanceOf(ReadPendingException.class);
            assertThatThrownBy(() -> pair.client().read(ByteBuffer.allocate(0)))
                    .isInstanceOf(ReadPendingException.class);
            pair.server().write(TestedStack.bytes(2)).get();

            assertThat(reading.get()).isEqualTo(1);
            assertThat(pair.client().read(ByteBuffer.allocate(1)).get()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(AsynchronousStack.class)
    void allowsOneWriteAtATimeAndWritesPartsOfABuffer(AsynchronousStack stack) throws Exception {
        try (Pair pair = stack.connect()) {
            AtomicLong taken = new AtomicLong();
            Future<Integer> last = fill(pair.client(), taken);
            assertThatThrownBy(() -> pair.client().write(TestedStack.bytes(1)))
                    .isInstanceOf(WritePendingException.class);

            // What was taken before has to be read for the last write to end, and no more: a read for more might wait
            // for ever.
            long read = read(pair, 0, taken.get());
            long total = taken.get() + last.get();

            assertThat(last.get()).isPositive();
            assertThat(read(pair, read, total)).isEqualTo(total);
        }
    }

    /** Writes until a write waits, and not only for a moment; adds up what those before it wrote. */
    private static Future<Integer> fill(AsynchronousSocketChannel channel, AtomicLong written) throws Exception {
        while (true) {
            Future<Integer> writing = channel.write(TestedStack.bytes(1 << 20));
            try {
                written.addAndGet(writing.get(200, TimeUnit.MILLISECONDS));
            } catch (TimeoutException e) {
                return writing;
            }
        }
    }

    /** Reads until {@code end} bytes have been read, of which {@code before} have been; how many it is then. */
    private static long read(Pair pair, long before, long end) throws Exception {
        ByteBuffer destination = ByteBuffer.allocate(1 << 20);
        long read = before;
        while (read < end) {
            read += pair.server().read(destination.clear()).get();
        }
        return read;
    }

    @ParameterizedTest
    @EnumSource(AsynchronousStack.class)
    void readsTheEndOfTheStreamAndWritesOn(AsynchronousStack stack) throws Exception {
        try (Pair pair = stack.connect()) {
            Future<Integer> reading = pair.server().read(ByteBuffer.allocate(1));

            assertThat(pair.client().shutdownOutput()).isSameAs(pair.client());

            assertThat(reading.get()).isEqualTo(-1);
            assertThat(pair.server().read(ByteBuffer.allocate(1)).get()).isEqualTo(-1);
            assertThat(failure(pair.client().write(TestedStack.bytes(1))))
                    .isExactlyInstanceOf(ClosedChannelException.class);
            assertThatThrownBy(() -> pair.client().setOption(StandardSocketOptions.TCP_NODELAY, true))
                    .isInstanceOf(IOException.class)
                    .hasMessage("Connection has been shutdown for writing");
            pair.server().write(TestedStack.bytes(1)).get();
            assertThat(pair.client().read(ByteBuffer.allocate(9)).get()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(AsynchronousStack.class)
    void aShutInputIsTheEndOfTheStreamForAPendingReadToo(AsynchronousStack stack) throws Exception {
        try (Pair pair = stack.connect()) {
            Outcome<Integer> reading = new Outcome<>();
            pair.client().read(ByteBuffer.allocate(1), "", reading);

            pair.client().shutdownInput();

            assertThat(reading.get()).isEqualTo(-1);
            assertThat(pair.client().read(ByteBuffer.allocate(1)).get()).isEqualTo(-1);
            assertThat(pair.client().read(ByteBuffer.allocate(0)).get()).isEqualTo(-1);
            pair.client().write(TestedStack.bytes(1)).get();
            assertThat(pair.server().read(ByteBuffer.allocate(9)).get()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(AsynchronousStack.class)
    void closingEndsWhatIsPending(AsynchronousStack stack) throws Exception {
        try (Pair byFuture = stack.connect();
                Pair byHandler = stack.connect();
                Pair full = stack.connect()) {
            Future<Integer> reading = byFuture.client().read(ByteBuffer.allocate(1));
            Outcome<Integer> handled = new Outcome<>();
            byHandler.client().read(ByteBuffer.allocate(1), "", handled);
            Future<Integer> writing = fill(full.client(), new AtomicLong());

            byFuture.client().close();
            byHandler.client().close();
            full.client().close();

            assertThat(failure(reading)).isExactlyInstanceOf(AsynchronousCloseException.class);
            assertThat(handled.failure()).isExactlyInstanceOf(AsynchronousCloseException.class);
            assertThat(failure(writing)).isExactlyInstanceOf(AsynchronousCloseException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(AsynchronousStack.class)
    void aResetEndsAPendingRead(AsynchronousStack stack) throws Exception {
        try (Pair pair = stack.connect()) {
            pair.client().write(TestedStack.bytes(9)).get();
            pair.server().read(ByteBuffer.allocate(1)).get();
            Outcome<Integer> reading = new Outcome<>();
            pair.client().read(ByteBuffer.allocate(1), "", reading);

            // With bytes unread.
            pair.server().close();

            assertThat(reading.failure()).isExactlyInstanceOf(IOException.class).hasMessage("Connection reset");
            assertThat(pair.client().isOpen()).isTrue();
            for (int i = 0; i < 2; i++) {
                assertThat(pair.client().read(ByteBuffer.allocate(1)).get()).isEqualTo(-1);
            }
            Future<Integer> writing = pair.client().write(ByteBuffer.allocate(1));
            assertThat(failure(writing)).isExactlyInstanceOf(IOException.class).hasMessage("Broken pipe");
        }
    }

    @ParameterizedTest
    @EnumSource(AsynchronousStack.class)
    void hasTheOptionsOfTheJdks(AsynchronousStack stack) throws Exception {
        try (Pair pair = stack.connect();
                AsynchronousSocketChannel unconnected = stack.open();
                AsynchronousSocketChannel jdk = AsynchronousStack.JDK.open()) {
            for (AsynchronousSocketChannel channel : new AsynchronousSocketChannel[] {unconnected, pair.client()}) {
                assertThat(channel.supportedOptions()).containsAll(jdk.supportedOptions());
                assertThat(channel.supportedOptions()).doesNotContain(StandardSocketOptions.SO_LINGER);
                assertThat(channel.setOption(StandardSocketOptions.TCP_NODELAY, true))
                        .isSameAs(channel);
                assertThat(channel.getOption(StandardSocketOptions.TCP_NODELAY)).isTrue();
                assertThatThrownBy(() -> channel.setOption(StandardSocketOptions.SO_LINGER, 1))
                        .isInstanceOf(UnsupportedOperationException.class);
                assertThatThrownBy(() -> channel.getOption(StandardSocketOptions.IP_MULTICAST_TTL))
                        .isInstanceOf(UnsupportedOperationException.class);
                assertThatThrownBy(() -> channel.getOption(null)).isInstanceOf(NullPointerException.class);
                assertThatThrownBy(() -> channel.setOption(StandardSocketOptions.SO_SNDBUF, -1))
                        .isInstanceOf(IllegalArgumentException.class);
            }
        }
    }

    static Throwable failure(Future<?> future) throws InterruptedException {
        try {
            throw new AssertionError("succeeded with " + future.get());
        } catch (ExecutionException e) {
            return e.getCause();
        }
    }
}
