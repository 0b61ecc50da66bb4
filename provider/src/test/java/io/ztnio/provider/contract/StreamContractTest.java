package io.ztnio.provider.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ztnio.provider.contract.TestedStack.Pair;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NoConnectionPendingException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
@SuppressWarnings("try") // closing is what is tested
class StreamContractTest {
    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void startsOpenBlockingUnboundAndUnconnected(TestedStack stack) throws IOException {
        try (SocketChannel channel = stack.provider.openSocketChannel()) {
            assertThat(channel.isOpen()).isTrue();
            assertThat(channel.isBlocking()).isTrue();
            assertThat(channel.isConnected()).isFalse();
            assertThat(channel.isConnectionPending()).isFalse();
            assertThat(channel.getLocalAddress()).isNull();
            assertThat(channel.getRemoteAddress()).isNull();
            assertThat(channel.provider()).isSameAs(stack.provider);
            assertThat(channel.validOps())
                    .isEqualTo(SelectionKey.OP_CONNECT | SelectionKey.OP_READ | SelectionKey.OP_WRITE);
            assertThat(channel).hasToString("java.nio.channels.SocketChannel[unconnected]");
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void refusesUnusableAddressesAndStaysOpen(TestedStack stack) throws IOException {
        try (SocketChannel channel = stack.provider.openSocketChannel()) {
            assertThatThrownBy(() -> channel.connect(null)).isInstanceOf(NullPointerException.class);
            assertThatThrownBy(() -> channel.connect(UnixDomainSocketAddress.of("x")))
                    .isInstanceOf(UnsupportedAddressTypeException.class);
            assertThatThrownBy(() -> channel.connect(InetSocketAddress.createUnresolved("nowhere.invalid", 1)))
                    .isInstanceOf(UnresolvedAddressException.class);

            assertThat(channel.isOpen()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void saysWhenItIsNotConnected(TestedStack stack) throws IOException {
        try (SocketChannel channel = stack.provider.openSocketChannel()) {
            assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1))).isInstanceOf(NotYetConnectedException.class);
            assertThatThrownBy(() -> channel.write(TestedStack.bytes(1))).isInstanceOf(NotYetConnectedException.class);
            assertThatThrownBy(channel::finishConnect).isInstanceOf(NoConnectionPendingException.class);
            assertThatThrownBy(channel::shutdownInput).isInstanceOf(NotYetConnectedException.class);
            assertThatThrownBy(channel::shutdownOutput).isInstanceOf(NotYetConnectedException.class);

            assertThat(channel.isOpen()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void saysWhenItIsClosed(TestedStack stack) throws IOException {
        SocketChannel channel = stack.provider.openSocketChannel();
        channel.close();
        channel.close();

        assertThatThrownBy(() -> channel.connect(stack.address(1))).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(() -> channel.bind(null)).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1))).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(channel::finishConnect).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(channel::getLocalAddress).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(channel::getRemoteAddress).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(() -> channel.getOption(StandardSocketOptions.SO_RCVBUF))
                .isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(() -> channel.configureBlocking(false)).isInstanceOf(ClosedChannelException.class);
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void closesWhenTheConnectIsRefused(TestedStack stack) throws IOException {
        InetSocketAddress refusing = stack.refusing();
        SocketChannel channel = stack.provider.openSocketChannel();

        assertThatThrownBy(() -> channel.connect(refusing))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("Connection refused");

        assertThat(channel.isOpen()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void closesWhenANonBlockingConnectIsRefused(TestedStack stack) throws IOException {
        InetSocketAddress refusing = stack.refusing();
        try (SocketChannel channel = stack.provider.openSocketChannel();
                Selector selector = stack.selector()) {
            channel.configureBlocking(false);
            SelectionKey key = channel.register(selector, SelectionKey.OP_CONNECT);

            assertThatThrownBy(() -> {
                        if (!channel.connect(refusing)) {
                            assertThat(selector.select()).isEqualTo(1);
                            assertThat(key.isConnectable()).isTrue();
                            channel.finishConnect();
                        }
                    })
                    .isInstanceOf(ConnectException.class);

            assertThat(channel.isOpen()).isFalse();
            assertThat(key.isValid()).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void knowsItsAddressesOnceConnected(TestedStack stack) throws IOException {
        try (ServerSocketChannel listener = stack.listen();
                SocketChannel client = stack.provider.openSocketChannel()) {
            boolean connected = client.connect(stack.reachable(listener));

            try (SocketChannel server = listener.accept()) {
                assertThat(connected).isTrue();
                assertThat(client.isConnected()).isTrue();
                assertThat(client.finishConnect()).isTrue();
                assertThat(client.getRemoteAddress()).isEqualTo(stack.reachable(listener));
                assertThat(server.getLocalAddress()).isEqualTo(client.getRemoteAddress());
                assertThat(server.getRemoteAddress()).isEqualTo(client.getLocalAddress());
                assertThat(server.provider()).isSameAs(stack.peer);
                assertThat(server.isBlocking()).isTrue();
                assertThatThrownBy(() -> client.connect(stack.reachable(listener)))
                        .isInstanceOf(AlreadyConnectedException.class);
                assertThat(client.isOpen()).isTrue();
                assertThat(client.toString()).startsWith("java.nio.channels.SocketChannel[connected local=");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void keepsABoundPortWhicheverStackItConnectsTo(TestedStack stack) throws IOException {
        try (ServerSocketChannel listener = stack.listen();
                SocketChannel client = stack.provider.openSocketChannel()) {
            client.bind(null);
            int port = ((InetSocketAddress) client.getLocalAddress()).getPort();

            client.connect(stack.reachable(listener));

            assertThat(port).isPositive();
            assertThat(((InetSocketAddress) client.getLocalAddress()).getPort()).isEqualTo(port);
            assertThatThrownBy(() -> client.bind(null)).isInstanceOf(AlreadyBoundException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void writesEverythingInBlockingMode(TestedStack stack) throws Exception {
        try (Pair pair = stack.connect()) {
            int size = 4 << 20;
            ByteBuffer sent = TestedStack.bytes(size);

            Background<Integer> writing = Background.start(() -> pair.client().write(sent));
            ByteBuffer received = ByteBuffer.allocate(size);
            while (received.hasRemaining()) {
                assertThat(pair.server().read(received)).isPositive();
            }

            assertThat(writing.get()).isEqualTo(size);
            assertThat(received.flip()).isEqualTo(TestedStack.bytes(size));
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void gathersAndScattersInOrderSkippingEmptyBuffers(TestedStack stack) throws IOException {
        try (Pair pair = stack.connect()) {
            ByteBuffer[] sent = {
                TestedStack.bytes(3), ByteBuffer.allocate(0), TestedStack.bytes(5), TestedStack.bytes(2)
            };
            ByteBuffer[] received = {ByteBuffer.allocate(1), ByteBuffer.allocate(0), ByteBuffer.allocate(7)};

            assertThat(pair.client().write(sent, 0, 3)).isEqualTo(8);
            long count = 0;
            while (count < 8) {
                count += pair.server().read(received);
            }

            assertThat(sent[3].remaining()).isEqualTo(2);
            assertThat(received[0].get(0)).isEqualTo(TestedStack.bytes(3).get(0));
            assertThat(received[2].get(0)).isEqualTo(TestedStack.bytes(3).get(1));
            assertThat(received[2].get(2)).isEqualTo(TestedStack.bytes(5).get(0));
            assertThat(pair.client().write(sent, 0, 0)).isZero();
            assertThatThrownBy(() -> pair.client().write(sent, 3, 2)).isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void checksTheBufferOfARead(TestedStack stack) throws IOException {
        try (Pair pair = stack.connect()) {
            ByteBuffer readOnly = ByteBuffer.allocate(1).asReadOnlyBuffer();

            assertThatThrownBy(() -> pair.client().read(readOnly))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("Read-only buffer");
            assertThat(pair.client().read(ByteBuffer.allocate(0))).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void readsNothingInNonBlockingModeWhateverTheInterruptStatus(TestedStack stack) throws IOException {
        try (Pair pair = stack.connect()) {
            pair.client().configureBlocking(false);
            Thread.currentThread().interrupt();

            int count = pair.client().read(ByteBuffer.allocate(1));

            assertThat(Thread.interrupted()).isTrue();
            assertThat(count).isZero();
            assertThat(pair.client().isOpen()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void writesNothingMoreWhenThereIsNoRoom(TestedStack stack) throws IOException {
        try (Pair pair = stack.connect()) {
            pair.client().configureBlocking(false);
            ByteBuffer chunk = TestedStack.bytes(1 << 20);
            long total = 0;

            int count;
            do {
                chunk.rewind();
                count = pair.client().write(chunk);
                assertThat(chunk.position()).isEqualTo(count);
                total += count;
            } while (count > 0);

            assertThat(total).isPositive();
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void keepsReadingAfterItHasFinishedWriting(TestedStack stack) throws IOException {
        try (Pair pair = stack.connect()) {
            ByteBuffer buffer = ByteBuffer.allocate(8);

            pair.client().write(TestedStack.bytes(2));
            pair.client().shutdownOutput();
            pair.client().shutdownOutput();

            assertThat(pair.server().read(buffer)).isEqualTo(2);
            assertThat(pair.server().read(buffer)).isEqualTo(-1);
            assertThat(pair.server().read(buffer)).isEqualTo(-1);
            pair.server().write(TestedStack.bytes(3));
            assertThat(pair.client().read(buffer)).isEqualTo(3);
            assertThatThrownBy(() -> pair.client().write(TestedStack.bytes(1)))
                    .isInstanceOf(ClosedChannelException.class);
            assertThat(pair.client().isOpen()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void readsTheEndAfterShutdownInput(TestedStack stack) throws IOException {
        try (Pair pair = stack.connect()) {
            pair.client().shutdownInput();
            pair.client().shutdownInput();

            assertThat(pair.client().read(ByteBuffer.allocate(1))).isEqualTo(-1);
            assertThat(pair.client().read(ByteBuffer.allocate(0))).isEqualTo(-1);
            assertThat(pair.client().write(TestedStack.bytes(1))).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void endsABlockedReadWhenTheInputIsShut(TestedStack stack) throws Exception {
        try (Pair pair = stack.connect()) {
            Background<Integer> reading = Background.start(() -> pair.client().read(ByteBuffer.allocate(1)))
                    .settle();

            pair.client().shutdownInput();

            assertThat(reading.get()).isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void tellsABlockedReaderThatTheChannelWasClosed(TestedStack stack) throws Exception {
        try (Pair pair = stack.connect()) {
            Background<Integer> reading = Background.start(() -> pair.client().read(ByteBuffer.allocate(1)))
                    .settle();

            pair.client().close();

            assertThat(reading.failure()).isInstanceOf(ClosedChannelException.class);
            assertThat(pair.server().read(ByteBuffer.allocate(1))).isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void tellsABlockedWriterThatTheChannelWasClosed(TestedStack stack) throws Exception {
        try (Pair pair = stack.connect()) {
            Background<Integer> writing = Background.start(() -> {
                while (true) {
                    pair.client().write(TestedStack.bytes(1 << 20));
                }
            });
            writing.settle();

            pair.client().close();

            assertThat(writing.failure()).isInstanceOf(ClosedChannelException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void neverTakesAnInterruptForACloseHoweverTheyRace(TestedStack stack) throws Exception {
        // The race is one of our channels; the operating system's are the JDK's own.
        int rounds = stack.isVirtual() ? 200 : 10;
        for (int i = 0; i < rounds; i++) {
            try (Pair pair = stack.connect()) {
                Background<Integer> reading =
                        Background.start(() -> pair.client().read(ByteBuffer.allocate(1)));

                reading.interrupt();

                assertThat(reading.failure()).isInstanceOf(ClosedByInterruptException.class);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void closesOnInterruptAndKeepsTheStatus(TestedStack stack) throws Exception {
        try (Pair pair = stack.connect()) {
            Background<Integer> reading = Background.start(() -> pair.client().read(ByteBuffer.allocate(1)))
                    .settle();

            reading.interrupt();

            assertThat(reading.failure()).isInstanceOf(ClosedByInterruptException.class);
            assertThat(reading.wasInterruptedAfterwards()).isTrue();
            assertThat(pair.client().isOpen()).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void closesAtOnceWhenInterruptedBeforeABlockingRead(TestedStack stack) throws IOException {
        try (Pair pair = stack.connect()) {
            Thread.currentThread().interrupt();

            assertThatThrownBy(() -> pair.client().read(ByteBuffer.allocate(1)))
                    .isInstanceOf(ClosedByInterruptException.class);

            assertThat(Thread.interrupted()).isTrue();
            assertThat(pair.client().isOpen()).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void refusesToWriteAfterItsOutputWasShutAsynchronously(TestedStack stack) throws Exception {
        try (Pair pair = stack.connect()) {
            Background<Integer> writing = Background.start(() -> {
                while (true) {
                    pair.client().write(TestedStack.bytes(1 << 20));
                }
            });
            writing.settle();

            pair.client().shutdownOutput();

            assertThat(writing.failure()).isInstanceOf(AsynchronousCloseException.class);
            assertThat(pair.client().isOpen()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void resetsThePeerWhenClosedWithLingerZero(TestedStack stack) throws IOException {
        try (Pair pair = stack.connect()) {
            pair.client().setOption(StandardSocketOptions.SO_LINGER, 0);

            pair.client().close();

            assertThatThrownBy(() -> pair.server().read(ByteBuffer.allocate(1)))
                    .isInstanceOf(SocketException.class)
                    .hasMessage("Connection reset");
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void aBlockedWriterLearnsThatAHalfClosedPeerIsGone(TestedStack stack) throws Exception {
        try (Pair pair = stack.connect()) {
            pair.client().shutdownOutput();
            assertThat(pair.server().read(ByteBuffer.allocate(1))).isEqualTo(-1);
            Background<Integer> writing = Background.start(() -> {
                while (true) {
                    pair.server().write(TestedStack.bytes(1 << 20));
                }
            });
            pair.client().read(ByteBuffer.allocate(1000));
            writing.settle();

            pair.client().close();

            assertThat(writing.failure()).isInstanceOf(IOException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void carriesOptionsIntoTheStackThatIsChosen(TestedStack stack) throws IOException {
        try (ServerSocketChannel listener = stack.listen();
                SocketChannel client = stack.provider.openSocketChannel()) {
            assertThat(client.getOption(StandardSocketOptions.TCP_NODELAY)).isFalse();
            assertThat(client.getOption(StandardSocketOptions.SO_LINGER)).isEqualTo(-1);

            assertThat(client.setOption(StandardSocketOptions.TCP_NODELAY, true))
                    .isSameAs(client);
            client.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
            boolean before = client.getOption(StandardSocketOptions.TCP_NODELAY);
            client.connect(stack.reachable(listener));

            assertThat(before).isTrue();
            assertThat(client.getOption(StandardSocketOptions.TCP_NODELAY)).isTrue();
            assertThat(client.getOption(StandardSocketOptions.SO_KEEPALIVE)).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void refusesWrongOptionsBeforeAndAfterTheDecision(TestedStack stack) throws IOException {
        try (ServerSocketChannel listener = stack.listen();
                SocketChannel client = stack.provider.openSocketChannel()) {
            for (int round = 0; round < 2; round++) {
                assertThatThrownBy(() -> client.setOption(null, 1)).isInstanceOf(NullPointerException.class);
                assertThatThrownBy(() -> client.setOption(StandardSocketOptions.SO_BROADCAST, null))
                        .isInstanceOfAny(UnsupportedOperationException.class, IllegalArgumentException.class);
                assertThatThrownBy(() -> client.setOption(StandardSocketOptions.SO_RCVBUF, null))
                        .isInstanceOf(IllegalArgumentException.class);
                assertThatThrownBy(() -> client.setOption(StandardSocketOptions.SO_RCVBUF, -1))
                        .isInstanceOf(IllegalArgumentException.class);
                assertThatThrownBy(() -> client.getOption(StandardSocketOptions.IP_MULTICAST_IF))
                        .isInstanceOf(UnsupportedOperationException.class);
                if (round == 0) {
                    client.connect(stack.reachable(listener));
                }
            }
            assertThat(client.supportedOptions())
                    .contains(
                            StandardSocketOptions.SO_SNDBUF,
                            StandardSocketOptions.SO_RCVBUF,
                            StandardSocketOptions.SO_KEEPALIVE,
                            StandardSocketOptions.SO_REUSEADDR,
                            StandardSocketOptions.SO_LINGER,
                            StandardSocketOptions.TCP_NODELAY);
        }
    }
}
