package io.ztnio.provider.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ztnio.provider.contract.TestedStack.Pair;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ConnectionPendingException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What stream channels of every stack answer, of which the JDK's are right. */
@Timeout(60)
@SuppressWarnings({"try", "AddressSelection"}) // closing is what is tested; literals
class StreamOracleTest {
    private static final InetSocketAddress UNRESOLVED = InetSocketAddress.createUnresolved("nowhere.invalid", 1);

    private static void askForAddresses(Answers answers, String when, SocketChannel channel) {
        Map<String, SocketAddress> addresses = new HashMap<>();
        addresses.put("none", null);
        addresses.put("unresolved", UNRESOLVED);
        addresses.put("unix", UnixDomainSocketAddress.of("x"));
        addresses.forEach((kind, address) -> {
            answers.add(when + ", connect, " + kind, () -> channel.connect(address));
            if (address != null) {
                answers.add(when + ", bind, " + kind, () -> channel.bind(address));
            }
        });
        answers.add(when + ", open", channel::isOpen);
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void anAddressIsLookedAtBeforeTheStateOfTheChannel(TestedStack stack) throws Exception {
        Answers.asTheJdk(stack, (asked, answers) -> {
            try (SocketChannel fresh = asked.provider.openSocketChannel();
                    Pair pair = asked.connect()) {
                askForAddresses(answers, "fresh", fresh);
                askForAddresses(answers, "connected", pair.client());
                fresh.close();
                pair.client().close();
                askForAddresses(answers, "closed", fresh);
                askForAddresses(answers, "connected and closed", pair.client());
            }
        });
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void theWildcardAddressIsConnectedToOnTheLoopbackInterface(TestedStack stack) throws Exception {
        Answers.asTheJdk(stack, (asked, answers) -> {
            try (ServerSocketChannel listener =
                            asked.peer.openServerSocketChannel().bind(new InetSocketAddress(0));
                    SocketChannel client = asked.provider.openSocketChannel()) {
                int port = ((InetSocketAddress) listener.getLocalAddress()).getPort();
                answers.add("connect", () -> client.connect(new InetSocketAddress(port)));
                InetSocketAddress remote = (InetSocketAddress) client.getRemoteAddress();
                answers.add("loopback", () -> remote.getAddress().isLoopbackAddress());
                answers.add("port", () -> remote.getPort() == port);
            }
        });
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void aPendingConnectKnowsItsTargetAndAllowsNothingElse(TestedStack stack) throws Exception {
        try (ServerSocketChannel listener = stack.listen();
                Selector selector = stack.selector();
                SocketChannel client = stack.provider.openSocketChannel()) {
            client.configureBlocking(false);
            InetSocketAddress target = stack.reachable(listener);

            boolean connected = client.connect(target);

            assertThat(client.getRemoteAddress()).isEqualTo(target);
            assertThat(client.isConnectionPending()).isNotEqualTo(connected);
            if (!connected) {
                assertThatThrownBy(() -> client.connect(target)).isInstanceOf(ConnectionPendingException.class);
                assertThatThrownBy(() -> client.bind(null)).isInstanceOf(ConnectionPendingException.class);
                assertThatThrownBy(() -> client.read(ByteBuffer.allocate(1)))
                        .isInstanceOf(NotYetConnectedException.class);
                assertThatThrownBy(() -> client.write(ByteBuffer.allocate(1)))
                        .isInstanceOf(NotYetConnectedException.class);
                client.register(selector, SelectionKey.OP_CONNECT);
                assertThat(selector.select()).isEqualTo(1);
                assertThat(client.finishConnect()).isTrue();
            }
            assertThat(client.finishConnect()).isTrue();
            assertThat(client.isConnected()).isTrue();
            assertThat(client.getLocalAddress()).isNotNull();
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void aWriteAfterTheOutputWasShutFailsInEitherMode(TestedStack stack) throws Exception {
        Answers.asTheJdk(stack, (asked, answers) -> {
            for (boolean blocking : new boolean[] {true, false}) {
                try (Pair pair = asked.connect()) {
                    SocketChannel channel = pair.client().shutdownOutput();
                    channel.configureBlocking(blocking);
                    ByteBuffer[] several = {TestedStack.bytes(1), TestedStack.bytes(2)};
                    answers.add(blocking + ", write", () -> channel.write(TestedStack.bytes(1)));
                    answers.add(blocking + ", write of nothing", () -> channel.write(ByteBuffer.allocate(0)));
                    answers.add(blocking + ", gathering write", () -> channel.write(several));
                    answers.add(blocking + ", open", channel::isOpen);
                    answers.add(blocking + ", connected", channel::isConnected);
                }
            }
        });
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void whatLiesUnreadIsGoneWithTheInput(TestedStack stack) throws Exception {
        Answers.asTheJdk(stack, (asked, answers) -> {
            for (boolean blocking : new boolean[] {true, false}) {
                try (Pair pair = asked.connect()) {
                    pair.server().write(TestedStack.bytes(100));
                    pair.client().read(ByteBuffer.allocate(1));
                    pair.client().configureBlocking(blocking);
                    pair.client().shutdownInput();
                    answers.add(blocking + ", read", () -> pair.client().read(ByteBuffer.allocate(10)));
                    answers.add(
                            blocking + ", the peer's write", () -> pair.server().write(TestedStack.bytes(10)));
                    answers.add(blocking + ", read again", () -> pair.client().read(ByteBuffer.allocate(10)));
                    answers.add(
                            blocking + ", scattering read",
                            () -> pair.client()
                                    .read(new ByteBuffer[] {ByteBuffer.allocate(1), ByteBuffer.allocate(1)}));
                    answers.add(blocking + ", write", () -> pair.client().write(TestedStack.bytes(10)));
                    answers.add(
                            blocking + ", the peer's read", () -> pair.server().read(ByteBuffer.allocate(10)));
                }
            }
        });
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void moreBuffersThanASystemTakesAtOnceArriveInOrder(TestedStack stack) throws Exception {
        int buffers = 2000;
        int size = 100;
        try (Pair pair = stack.connect()) {
            ByteBuffer all = TestedStack.bytes(buffers * size);
            ByteBuffer[] parts = new ByteBuffer[buffers];
            for (int i = 0; i < buffers; i++) {
                parts[i] = all.slice(i * size, size);
            }
            Background<Long> writing = Background.start(() -> {
                long written = 0;
                for (int first = 0; first < buffers; ) {
                    written += pair.client().write(parts, first, buffers - first);
                    while (first < buffers && !parts[first].hasRemaining()) {
                        first++;
                    }
                }
                return written;
            });

            ByteBuffer received = ByteBuffer.allocate(buffers * size);
            while (received.hasRemaining()) {
                assertThat(pair.server().read(received)).isPositive();
            }

            assertThat(writing.get()).isEqualTo(all.capacity());
            assertThat(received.flip()).isEqualTo(all);
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void buffersThatAreNotThereAreRefusedBeforeAnythingMoves(TestedStack stack) throws Exception {
        Answers.asTheJdk(stack, (asked, answers) -> {
            try (Pair pair = asked.connect()) {
                ByteBuffer[] holes = {TestedStack.bytes(3), null};
                answers.add("write", () -> withoutWords(() -> pair.client().write(holes)));
                answers.add(
                        "write without a buffer",
                        () -> withoutWords(() -> pair.client().write((ByteBuffer) null)));
                answers.add(
                        "write without buffers",
                        () -> withoutWords(() -> pair.client().write((ByteBuffer[]) null)));
                answers.add("not taken", () -> holes[0].remaining());
                pair.client().shutdownOutput();
                answers.add("the peer's read", () -> pair.server().read(ByteBuffer.allocate(10)));
                answers.add("read", () -> withoutWords(() -> pair.client().read(holes)));
                answers.add(
                        "read without a buffer",
                        () -> withoutWords(() -> pair.client().read((ByteBuffer) null)));
                ByteBuffer[] readOnly = {
                    ByteBuffer.allocate(1), ByteBuffer.allocate(1).asReadOnlyBuffer()
                };
                answers.add("read of what is read-only", () -> pair.client().read(readOnly));
                answers.add("index", () -> pair.client().read(readOnly, -1, 1));
                answers.add("length", () -> pair.client().read(readOnly, 1, 2));
                answers.add("no length", () -> pair.client().read(readOnly, 0, 0));
            }
        });
    }

    /** The words of these are the JVM's, about the line where it happened. */
    private static Object withoutWords(Answers.Part part) throws Exception {
        try {
            return part.answer();
        } catch (NullPointerException e) {
            return e.getClass();
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void aWriteThatHasMovedSomethingSaysSoWhenItIsClosedButNotWhenItIsInterrupted(TestedStack stack) throws Exception {
        Answers.asTheJdk(stack, (asked, answers) -> {
            for (boolean interrupt : new boolean[] {false, true}) {
                try (Pair pair = asked.connect()) {
                    Background<Integer> writing =
                            Background.start(() -> pair.client().write(ByteBuffer.allocate(32 << 20)));
                    // Something has been moved: the JDK copies all of it before it begins to write.
                    answers.add("moved", () -> pair.server().read(ByteBuffer.allocate(1)));
                    writing.awaitBlocked();
                    if (interrupt) {
                        writing.interrupt();
                    } else {
                        pair.client().close();
                    }
                    answers.add("interrupt " + interrupt, () -> ended(writing));
                    answers.add("open after interrupt " + interrupt, pair.client()::isOpen);
                }
            }
        });
    }

    /** The status may be set before the channel is told of the interrupt: that is no reason to stay open. */
    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void anInterruptDuringAWriteClosesHoweverTheyRace(TestedStack stack) throws Exception {
        ByteBuffer large = ByteBuffer.allocate(32 << 20);
        for (int round = 0; round < (stack.isVirtual() ? 10 : 2); round++) {
            try (Pair pair = stack.connect()) {
                Background<Integer> writing = Background.start(
                                () -> pair.client().write(large.duplicate()))
                        .awaitBlocked();

                writing.interrupt();

                assertThat(writing.failure()).isInstanceOf(ClosedByInterruptException.class);
                assertThat(pair.client().isOpen()).isFalse();
            }
        }
    }

    private static Object ended(Background<Integer> writing) throws Exception {
        try {
            return writing.get() > 0 ? "a part" : "nothing";
        } catch (ExecutionException e) {
            return e.getCause().toString();
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void whatIsAcceptedBlocksWhateverItsListenerDoes(TestedStack stack) throws Exception {
        try (ServerSocketChannel listener = stack.listen();
                Selector selector = stack.selector();
                SocketChannel client = stack.provider.openSocketChannel()) {
            listener.configureBlocking(false);
            listener.register(selector, SelectionKey.OP_ACCEPT);
            client.connect(stack.reachable(listener));
            selector.select();

            try (SocketChannel server = listener.accept()) {
                assertThat(server.isBlocking()).isTrue();
                assertThat(server.isRegistered()).isFalse();
            }
        }
    }

    private static <T> void set(Answers answers, String when, SocketChannel channel, SocketOption<T> option, T value) {
        String what = when + " " + option + " to " + value;
        answers.add("set " + what, () -> channel.setOption(option, value) == channel);
        answers.add("get " + what, () -> channel.getOption(option));
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    @SuppressWarnings({"unchecked", "rawtypes"})
    void optionsAreTakenRoundedOrRefusedWithTheJdksWords(TestedStack stack) throws Exception {
        Answers.asTheJdk(stack, (asked, answers) -> {
            try (SocketChannel fresh = asked.provider.openSocketChannel();
                    Pair pair = asked.connect()) {
                for (SocketChannel channel : new SocketChannel[] {fresh, pair.client()}) {
                    String when = channel == fresh ? "fresh" : "connected";
                    answers.add(when + ", no name", () -> channel.setOption(null, 1));
                    answers.add(when + ", get no name", () -> channel.getOption(null));
                    for (int seconds : new int[] {0, 7, 65_535, 100_000, -1, -5}) {
                        set(answers, when, channel, StandardSocketOptions.SO_LINGER, seconds);
                    }
                    set(answers, when, channel, StandardSocketOptions.SO_LINGER, null);
                    set(answers, when, channel, StandardSocketOptions.IP_TOS, 300);
                    set(answers, when, channel, StandardSocketOptions.IP_TOS, 0x10);
                    set(answers, when, channel, StandardSocketOptions.TCP_NODELAY, true);
                    set(answers, when, channel, StandardSocketOptions.SO_KEEPALIVE, true);
                    answers.add(
                            when + ", negative buffer", () -> channel.setOption(StandardSocketOptions.SO_SNDBUF, -1));
                    answers.add(
                            when + ", of another type",
                            () -> channel.setOption((SocketOption) StandardSocketOptions.TCP_NODELAY, 1));
                    answers.add(
                            when + ", not there", () -> channel.setOption(StandardSocketOptions.SO_BROADCAST, true));
                    answers.add(
                            when + ", get not there", () -> channel.getOption(StandardSocketOptions.IP_MULTICAST_TTL));
                }
            }
        });
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void channelsOfTheUnixFamilyAreTheHosts(TestedStack stack) throws Exception {
        Answers.asTheJdk(stack, (asked, answers) -> {
            try (SocketChannel channel = asked.provider.openSocketChannel(StandardProtocolFamily.UNIX);
                    ServerSocketChannel listener =
                            asked.provider.openServerSocketChannel(StandardProtocolFamily.UNIX)) {
                answers.add("socket", channel::socket);
                answers.add("server socket", listener::socket);
                answers.add("options", () -> names(channel));
                answers.add("local", channel::getLocalAddress);
                answers.add("remote", channel::getRemoteAddress);
                answers.add("connect", () -> channel.connect(asked.address(1)));
                answers.add("bind", () -> channel.bind(asked.bindAddress()));
                answers.add("bind of a listener", () -> listener.bind(asked.bindAddress()));
                answers.add("no delay", () -> channel.setOption(StandardSocketOptions.TCP_NODELAY, true));
                answers.add("open", channel::isOpen);
            }
        });
    }

    private static Object names(SocketChannel channel) {
        return channel.supportedOptions().stream()
                .map(SocketOption::name)
                .sorted()
                .toList();
    }
}
