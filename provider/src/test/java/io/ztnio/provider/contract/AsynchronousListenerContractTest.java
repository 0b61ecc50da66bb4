package io.ztnio.provider.contract;

import static io.ztnio.provider.contract.AsynchronousStreamContractTest.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AcceptPendingException;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NotYetBoundException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
@SuppressWarnings("try") // closing is what is tested
class AsynchronousListenerContractTest {
    @ParameterizedTest
    @EnumSource(AsynchronousStack.class)
    void startsUnbound(AsynchronousStack stack) throws IOException {
        try (AsynchronousServerSocketChannel listener = stack.provider.openAsynchronousServerSocketChannel(null)) {
            assertThat(listener.getLocalAddress()).isNull();
            assertThat(listener.provider()).isSameAs(stack.provider);
            assertThat(listener.toString()).endsWith("[unbound]");
            assertThatThrownBy(listener::accept).isInstanceOf(NotYetBoundException.class);
            assertThatThrownBy(() -> listener.accept("", new Outcome<>())).isInstanceOf(NotYetBoundException.class);
            assertThatThrownBy(() -> listener.accept("", null)).isInstanceOf(NullPointerException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(AsynchronousStack.class)
    void bindsOnceAndToAFreePort(AsynchronousStack stack) throws IOException {
        try (AsynchronousServerSocketChannel listener = stack.listen();
                AsynchronousServerSocketChannel second = stack.peer.openAsynchronousServerSocketChannel(null)) {
            InetSocketAddress local = (InetSocketAddress) listener.getLocalAddress();
            InetSocketAddress taken = new InetSocketAddress(stack.bindAddress().getAddress(), local.getPort());

            assertThat(local.getPort()).isPositive();
            assertThatThrownBy(() -> listener.bind(stack.bindAddress())).isInstanceOf(AlreadyBoundException.class);
            assertThatThrownBy(() -> second.bind(taken)).isInstanceOf(BindException.class);
            assertThat(second.isOpen()).isTrue();
            assertThat(second.bind(stack.bindAddress())).isSameAs(second);
        }
    }

    @ParameterizedTest
    @EnumSource(AsynchronousStack.class)
    void acceptsByAFutureAndByAHandlerWhetherTheConnectionWaitsOrIsWaitedFor(AsynchronousStack stack) throws Exception {
        try (AsynchronousServerSocketChannel listener = stack.listen()) {
            Future<AsynchronousSocketChannel> early = listener.accept();
            assertExchange(connected(stack, listener), early.get());

            AsynchronousSocketChannel waiting = connected(stack, listener);
            Outcome<AsynchronousSocketChannel> late = new Outcome<>();
            listener.accept("late", late);
            assertExchange(waiting, late.get());
            assertThat(late.attachment()).isEqualTo("late");

            Outcome<AsynchronousSocketChannel> handled = new Outcome<>();
            listener.accept("early", handled);
            assertExchange(connected(stack, listener), handled.get());
        }
    }

    @ParameterizedTest
    @EnumSource(AsynchronousStack.class)
    void aFutureGivesTheSameConnectionEachTime(AsynchronousStack stack) throws Exception {
        try (AsynchronousServerSocketChannel listener = stack.listen()) {
            Future<AsynchronousSocketChannel> accepting = listener.accept();
            AsynchronousSocketChannel client = connected(stack, listener);

            assertThat(accepting.get()).isSameAs(accepting.get());
            client.close();
            accepting.get().close();
        }
    }

    @ParameterizedTest
    @EnumSource(AsynchronousStack.class)
    void allowsOneAcceptAtATime(AsynchronousStack stack) throws Exception {
        try (AsynchronousServerSocketChannel listener = stack.listen()) {
            Future<AsynchronousSocketChannel> accepting = listener.accept();

            assertThatThrownBy(listener::accept).isInstanceOf(AcceptPendingException.class);

            AsynchronousSocketChannel client = connected(stack, listener);
            assertExchange(client, accepting.get());
        }
    }

    @ParameterizedTest
    @EnumSource(AsynchronousStack.class)
    void closingEndsAPendingAccept(AsynchronousStack stack) throws Exception {
        AsynchronousServerSocketChannel first = stack.listen();
        AsynchronousServerSocketChannel second = stack.listen();
        Future<AsynchronousSocketChannel> future = first.accept();
        Outcome<AsynchronousSocketChannel> outcome = new Outcome<>();
        second.accept("", outcome);

        first.close();
        second.close();
        second.close();

        assertThat(failure(future)).isExactlyInstanceOf(AsynchronousCloseException.class);
        assertThat(outcome.failure()).isExactlyInstanceOf(AsynchronousCloseException.class);
        assertThat(failure(first.accept())).isExactlyInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(first::getLocalAddress).isInstanceOf(ClosedChannelException.class);
        assertThat(first.toString()).endsWith("[closed]");
    }

    @ParameterizedTest
    @EnumSource(AsynchronousStack.class)
    void freesItsPortWhenClosed(AsynchronousStack stack) throws IOException {
        AsynchronousServerSocketChannel first = stack.listen();
        int port = ((InetSocketAddress) first.getLocalAddress()).getPort();
        first.close();

        try (AsynchronousServerSocketChannel second = stack.peer.openAsynchronousServerSocketChannel(null)) {
            second.bind(new InetSocketAddress(stack.bindAddress().getAddress(), port));

            assertThat(((InetSocketAddress) second.getLocalAddress()).getPort()).isEqualTo(port);
        }
    }

    @ParameterizedTest
    @EnumSource(AsynchronousStack.class)
    void noAcceptFollowsACancelledOne(AsynchronousStack stack) throws Exception {
        try (AsynchronousServerSocketChannel listener = stack.listen()) {
            Future<AsynchronousSocketChannel> accepting = listener.accept();

            assertThat(accepting.cancel(false)).isTrue();

            assertThat(accepting.isCancelled()).isTrue();
            assertThat(accepting.isDone()).isTrue();
            assertThatThrownBy(accepting::get).isInstanceOf(CancellationException.class);
            assertThatThrownBy(listener::accept)
                    .isInstanceOf(RuntimeException.class)
                    .hasMessageContaining("Accept not allowed");
            assertThat(listener.isOpen()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(AsynchronousStack.class)
    void cancellingWithForceClosesTheListener(AsynchronousStack stack) throws Exception {
        try (AsynchronousServerSocketChannel listener = stack.listen()) {
            assertThat(listener.accept().cancel(true)).isTrue();

            assertThat(listener.isOpen()).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource(AsynchronousStack.class)
    void hasTheOptionsOfTheJdks(AsynchronousStack stack) throws Exception {
        try (AsynchronousServerSocketChannel listener = stack.listen();
                AsynchronousServerSocketChannel jdk = AsynchronousStack.JDK.listen()) {
            assertThat(listener.supportedOptions()).containsAll(jdk.supportedOptions());
            assertThat(listener.getOption(StandardSocketOptions.SO_REUSEADDR))
                    .isEqualTo(jdk.getOption(StandardSocketOptions.SO_REUSEADDR));
            assertThat(listener.setOption(StandardSocketOptions.SO_RCVBUF, 65_536))
                    .isSameAs(listener);
            assertThatThrownBy(() -> listener.getOption(StandardSocketOptions.TCP_NODELAY))
                    .isInstanceOf(UnsupportedOperationException.class);
        }
    }

    private static AsynchronousSocketChannel connected(
            AsynchronousStack stack, AsynchronousServerSocketChannel listener) throws Exception {
        AsynchronousSocketChannel client = stack.open();
        client.connect(stack.reachable(listener)).get();
        return client;
    }

    private static void assertExchange(AsynchronousSocketChannel client, AsynchronousSocketChannel server)
            throws Exception {
        try (client;
                server) {
            client.write(TestedStack.bytes(4)).get();
            assertThat(server.read(ByteBuffer.allocate(4)).get()).isEqualTo(4);
        }
    }
}
