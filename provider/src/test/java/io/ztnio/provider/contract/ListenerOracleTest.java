package io.ztnio.provider.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** What listeners of every stack answer, of which the JDK's are right. */
@Timeout(60)
@SuppressWarnings({"try", "AddressSelection"}) // closing is what is tested; literals
class ListenerOracleTest {
    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void bindsToWhatItCanAndSaysWhyItCannot(TestedStack stack) throws Exception {
        Answers.asTheJdk(stack, (asked, answers) -> {
            InetSocketAddress unresolved = InetSocketAddress.createUnresolved("nowhere.invalid", 1);
            InetSocketAddress foreign = new InetSocketAddress(TestedStack.ipv4(192, 0, 2, 1), 0);
            try (ServerSocketChannel listener = asked.peer.openServerSocketChannel()) {
                answers.add("accept", listener::accept);
                answers.add("unresolved", () -> listener.bind(unresolved));
                answers.add("unix", () -> listener.bind(UnixDomainSocketAddress.of("x")));
                answers.add("foreign", () -> listener.bind(foreign));
                answers.add("open", listener::isOpen);
                answers.add("unbound", listener::getLocalAddress);
                answers.add("nowhere in particular", () -> listener.bind(null) == listener);
                InetSocketAddress local = (InetSocketAddress) listener.getLocalAddress();
                answers.add("wildcard", () -> local.getAddress().isAnyLocalAddress());
                answers.add("port", () -> local.getPort() > 0);
                answers.add("again", () -> listener.bind(null));
                answers.add("again, unresolved", () -> listener.bind(unresolved));
                listener.close();
                answers.add("closed", () -> listener.bind(null));
                answers.add("closed, unresolved", () -> listener.bind(unresolved));
                answers.add("accept, closed", listener::accept);
                answers.add("address, closed", listener::getLocalAddress);
            }
        });
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void aBacklogOfNothingIsTheUsualOne(TestedStack stack) throws Exception {
        for (int backlog : new int[] {0, -1}) {
            try (ServerSocketChannel listener =
                            stack.peer.openServerSocketChannel().bind(stack.bindAddress(), backlog);
                    SocketChannel one = stack.provider.openSocketChannel();
                    SocketChannel two = stack.provider.openSocketChannel();
                    SocketChannel three = stack.provider.openSocketChannel()) {
                assertThat(one.connect(stack.reachable(listener))).isTrue();
                assertThat(two.connect(stack.reachable(listener))).isTrue();
                assertThat(three.connect(stack.reachable(listener))).isTrue();
                listener.accept().close();
                listener.accept().close();
                listener.accept().close();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void whatIsAcceptedHasTheAddressThatWasDialled(TestedStack stack) throws Exception {
        try (ServerSocketChannel listener = stack.listen();
                SocketChannel client = stack.provider.openSocketChannel()) {
            InetSocketAddress dialled = stack.reachable(listener);
            client.connect(dialled);

            try (SocketChannel server = listener.accept()) {
                InetAddress local = ((InetSocketAddress) server.getLocalAddress()).getAddress();
                assertThat(local.isAnyLocalAddress()).isFalse();
                assertThat(server.getLocalAddress()).isEqualTo(dialled);
                assertThat(server.getRemoteAddress()).isEqualTo(client.getLocalAddress());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = TestedStack.class,
            names = {"VIRTUAL_ADDRESS", "WILDCARD_FROM_VIRTUAL"},
            mode = Mode.EXCLUDE) // no part of the fake
    void closingResetsWhoWaitsAndLeavesWhoWasAccepted(TestedStack stack) throws Exception {
        try (SocketChannel accepted = stack.provider.openSocketChannel();
                SocketChannel waiting = stack.provider.openSocketChannel()) {
            InetSocketAddress address;
            SocketChannel server;
            try (ServerSocketChannel listener = stack.listen()) {
                address = stack.reachable(listener);
                accepted.connect(address);
                server = listener.accept();
                waiting.connect(address);
            }

            assertThatThrownBy(() -> waiting.read(ByteBuffer.allocate(1)))
                    .isInstanceOf(IOException.class)
                    .hasMessage("Connection reset");
            server.write(TestedStack.bytes(2));
            assertThat(accepted.read(ByteBuffer.allocate(9))).isEqualTo(2);
            server.close();
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void aRegisteredListenersPortIsFreeAfterTheNextSelect(TestedStack stack) throws Exception {
        try (Selector selector = stack.selector()) {
            InetSocketAddress address;
            try (ServerSocketChannel listener = stack.listen()) {
                address = (InetSocketAddress) listener.getLocalAddress();
                listener.configureBlocking(false);
                listener.register(selector, SelectionKey.OP_ACCEPT);
            }
            selector.selectNow();

            try (ServerSocketChannel again = stack.peer.openServerSocketChannel()) {
                assertThat(again.bind(address).getLocalAddress()).isEqualTo(address);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = TestedStack.class,
            names = {"VIRTUAL_ADDRESS", "WILDCARD_FROM_VIRTUAL"},
            mode = Mode.EXCLUDE) // no part of the fake
    void optionsHaveTheJdksDefaultsAndTheReceiveBufferIsInherited(TestedStack stack) throws Exception {
        Answers.asTheJdk(stack, (asked, answers) -> {
            try (ServerSocketChannel listener = asked.peer.openServerSocketChannel();
                    SocketChannel client = asked.provider.openSocketChannel()) {
                answers.add("reuse", () -> listener.getOption(StandardSocketOptions.SO_REUSEADDR));
                answers.add("client's reuse", () -> client.getOption(StandardSocketOptions.SO_REUSEADDR));
                answers.add("negative", () -> listener.setOption(StandardSocketOptions.SO_RCVBUF, -1));
                answers.add("no value", () -> listener.setOption(StandardSocketOptions.SO_RCVBUF, null));
                answers.add("not there", () -> listener.setOption(StandardSocketOptions.SO_SNDBUF, 1));
                answers.add("no name", () -> listener.setOption(null, 1));
                listener.setOption(StandardSocketOptions.SO_RCVBUF, 16_384);
                int size = listener.getOption(StandardSocketOptions.SO_RCVBUF);
                listener.bind(asked.bindAddress());
                answers.add("kept", () -> listener.getOption(StandardSocketOptions.SO_RCVBUF) == size);
                client.connect(asked.reachable(listener));
                try (SocketChannel server = listener.accept()) {
                    answers.add("inherited", () -> server.getOption(StandardSocketOptions.SO_RCVBUF) == size);
                    answers.add("server's reuse", () -> server.getOption(StandardSocketOptions.SO_REUSEADDR));
                }
            }
        });
    }
}
