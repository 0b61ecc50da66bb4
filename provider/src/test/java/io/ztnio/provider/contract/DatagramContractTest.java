package io.ztnio.provider.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
@SuppressWarnings("try") // closing is what is tested
class DatagramContractTest {
    private static DatagramChannel bound(TestedStack stack) throws IOException {
        return stack.peer.openDatagramChannel(StandardProtocolFamily.INET).bind(v4(stack.bindAddress()));
    }

    private static InetSocketAddress v4(InetSocketAddress address) {
        return address.getAddress().isAnyLocalAddress()
                ? new InetSocketAddress(TestedStack.ipv4(0, 0, 0, 0), address.getPort())
                : address;
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void startsUnboundAndUnconnected(TestedStack stack) throws IOException {
        try (DatagramChannel channel = stack.provider.openDatagramChannel()) {
            assertThat(channel.getLocalAddress()).isNull();
            assertThat(channel.getRemoteAddress()).isNull();
            assertThat(channel.isConnected()).isFalse();
            assertThat(channel.validOps()).isEqualTo(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
            assertThat(channel.getOption(StandardSocketOptions.SO_BROADCAST)).isFalse();
            assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1))).isInstanceOf(NotYetConnectedException.class);
            assertThatThrownBy(() -> channel.write(TestedStack.bytes(1))).isInstanceOf(NotYetConnectedException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void keepsTheBoundariesOfDatagrams(TestedStack stack) throws IOException {
        try (DatagramChannel a = bound(stack);
                DatagramChannel b = stack.provider.openDatagramChannel(StandardProtocolFamily.INET)) {
            ByteBuffer small = ByteBuffer.allocate(3);

            assertThat(b.send(TestedStack.bytes(5), stack.reachable(a))).isEqualTo(5);
            assertThat(b.send(TestedStack.bytes(0), stack.reachable(a))).isZero();
            assertThat(b.send(TestedStack.bytes(2), stack.reachable(a))).isEqualTo(2);
            SocketAddress first = a.receive(small);
            int truncated = small.position();
            small.clear();
            SocketAddress second = a.receive(small);
            int empty = small.position();
            a.receive(small);

            assertThat(b.getLocalAddress()).isNotNull();
            assertThat(first).isEqualTo(stack.reachable(b)).isEqualTo(second);
            assertThat(truncated).isEqualTo(3);
            assertThat(empty).isZero();
            assertThat(small.position()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void answersWhoeverAsked(TestedStack stack) throws IOException {
        try (DatagramChannel server = bound(stack);
                DatagramChannel client = stack.provider.openDatagramChannel(StandardProtocolFamily.INET)) {
            client.connect(stack.reachable(server));
            assertThat(client.write(TestedStack.bytes(4))).isEqualTo(4);

            ByteBuffer received = ByteBuffer.allocate(10);
            SocketAddress asker = server.receive(received);
            server.send(received.flip(), asker);
            ByteBuffer answer = ByteBuffer.allocate(10);
            int size = client.read(answer);

            assertThat(size).isEqualTo(4);
            assertThat(asker).isEqualTo(client.getLocalAddress());
            assertThat(client.getRemoteAddress()).isEqualTo(stack.reachable(server));
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void connectsOnceAndKeepsItsPortWhenDisconnected(TestedStack stack) throws IOException {
        try (DatagramChannel server = bound(stack);
                DatagramChannel client = stack.provider.openDatagramChannel(StandardProtocolFamily.INET)) {
            client.disconnect();
            client.connect(stack.reachable(server));
            int port = ((InetSocketAddress) client.getLocalAddress()).getPort();

            assertThatThrownBy(() -> client.connect(stack.reachable(server)))
                    .isInstanceOf(AlreadyConnectedException.class);
            assertThatThrownBy(() -> client.send(TestedStack.bytes(1), stack.address(1)))
                    .isInstanceOf(AlreadyConnectedException.class);
            client.disconnect();

            assertThat(client.isConnected()).isFalse();
            assertThat(client.getRemoteAddress()).isNull();
            assertThat(((InetSocketAddress) client.getLocalAddress()).getPort()).isEqualTo(port);
            assertThatThrownBy(() -> client.bind(null)).isInstanceOf(AlreadyBoundException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void refusesPortZeroAndDatagramsThatAreTooLong(TestedStack stack) throws IOException {
        try (DatagramChannel channel = stack.provider.openDatagramChannel(StandardProtocolFamily.INET)) {
            assertThatThrownBy(() -> channel.send(TestedStack.bytes(1), stack.address(0)))
                    .isInstanceOf(SocketException.class);
            assertThatThrownBy(() -> channel.connect(stack.address(0))).isInstanceOf(SocketException.class);
            assertThatThrownBy(() -> channel.send(TestedStack.bytes(65_535), stack.address(9)))
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("Message too long");
            channel.connect(stack.address(9));
            assertThatThrownBy(() -> channel.write(TestedStack.bytes(65_535)))
                    .isExactlyInstanceOf(IOException.class)
                    .hasMessageContaining("Message too long");
            assertThat(channel.isOpen()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void receivesNothingInNonBlockingMode(TestedStack stack) throws IOException {
        try (DatagramChannel channel = bound(stack)) {
            channel.configureBlocking(false);

            assertThat(channel.receive(ByteBuffer.allocate(1))).isNull();
            assertThatThrownBy(() -> channel.receive(ByteBuffer.allocate(1).asReadOnlyBuffer()))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void waitsForADatagramInBlockingMode(TestedStack stack) throws Exception {
        try (DatagramChannel a = bound(stack);
                DatagramChannel b = stack.provider.openDatagramChannel(StandardProtocolFamily.INET)) {
            Background<SocketAddress> receiving =
                    Background.start(() -> a.receive(ByteBuffer.allocate(9))).settle();

            b.send(TestedStack.bytes(1), stack.reachable(a));

            assertThat(receiving.get()).isEqualTo(stack.reachable(b));
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void endsABlockedReceiveByCloseAndByInterrupt(TestedStack stack) throws Exception {
        try (DatagramChannel a = bound(stack);
                DatagramChannel b = bound(stack)) {
            Background<SocketAddress> closed =
                    Background.start(() -> a.receive(ByteBuffer.allocate(9))).settle();
            Background<SocketAddress> interrupted =
                    Background.start(() -> b.receive(ByteBuffer.allocate(9))).settle();

            a.close();
            interrupted.interrupt();

            assertThat(closed.failure()).isInstanceOf(ClosedChannelException.class);
            assertThat(interrupted.failure()).isInstanceOf(ClosedByInterruptException.class);
            assertThat(b.isOpen()).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void gathersIntoOneDatagramAndScattersIt(TestedStack stack) throws IOException {
        try (DatagramChannel server = bound(stack);
                DatagramChannel client = stack.provider.openDatagramChannel(StandardProtocolFamily.INET)) {
            client.connect(stack.reachable(server));
            server.connect(client.getLocalAddress());
            ByteBuffer[] received = {ByteBuffer.allocate(1), ByteBuffer.allocate(0), ByteBuffer.allocate(8)};

            assertThat(client.write(new ByteBuffer[] {TestedStack.bytes(2), TestedStack.bytes(3)}))
                    .isEqualTo(5);
            long size = server.read(received);

            assertThat(size).isEqualTo(5);
            assertThat(received[0].position()).isEqualTo(1);
            assertThat(received[2].position()).isEqualTo(4);
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void isSelectedWhenADatagramIsThere(TestedStack stack) throws IOException {
        try (DatagramChannel a = bound(stack);
                DatagramChannel b = stack.provider.openDatagramChannel(StandardProtocolFamily.INET);
                Selector selector = stack.selector()) {
            a.configureBlocking(false);
            SelectionKey key = a.register(selector, SelectionKey.OP_READ);

            assertThat(selector.selectNow()).isZero();
            b.send(TestedStack.bytes(1), stack.reachable(a));
            int selected = selector.select();

            assertThat(selected).isEqualTo(1);
            assertThat(key.readyOps()).isEqualTo(SelectionKey.OP_READ);
            assertThat(a.receive(ByteBuffer.allocate(4))).isNotNull();
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void canAlwaysBeWrittenEvenBeforeItIsBound(TestedStack stack) throws IOException {
        try (DatagramChannel channel = stack.provider.openDatagramChannel(StandardProtocolFamily.INET);
                Selector selector = stack.selector()) {
            channel.configureBlocking(false);
            SelectionKey key = channel.register(selector, SelectionKey.OP_WRITE);

            assertThat(selector.select()).isEqualTo(1);
            assertThat(key.isWritable()).isTrue();
        }
    }
}
