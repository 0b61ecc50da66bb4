package io.ztnio.provider.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.ztnio.provider.contract.TestedSockets.Pair;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code Socket} and {@code ServerSocket} in both stacks: what the JDK's own do, on platform and on virtual threads. */
@Timeout(90)
@SuppressWarnings("try") // closing is what is tested
class JavaNetSocketContractTest {
    private static final int LONG_MILLIS = 60_000;

    static Stream<Arguments> stacksAndThreads() {
        return Arrays.stream(TestedSockets.values())
                .flatMap(stack -> Arrays.stream(ThreadKind.values())
                        .filter(ThreadKind::exists)
                        .map(kind -> Arguments.of(stack, kind)));
    }

    private static byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        TestedStack.bytes(size).get(bytes);
        return bytes;
    }

    @ParameterizedTest
    @MethodSource("stacksAndThreads")
    void transfersMoreThanAnyBufferHoldsBothWaysAtOnce(TestedSockets stack, ThreadKind kind) throws Exception {
        byte[] data = bytes(3_000_000);
        try (Pair pair = stack.connect()) {
            Background<byte[]> received =
                    Background.start(kind, () -> pair.server().getInputStream().readNBytes(data.length));
            Background<byte[]> back =
                    Background.start(kind, () -> pair.client().getInputStream().readNBytes(data.length));
            Background<Void> writer = Background.start(kind, () -> {
                pair.server().getOutputStream().write(data);
                return null;
            });
            pair.client().getOutputStream().write(data);

            assertThat(received.get()).isEqualTo(data);
            assertThat(back.get()).isEqualTo(data);
            writer.get();
        }
    }

    @ParameterizedTest
    @EnumSource(TestedSockets.class)
    void readsNothingIntoNothingAndKnowsWhatIsAvailable(TestedSockets stack) throws Exception {
        try (Pair pair = stack.connect()) {
            InputStream input = pair.server().getInputStream();
            assertThat(input.read(new byte[0])).isZero();
            assertThat(input.available()).isZero();
            pair.client().getOutputStream().write(bytes(10));
            assertThat(input.read()).isZero();
            assertThat(input.available()).isEqualTo(9);
            assertThatThrownBy(() -> input.read(new byte[1], 1, 1)).isInstanceOf(IndexOutOfBoundsException.class);
            pair.server().shutdownInput();
            assertThat(input.available()).isZero();
            assertThat(input.read()).isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @MethodSource("stacksAndThreads")
    void oneDirectionEndsAndTheOtherGoesOn(TestedSockets stack, ThreadKind kind) throws Exception {
        try (Pair pair = stack.connect()) {
            Background<Integer> reader =
                    Background.start(kind, () -> pair.server().getInputStream().read());
            OutputStream output = pair.client().getOutputStream();
            pair.client().shutdownOutput();

            assertThat(reader.get()).isEqualTo(-1);
            assertThat(pair.server().getInputStream().read()).isEqualTo(-1);
            assertThatThrownBy(() -> output.write(1))
                    .isInstanceOf(SocketException.class)
                    .hasMessage("Broken pipe");
            pair.server().getOutputStream().write(7);
            assertThat(pair.client().getInputStream().read()).isEqualTo(7);
            assertThatThrownBy(pair.client()::getOutputStream)
                    .isInstanceOf(SocketException.class)
                    .hasMessage("Socket output is shutdown");
        }
    }

    @ParameterizedTest
    @MethodSource("stacksAndThreads")
    void endingTheInputEndsAReadThatWaits(TestedSockets stack, ThreadKind kind) throws Exception {
        try (Pair pair = stack.connect()) {
            Background<Integer> reader = Background.start(
                            kind, () -> pair.server().getInputStream().read())
                    .settle();
            pair.server().shutdownInput();
            assertThat(reader.get()).isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @MethodSource("stacksAndThreads")
    void aTimeoutEndsAReadAndTheNextOneReads(TestedSockets stack, ThreadKind kind) throws Exception {
        try (Pair pair = stack.connect()) {
            pair.server().setSoTimeout(30);
            assertThat(Background.start(
                                    kind, () -> pair.server().getInputStream().read())
                            .failure())
                    .isInstanceOf(SocketTimeoutException.class)
                    .hasMessage("Read timed out");
            assertThat(pair.server().isClosed()).isFalse();
            pair.client().getOutputStream().write(9);
            pair.server().setSoTimeout(LONG_MILLIS);
            assertThat(pair.server().getInputStream().read()).isEqualTo(9);
        }
    }

    @ParameterizedTest
    @MethodSource("stacksAndThreads")
    void aTimeoutEndsAnAcceptAndTheNextOneAccepts(TestedSockets stack, ThreadKind kind) throws Exception {
        try (ServerSocket listener = stack.listen();
                Socket client = stack.client()) {
            listener.setSoTimeout(30);
            assertThat(Background.start(kind, listener::accept).failure())
                    .isInstanceOf(SocketTimeoutException.class)
                    .hasMessage("Accept timed out");
            assertThat(listener.isClosed()).isFalse();
            client.connect(stack.reachable(listener), LONG_MILLIS);
            listener.setSoTimeout(LONG_MILLIS);
            listener.accept().close();
        }
    }

    @ParameterizedTest
    @EnumSource(TestedSockets.class)
    void aConnectIsRefusedAndClosesTheSocket(TestedSockets stack) throws Exception {
        InetSocketAddress refusing = stack.refusing();
        for (int timeout : new int[] {0, LONG_MILLIS}) {
            Socket socket = stack.client();
            assertThatThrownBy(() -> socket.connect(refusing, timeout))
                    .isInstanceOf(ConnectException.class)
                    .hasMessageStartingWith("Connection refused");
            assertThat(socket.isConnected()).isFalse();
            assertThatThrownBy(() -> socket.connect(refusing))
                    .isInstanceOf(SocketException.class)
                    .hasMessageMatching("Socket (is )?closed");
        }
    }

    @ParameterizedTest
    @EnumSource(TestedSockets.class)
    void anUnresolvedAddressIsSaidByItsName(TestedSockets stack) throws Exception {
        try (Socket socket = stack.client()) {
            assertThatThrownBy(() -> socket.connect(InetSocketAddress.createUnresolved("nowhere.invalid", 1)))
                    .isInstanceOf(UnknownHostException.class)
                    .hasMessageContaining("nowhere.invalid");
        }
    }

    @ParameterizedTest
    @MethodSource("stacksAndThreads")
    void closeEndsAReadThatWaits(TestedSockets stack, ThreadKind kind) throws Exception {
        try (Pair pair = stack.connect()) {
            Background<Integer> reader = Background.start(
                            kind, () -> pair.server().getInputStream().read())
                    .settle();
            pair.server().close();
            assertThat(reader.failure()).isInstanceOf(SocketException.class).hasMessage("Socket closed");
        }
    }

    @ParameterizedTest
    @MethodSource("stacksAndThreads")
    void closeEndsAWriteThatWaits(TestedSockets stack, ThreadKind kind) throws Exception {
        try (Pair pair = stack.connect()) {
            Background<Void> writer = Background.start(kind, () -> {
                OutputStream output = pair.client().getOutputStream();
                while (true) {
                    output.write(bytes(100_000));
                }
            });
            assertThat(writer.isBlocked()).isTrue();
            pair.client().close();
            assertThat(writer.failure()).isInstanceOf(SocketException.class).hasMessage("Socket closed");
        }
    }

    @ParameterizedTest
    @MethodSource("stacksAndThreads")
    void closeEndsAnAcceptThatWaits(TestedSockets stack, ThreadKind kind) throws Exception {
        ServerSocket listener = stack.listen();
        Background<Socket> accept = Background.start(kind, listener::accept).settle();
        listener.close();
        assertThat(accept.failure()).isInstanceOf(SocketException.class).hasMessageMatching("Socket (is )?closed");
    }

    @ParameterizedTest
    @EnumSource(TestedSockets.class)
    void anInterruptDoesNotEndAReadOfAPlatformThread(TestedSockets stack) throws Exception {
        try (Pair pair = stack.connect()) {
            Background<Integer> reader = Background.start(
                            () -> pair.server().getInputStream().read())
                    .settle();
            reader.interrupt();
            assertThat(reader.isBlocked()).isTrue();
            pair.client().getOutputStream().write(5);
            assertThat(reader.get()).isEqualTo(5);
            assertThat(reader.wasInterruptedAfterwards()).isTrue();
            assertThat(pair.server().isClosed()).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource(TestedSockets.class)
    void anInterruptDoesNotEndAnAcceptOfAPlatformThread(TestedSockets stack) throws Exception {
        try (ServerSocket listener = stack.listen();
                Socket client = stack.client()) {
            Background<Socket> accept = Background.start(listener::accept).settle();
            accept.interrupt();
            assertThat(accept.isBlocked()).isTrue();
            client.connect(stack.reachable(listener));
            accept.get().close();
            assertThat(accept.wasInterruptedAfterwards()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(TestedSockets.class)
    void anInterruptEndsAReadOfAVirtualThreadAndClosesTheSocket(TestedSockets stack) throws Exception {
        assumeThat(ThreadKind.VIRTUAL.exists()).isTrue();
        try (Pair pair = stack.connect()) {
            Background<Integer> reader = Background.start(
                            ThreadKind.VIRTUAL,
                            () -> pair.server().getInputStream().read())
                    .settle();
            reader.interrupt();
            assertThat(reader.failure()).isInstanceOf(SocketException.class).hasMessage("Closed by interrupt");
            assertThat(pair.server().isClosed()).isTrue();
            assertThat(pair.client().getInputStream().read()).isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @EnumSource(TestedSockets.class)
    void anInterruptEndsAnAcceptOfAVirtualThreadAndClosesTheListener(TestedSockets stack) throws Exception {
        assumeThat(ThreadKind.VIRTUAL.exists()).isTrue();
        try (ServerSocket listener = stack.listen()) {
            Background<Socket> accept =
                    Background.start(ThreadKind.VIRTUAL, listener::accept).settle();
            accept.interrupt();
            assertThat(accept.failure()).isInstanceOf(SocketException.class).hasMessage("Closed by interrupt");
            assertThat(listener.isClosed()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(value = TestedSockets.class, names = ".*VIRTUAL.*", mode = EnumSource.Mode.MATCH_NONE)
    void thePeerOfWhoLeavesSomethingUnreadReadsTheEndAndCannotWrite(TestedSockets stack) throws Exception {
        try (Pair pair = stack.connect()) {
            pair.client().getOutputStream().write(bytes(10));
            assertThat(pair.server().getInputStream().read()).isZero();
            pair.server().close();

            assertThat(pair.client().getInputStream().read()).isEqualTo(-1);
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 1000; i++) {
                            pair.client().getOutputStream().write(bytes(10_000));
                        }
                    })
                    .isInstanceOf(SocketException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(TestedSockets.class)
    void withoutLingeringThePeerIsReset(TestedSockets stack) throws Exception {
        try (Pair pair = stack.connect()) {
            pair.server().setSoLinger(true, 0);
            pair.server().close();

            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> pair.client().getInputStream().read())
                        .isInstanceOf(SocketException.class)
                        .hasMessage("Connection reset");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(TestedSockets.class)
    void urgentDataIsReadInlineOrNotAtAll(TestedSockets stack) throws Exception {
        try (Pair pair = stack.connect()) {
            pair.client().sendUrgentData('!');
            pair.client().getOutputStream().write('a');
            assertThat(pair.server().getInputStream().read()).isEqualTo('a');
            pair.server().setOOBInline(true);
            assertThat(pair.server().getOOBInline()).isTrue();
            pair.client().sendUrgentData('!');
            pair.client().getOutputStream().write('b');
            assertThat(pair.server().getInputStream().readNBytes(2)).containsExactly('!', 'b');
            pair.client().shutdownOutput();
            assertThatThrownBy(() -> pair.client().sendUrgentData('!'))
                    .isExactlyInstanceOf(IOException.class)
                    .hasMessage("Broken pipe");
        }
    }

    @ParameterizedTest
    @EnumSource(TestedSockets.class)
    void aPortThatIsTakenIsNotBoundTwice(TestedSockets stack) throws Exception {
        try (ServerSocket first = stack.listen();
                ServerSocket second = stack.listener()) {
            assertThatThrownBy(() -> second.bind(
                            new InetSocketAddress(stack.bindAddress().getAddress(), first.getLocalPort())))
                    .isInstanceOf(java.net.BindException.class)
                    .hasMessageStartingWith("Address already in use");
        }
    }

    @ParameterizedTest
    @EnumSource(TestedSockets.class)
    void aClientThatIsBoundConnectsFromThatPort(TestedSockets stack) throws Exception {
        try (ServerSocket listener = stack.listen();
                Socket client = stack.client()) {
            client.bind(stack.clientAddress());
            int port = client.getLocalPort();
            assertThat(port).isPositive();
            assertThatThrownBy(() -> client.bind(null))
                    .isInstanceOf(SocketException.class)
                    .hasMessage("Already bound");
            client.connect(stack.reachable(listener));
            try (Socket server = listener.accept()) {
                assertThat(server.getPort()).isEqualTo(port);
                assertThat(client.getLocalPort()).isEqualTo(port);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(TestedSockets.class)
    void whoeverWaitsForAListenerThatIsClosedIsReset(TestedSockets stack) throws Exception {
        ServerSocket listener = stack.listen();
        try (Socket taken = stack.client();
                Socket waiting = stack.client()) {
            taken.connect(stack.reachable(listener));
            listener.accept().close();
            waiting.connect(stack.reachable(listener));
            listener.close();

            assertThatThrownBy(() -> {
                        if (waiting.getInputStream().read() < 0) {
                            waiting.getOutputStream().write(bytes(100_000));
                            waiting.getOutputStream().write(bytes(100_000));
                        }
                    })
                    .isInstanceOf(IOException.class);
        }
    }
}
