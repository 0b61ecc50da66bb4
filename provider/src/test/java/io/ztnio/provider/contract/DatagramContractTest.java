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
    private static DatagramChannel bound(World world) throws IOException {
        return world.provider.openDatagramChannel(StandardProtocolFamily.INET).bind(v4(world.bindAddress()));
    }

    private static InetSocketAddress v4(InetSocketAddress address) {
        return address.getAddress().isAnyLocalAddress()
                ? new InetSocketAddress(World.ipv4(0, 0, 0, 0), address.getPort())
                : address;
    }

    private static InetSocketAddress reachable(World world, DatagramChannel channel) throws IOException {
        return world.address(((InetSocketAddress) channel.getLocalAddress()).getPort());
    }

    @ParameterizedTest
    @EnumSource(World.class)
    void startsUnboundAndUnconnected(World world) throws IOException {
        try (DatagramChannel channel = world.provider.openDatagramChannel()) {
            assertThat(channel.getLocalAddress()).isNull();
            assertThat(channel.getRemoteAddress()).isNull();
            assertThat(channel.isConnected()).isFalse();
            assertThat(channel.validOps()).isEqualTo(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
            assertThat(channel.getOption(StandardSocketOptions.SO_BROADCAST)).isFalse();
            assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1))).isInstanceOf(NotYetConnectedException.class);
            assertThatThrownBy(() -> channel.write(World.bytes(1))).isInstanceOf(NotYetConnectedException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(World.class)
    void keepsTheBoundariesOfDatagrams(World world) throws IOException {
        try (DatagramChannel a = bound(world);
                DatagramChannel b = world.provider.openDatagramChannel(StandardProtocolFamily.INET)) {
            ByteBuffer small = ByteBuffer.allocate(3);

            assertThat(b.send(World.bytes(5), reachable(world, a))).isEqualTo(5);
            assertThat(b.send(World.bytes(0), reachable(world, a))).isZero();
            assertThat(b.send(World.bytes(2), reachable(world, a))).isEqualTo(2);
            SocketAddress first = a.receive(small);
            int truncated = small.position();
            small.clear();
            SocketAddress second = a.receive(small);
            int empty = small.position();
            a.receive(small);

            assertThat(b.getLocalAddress()).isNotNull();
            assertThat(first).isEqualTo(reachable(world, b)).isEqualTo(second);
            assertThat(truncated).isEqualTo(3);
            assertThat(empty).isZero();
            assertThat(small.position()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @EnumSource(World.class)
    void answersWhoeverAsked(World world) throws IOException {
        try (DatagramChannel server = bound(world);
                DatagramChannel client = world.provider.openDatagramChannel(StandardProtocolFamily.INET)) {
            client.connect(reachable(world, server));
            assertThat(client.write(World.bytes(4))).isEqualTo(4);

            ByteBuffer received = ByteBuffer.allocate(10);
            SocketAddress asker = server.receive(received);
            server.send(received.flip(), asker);
            ByteBuffer answer = ByteBuffer.allocate(10);
            int size = client.read(answer);

            assertThat(size).isEqualTo(4);
            assertThat(asker).isEqualTo(client.getLocalAddress());
            assertThat(client.getRemoteAddress()).isEqualTo(reachable(world, server));
        }
    }

    @ParameterizedTest
    @EnumSource(World.class)
    void connectsOnceAndKeepsItsPortWhenDisconnected(World world) throws IOException {
        try (DatagramChannel server = bound(world);
                DatagramChannel client = world.provider.openDatagramChannel(StandardProtocolFamily.INET)) {
            client.disconnect();
            client.connect(reachable(world, server));
            int port = ((InetSocketAddress) client.getLocalAddress()).getPort();

            assertThatThrownBy(() -> client.connect(reachable(world, server)))
                    .isInstanceOf(AlreadyConnectedException.class);
            assertThatThrownBy(() -> client.send(World.bytes(1), world.address(1)))
                    .isInstanceOf(AlreadyConnectedException.class);
            client.disconnect();

            assertThat(client.isConnected()).isFalse();
            assertThat(client.getRemoteAddress()).isNull();
            assertThat(((InetSocketAddress) client.getLocalAddress()).getPort()).isEqualTo(port);
            assertThatThrownBy(() -> client.bind(null)).isInstanceOf(AlreadyBoundException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(World.class)
    void refusesPortZeroAndDatagramsThatAreTooLong(World world) throws IOException {
        try (DatagramChannel channel = world.provider.openDatagramChannel(StandardProtocolFamily.INET)) {
            assertThatThrownBy(() -> channel.send(World.bytes(1), world.address(0)))
                    .isInstanceOf(SocketException.class);
            assertThatThrownBy(() -> channel.connect(world.address(0))).isInstanceOf(SocketException.class);
            assertThatThrownBy(() -> channel.send(World.bytes(65_535), world.address(9)))
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("Message too long");
            channel.connect(world.address(9));
            assertThatThrownBy(() -> channel.write(World.bytes(65_535)))
                    .isExactlyInstanceOf(IOException.class)
                    .hasMessageContaining("Message too long");
            assertThat(channel.isOpen()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(World.class)
    void receivesNothingInNonBlockingMode(World world) throws IOException {
        try (DatagramChannel channel = bound(world)) {
            channel.configureBlocking(false);

            assertThat(channel.receive(ByteBuffer.allocate(1))).isNull();
            assertThatThrownBy(() -> channel.receive(ByteBuffer.allocate(1).asReadOnlyBuffer()))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(World.class)
    void waitsForADatagramInBlockingMode(World world) throws Exception {
        try (DatagramChannel a = bound(world);
                DatagramChannel b = world.provider.openDatagramChannel(StandardProtocolFamily.INET)) {
            Background<SocketAddress> receiving =
                    Background.start(() -> a.receive(ByteBuffer.allocate(9))).settle();

            b.send(World.bytes(1), reachable(world, a));

            assertThat(receiving.get()).isEqualTo(reachable(world, b));
        }
    }

    @ParameterizedTest
    @EnumSource(World.class)
    void endsABlockedReceiveByCloseAndByInterrupt(World world) throws Exception {
        try (DatagramChannel a = bound(world);
                DatagramChannel b = bound(world)) {
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
    @EnumSource(World.class)
    void gathersIntoOneDatagramAndScattersIt(World world) throws IOException {
        try (DatagramChannel server = bound(world);
                DatagramChannel client = world.provider.openDatagramChannel(StandardProtocolFamily.INET)) {
            client.connect(reachable(world, server));
            server.connect(client.getLocalAddress());
            ByteBuffer[] received = {ByteBuffer.allocate(1), ByteBuffer.allocate(0), ByteBuffer.allocate(8)};

            assertThat(client.write(new ByteBuffer[] {World.bytes(2), World.bytes(3)}))
                    .isEqualTo(5);
            long size = server.read(received);

            assertThat(size).isEqualTo(5);
            assertThat(received[0].position()).isEqualTo(1);
            assertThat(received[2].position()).isEqualTo(4);
        }
    }

    @ParameterizedTest
    @EnumSource(World.class)
    void isSelectedWhenADatagramIsThere(World world) throws IOException {
        try (DatagramChannel a = bound(world);
                DatagramChannel b = world.provider.openDatagramChannel(StandardProtocolFamily.INET);
                Selector selector = world.selector()) {
            a.configureBlocking(false);
            SelectionKey key = a.register(selector, SelectionKey.OP_READ);

            assertThat(selector.selectNow()).isZero();
            b.send(World.bytes(1), reachable(world, a));
            int selected = selector.select();

            assertThat(selected).isEqualTo(1);
            assertThat(key.readyOps()).isEqualTo(SelectionKey.OP_READ);
            assertThat(a.receive(ByteBuffer.allocate(4))).isNotNull();
        }
    }

    @ParameterizedTest
    @EnumSource(World.class)
    void canAlwaysBeWrittenEvenBeforeItIsBound(World world) throws IOException {
        try (DatagramChannel channel = world.provider.openDatagramChannel(StandardProtocolFamily.INET);
                Selector selector = world.selector()) {
            channel.configureBlocking(false);
            SelectionKey key = channel.register(selector, SelectionKey.OP_WRITE);

            assertThat(selector.select()).isEqualTo(1);
            assertThat(key.isWritable()).isTrue();
        }
    }
}
