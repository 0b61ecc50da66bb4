package io.ztnio.provider.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ztnio.provider.fake.FakeNetworks;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NotYetBoundException;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
@SuppressWarnings("try") // closing is what is tested
class ListenerContractTest {
    @ParameterizedTest
    @EnumSource(World.class)
    void startsUnbound(World world) throws IOException {
        try (ServerSocketChannel listener = world.provider.openServerSocketChannel()) {
            assertThat(listener.getLocalAddress()).isNull();
            assertThat(listener.validOps()).isEqualTo(SelectionKey.OP_ACCEPT);
            assertThat(listener.getOption(StandardSocketOptions.SO_REUSEADDR)).isTrue();
            assertThat(listener.provider()).isSameAs(world.provider);
            assertThat(listener.toString()).endsWith("[unbound]");
            assertThatThrownBy(listener::accept).isInstanceOf(NotYetBoundException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(World.class)
    void bindsOnce(World world) throws IOException {
        try (ServerSocketChannel listener = world.listen()) {
            assertThat(((InetSocketAddress) listener.getLocalAddress()).getPort())
                    .isPositive();
            assertThatThrownBy(() -> listener.bind(world.bindAddress())).isInstanceOf(AlreadyBoundException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(World.class)
    void staysOpenAndUnboundWhenThePortIsTaken(World world) throws IOException {
        try (ServerSocketChannel first = world.listen();
                ServerSocketChannel second = world.provider.openServerSocketChannel()) {
            int port = ((InetSocketAddress) first.getLocalAddress()).getPort();
            InetSocketAddress taken = new InetSocketAddress(world.bindAddress().getAddress(), port);

            assertThatThrownBy(() -> second.bind(taken)).isInstanceOf(BindException.class);

            assertThat(second.isOpen()).isTrue();
            assertThat(second.getLocalAddress()).isNull();
            second.bind(world.bindAddress());
            assertThat(second.getLocalAddress()).isNotNull();
        }
    }

    @ParameterizedTest
    @EnumSource(World.class)
    void acceptsNothingInNonBlockingMode(World world) throws IOException {
        try (ServerSocketChannel listener = world.listen()) {
            listener.configureBlocking(false);

            assertThat(listener.accept()).isNull();
        }
    }

    @ParameterizedTest
    @EnumSource(World.class)
    void waitsForAConnectionInBlockingMode(World world) throws Exception {
        try (ServerSocketChannel listener = world.listen();
                SocketChannel client = world.provider.openSocketChannel()) {
            Background<SocketChannel> accepting =
                    Background.start(listener::accept).settle();

            client.connect(world.reachable(listener));

            try (SocketChannel server = accepting.get()) {
                client.write(World.bytes(4));
                assertThat(server.read(ByteBuffer.allocate(4))).isEqualTo(4);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(World.class)
    void tellsABlockedAcceptorThatItWasClosed(World world) throws Exception {
        try (ServerSocketChannel listener = world.listen()) {
            Background<SocketChannel> accepting =
                    Background.start(listener::accept).settle();

            listener.close();

            assertThat(accepting.failure()).isInstanceOf(ClosedChannelException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(World.class)
    void closesWhenABlockedAcceptorIsInterrupted(World world) throws Exception {
        try (ServerSocketChannel listener = world.listen()) {
            Background<SocketChannel> accepting =
                    Background.start(listener::accept).settle();

            accepting.interrupt();

            assertThat(accepting.failure()).isInstanceOf(ClosedByInterruptException.class);
            assertThat(accepting.wasInterruptedAfterwards()).isTrue();
            assertThat(listener.isOpen()).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource(World.class)
    void freesItsPortWhenClosed(World world) throws IOException {
        ServerSocketChannel first = world.listen();
        int port = ((InetSocketAddress) first.getLocalAddress()).getPort();
        first.close();

        try (ServerSocketChannel second = world.provider.openServerSocketChannel()) {
            second.bind(new InetSocketAddress(world.bindAddress().getAddress(), port));

            assertThat(((InetSocketAddress) second.getLocalAddress()).getPort()).isEqualTo(port);
        }
        assertThatThrownBy(first::accept).isInstanceOf(ClosedChannelException.class);
    }

    @ParameterizedTest
    @EnumSource(World.class)
    void refusesAddressesThatAreNotItsOwn(World world) throws IOException {
        try (ServerSocketChannel listener = world.provider.openServerSocketChannel()) {
            assertThatThrownBy(() -> listener.bind(new InetSocketAddress(FakeNetworks.HELD, 0)))
                    .isInstanceOf(BindException.class);

            assertThat(listener.isOpen()).isTrue();
            assertThat(listener.getLocalAddress()).isNull();
        }
    }
}
