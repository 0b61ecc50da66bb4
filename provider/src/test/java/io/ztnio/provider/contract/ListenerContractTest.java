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
    @EnumSource(TestedStack.class)
    void startsUnbound(TestedStack stack) throws IOException {
        try (ServerSocketChannel listener = stack.peer.openServerSocketChannel()) {
            assertThat(listener.getLocalAddress()).isNull();
            assertThat(listener.validOps()).isEqualTo(SelectionKey.OP_ACCEPT);
            assertThat(listener.getOption(StandardSocketOptions.SO_REUSEADDR)).isTrue();
            assertThat(listener.provider()).isSameAs(stack.peer);
            assertThat(listener.toString()).endsWith("[unbound]");
            assertThatThrownBy(listener::accept).isInstanceOf(NotYetBoundException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void bindsOnce(TestedStack stack) throws IOException {
        try (ServerSocketChannel listener = stack.listen()) {
            assertThat(((InetSocketAddress) listener.getLocalAddress()).getPort())
                    .isPositive();
            assertThatThrownBy(() -> listener.bind(stack.bindAddress())).isInstanceOf(AlreadyBoundException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void staysOpenAndUnboundWhenThePortIsTaken(TestedStack stack) throws IOException {
        try (ServerSocketChannel first = stack.listen();
                ServerSocketChannel second = stack.peer.openServerSocketChannel()) {
            int port = ((InetSocketAddress) first.getLocalAddress()).getPort();
            InetSocketAddress taken = new InetSocketAddress(stack.bindAddress().getAddress(), port);

            assertThatThrownBy(() -> second.bind(taken)).isInstanceOf(BindException.class);

            assertThat(second.isOpen()).isTrue();
            assertThat(second.getLocalAddress()).isNull();
            second.bind(stack.bindAddress());
            assertThat(second.getLocalAddress()).isNotNull();
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void acceptsNothingInNonBlockingMode(TestedStack stack) throws IOException {
        try (ServerSocketChannel listener = stack.listen()) {
            listener.configureBlocking(false);

            assertThat(listener.accept()).isNull();
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void waitsForAConnectionInBlockingMode(TestedStack stack) throws Exception {
        try (ServerSocketChannel listener = stack.listen();
                SocketChannel client = stack.provider.openSocketChannel()) {
            Background<SocketChannel> accepting =
                    Background.start(listener::accept).settle();

            client.connect(stack.reachable(listener));

            try (SocketChannel server = accepting.get()) {
                client.write(TestedStack.bytes(4));
                assertThat(server.read(ByteBuffer.allocate(4))).isEqualTo(4);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void tellsABlockedAcceptorThatItWasClosed(TestedStack stack) throws Exception {
        try (ServerSocketChannel listener = stack.listen()) {
            Background<SocketChannel> accepting =
                    Background.start(listener::accept).settle();

            listener.close();

            assertThat(accepting.failure()).isInstanceOf(ClosedChannelException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void closesWhenABlockedAcceptorIsInterrupted(TestedStack stack) throws Exception {
        try (ServerSocketChannel listener = stack.listen()) {
            Background<SocketChannel> accepting =
                    Background.start(listener::accept).settle();

            accepting.interrupt();

            assertThat(accepting.failure()).isInstanceOf(ClosedByInterruptException.class);
            assertThat(accepting.wasInterruptedAfterwards()).isTrue();
            assertThat(listener.isOpen()).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void freesItsPortWhenClosed(TestedStack stack) throws IOException {
        ServerSocketChannel first = stack.listen();
        int port = ((InetSocketAddress) first.getLocalAddress()).getPort();
        first.close();

        try (ServerSocketChannel second = stack.peer.openServerSocketChannel()) {
            second.bind(new InetSocketAddress(stack.bindAddress().getAddress(), port));

            assertThat(((InetSocketAddress) second.getLocalAddress()).getPort()).isEqualTo(port);
        }
        assertThatThrownBy(first::accept).isInstanceOf(ClosedChannelException.class);
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void refusesAddressesThatAreNotItsOwn(TestedStack stack) throws IOException {
        try (ServerSocketChannel listener = stack.peer.openServerSocketChannel()) {
            assertThatThrownBy(() -> listener.bind(new InetSocketAddress(FakeNetworks.HELD, 0)))
                    .isInstanceOf(BindException.class);

            assertThat(listener.isOpen()).isTrue();
            assertThat(listener.getLocalAddress()).isNull();
        }
    }
}
