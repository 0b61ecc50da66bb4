package io.ztnio.provider.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.ztnio.provider.contract.TestedSockets.Pair;
import java.io.InputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A virtual thread whose interrupt status is set before it operates on sockets of {@code java.net}: what would wait
 * closes the socket, what is done at once does not notice.
 */
@Timeout(90)
@SuppressWarnings("try") // closing is what is tested
class JavaNetInterruptedContractTest {
    private static final int LONG_MILLIS = 60_000;

    /** Without a result. */
    @FunctionalInterface
    private interface Action {
        void run() throws Exception;
    }

    @BeforeEach
    void needsVirtualThreads() {
        assumeThat(ThreadKind.VIRTUAL.exists()).isTrue();
    }

    private static <T> Background<T> interrupted(Callable<T> operation) throws InterruptedException {
        return Background.start(ThreadKind.VIRTUAL, () -> {
            Thread.currentThread().interrupt();
            return operation.call();
        });
    }

    private static Background<Void> interruptedAction(Action operation) throws InterruptedException {
        return interrupted(() -> {
            operation.run();
            return null;
        });
    }

    private static void assertClosedByInterrupt(Background<?> operation) throws InterruptedException {
        assertThat(operation.failure()).isInstanceOf(SocketException.class).hasMessage("Closed by interrupt");
        assertThat(operation.wasInterruptedAfterwards()).isTrue();
    }

    /** Sends a datagram from {@code client}; it is there when this returns. */
    private static void deliver(TestedSockets stack, DatagramSocket client, DatagramSocket server) throws Exception {
        try (DatagramSocket later = stack.boundDatagrams()) {
            client.send(to(stack.address(server.getLocalPort())));
            client.send(to(stack.address(later.getLocalPort())));
            later.receive(room());
        }
    }

    private static DatagramPacket to(InetSocketAddress target) {
        return new DatagramPacket(new byte[1], 1, target);
    }

    private static DatagramPacket room() {
        return new DatagramPacket(new byte[1], 1);
    }

    @ParameterizedTest
    @EnumSource(TestedSockets.class)
    void acceptsWhatWaits(TestedSockets stack) throws Exception {
        for (int timeout : new int[] {0, LONG_MILLIS}) {
            try (ServerSocket listener = stack.listen();
                    Socket client = stack.client();
                    Socket later = stack.client()) {
                client.connect(stack.reachable(listener));
                later.connect(stack.reachable(listener));
                listener.setSoTimeout(timeout);

                Background<Socket> accept = interrupted(listener::accept);
                try (Socket server = accept.get()) {
                    assertThat(server.getPort()).isEqualTo(client.getLocalPort());
                }
                assertThat(accept.wasInterruptedAfterwards()).isTrue();
                assertThat(listener.isClosed()).isFalse();
                listener.accept().close();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(TestedSockets.class)
    void acceptsNothingAndClosesTheListener(TestedSockets stack) throws Exception {
        for (int timeout : new int[] {0, LONG_MILLIS}) {
            try (ServerSocket listener = stack.listen()) {
                listener.setSoTimeout(timeout);
                assertClosedByInterrupt(interrupted(listener::accept));
                assertThat(listener.isClosed()).isTrue();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(TestedSockets.class)
    void readsWhatIsThereAndWritesWhereThereIsRoom(TestedSockets stack) throws Exception {
        for (int timeout : new int[] {0, LONG_MILLIS}) {
            try (Pair pair = stack.connect()) {
                InputStream input = pair.server().getInputStream();
                pair.server().setSoTimeout(timeout);
                pair.client().getOutputStream().write(7);
                while (input.available() == 0) {
                    Thread.onSpinWait();
                }
                assertThat(interrupted(input::read).get()).isEqualTo(7);
                interruptedAction(() -> pair.server().getOutputStream().write(8))
                        .get();
                assertThat(pair.client().getInputStream().read()).isEqualTo(8);

                assertClosedByInterrupt(interrupted(input::read));
                assertThat(pair.server().isClosed()).isTrue();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(TestedSockets.class)
    void aConnectWithoutTimeoutAlwaysWaits(TestedSockets stack) throws Exception {
        try (ServerSocket listener = stack.listen();
                Socket client = stack.client()) {
            assertClosedByInterrupt(interruptedAction(() -> client.connect(stack.reachable(listener))));
            assertThat(client.isClosed()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(TestedSockets.class)
    void sends(TestedSockets stack) throws Exception {
        try (DatagramSocket server = stack.boundDatagrams();
                DatagramSocket client = stack.datagrams()) {
            InetSocketAddress target = stack.address(server.getLocalPort());
            client.send(to(target));
            Background<Void> sending = interruptedAction(() -> client.send(to(target)));
            sending.get();
            assertThat(sending.wasInterruptedAfterwards()).isTrue();
            assertThat(client.isClosed()).isFalse();
            server.receive(room());
            server.receive(room());
        }
    }

    @ParameterizedTest
    @EnumSource(TestedSockets.class)
    void receivesWhatIsThere(TestedSockets stack) throws Exception {
        for (int timeout : new int[] {0, LONG_MILLIS}) {
            try (DatagramSocket server = stack.boundDatagrams();
                    DatagramSocket client = stack.datagrams()) {
                server.setSoTimeout(timeout);
                deliver(stack, client, server);

                Background<Void> receiving = interruptedAction(() -> server.receive(room()));
                receiving.get();
                assertThat(receiving.wasInterruptedAfterwards()).isTrue();
                assertThat(server.isClosed()).isFalse();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(TestedSockets.class)
    void receivesNothingAndClosesTheSocket(TestedSockets stack) throws Exception {
        for (int timeout : new int[] {0, LONG_MILLIS}) {
            try (DatagramSocket server = stack.boundDatagrams()) {
                server.setSoTimeout(timeout);
                assertClosedByInterrupt(interruptedAction(() -> server.receive(room())));
                assertThat(server.isClosed()).isTrue();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(value = TestedSockets.class, names = ".*VIRTUAL.*", mode = EnumSource.Mode.MATCH_NONE)
    void isToldThatNobodyIsThere(TestedSockets stack) throws Exception {
        int port;
        try (DatagramSocket gone = stack.boundDatagrams()) {
            port = gone.getLocalPort();
        }
        try (DatagramSocket client = stack.datagrams();
                DatagramSocket later = stack.boundDatagrams()) {
            client.connect(stack.address(port));
            client.send(new DatagramPacket(new byte[1], 1));
            // What comes of it has come when another's datagrams are answered.
            try (DatagramSocket other = stack.datagrams()) {
                other.send(to(stack.address(later.getLocalPort())));
                DatagramPacket received = room();
                later.receive(received);
                later.send(received);
                other.receive(room());
            }
            assertThat(interruptedAction(() -> client.receive(room())).failure())
                    .isInstanceOf(PortUnreachableException.class);
            assertThat(client.isClosed()).isFalse();
        }
    }
}
