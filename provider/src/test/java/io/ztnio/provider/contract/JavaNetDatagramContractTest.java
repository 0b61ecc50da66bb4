package io.ztnio.provider.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.MulticastSocket;
import java.net.NetworkInterface;
import java.net.PortUnreachableException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code DatagramSocket} and {@code MulticastSocket} in both stacks: what the JDK's own do. */
@Timeout(60)
@SuppressWarnings({"try", "AddressSelection", "deprecation"}) // closing is what is tested; literals; every method
class JavaNetDatagramContractTest {
    private static final int LONG_MILLIS = 60_000;

    static Stream<Arguments> stacksAndThreads() {
        return JavaNetSocketContractTest.stacksAndThreads();
    }

    private static DatagramPacket packet(int size) {
        byte[] bytes = new byte[size];
        TestedStack.bytes(size).get(bytes);
        return new DatagramPacket(bytes, size);
    }

    private static DatagramPacket to(InetSocketAddress target, int size) {
        DatagramPacket packet = packet(size);
        packet.setSocketAddress(target);
        return packet;
    }

    private static DatagramPacket room(int size) {
        return new DatagramPacket(new byte[size], size);
    }

    @ParameterizedTest
    @MethodSource("stacksAndThreads")
    void sendsAndAnswersWithThePacketThatWasReceived(TestedSockets stack, ThreadKind kind) throws Exception {
        try (DatagramSocket server = stack.boundDatagrams();
                DatagramSocket client = stack.datagrams()) {
            Background<Void> answering = Background.start(kind, () -> {
                DatagramPacket received = room(1000);
                server.receive(received);
                server.send(received);
                return null;
            });
            client.send(to(stack.address(server.getLocalPort()), 100));
            DatagramPacket answer = room(1000);
            client.setSoTimeout(LONG_MILLIS);
            client.receive(answer);

            answering.get();
            assertThat(answer.getLength()).isEqualTo(100);
            assertThat(answer.getSocketAddress()).isEqualTo(stack.address(server.getLocalPort()));
        }
    }

    @ParameterizedTest
    @EnumSource(TestedSockets.class)
    void whatIsLongerThanThePacketIsCutAndTheNextReceiveHasTheWholeRoom(TestedSockets stack) throws Exception {
        try (DatagramSocket server = stack.boundDatagrams();
                DatagramSocket client = stack.datagrams()) {
            DatagramPacket received = new DatagramPacket(new byte[1000], 5, 50);
            for (int size : new int[] {20, 100, 0, 50}) {
                client.send(to(stack.address(server.getLocalPort()), size));
                server.receive(received);
                assertThat(received.getLength()).isEqualTo(Math.min(size, 50));
                assertThat(received.getOffset()).isEqualTo(5);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("stacksAndThreads")
    void aTimeoutEndsAReceiveAndTheNextOneReceives(TestedSockets stack, ThreadKind kind) throws Exception {
        try (DatagramSocket server = stack.boundDatagrams();
                DatagramSocket client = stack.datagrams()) {
            server.setSoTimeout(30);
            Background<Void> receiving = Background.start(kind, () -> {
                server.receive(room(10));
                return null;
            });
            assertThat(receiving.failure())
                    .isInstanceOf(SocketTimeoutException.class)
                    .hasMessage("Receive timed out");
            client.send(to(stack.address(server.getLocalPort()), 10));
            server.setSoTimeout(LONG_MILLIS);
            server.receive(room(10));
        }
    }

    @ParameterizedTest
    @MethodSource("stacksAndThreads")
    void closeEndsAReceiveThatWaits(TestedSockets stack, ThreadKind kind) throws Exception {
        try (DatagramSocket server = stack.boundDatagrams()) {
            Background<Void> receiving = Background.<Void>start(kind, () -> {
                        server.receive(room(10));
                        return null;
                    })
                    .settle();
            server.close();
            assertThat(receiving.failure()).isInstanceOf(SocketException.class).hasMessage("Socket closed");
        }
    }

    @ParameterizedTest
    @EnumSource(TestedSockets.class)
    void anInterruptDoesNotEndAReceiveOfAPlatformThread(TestedSockets stack) throws Exception {
        try (DatagramSocket server = stack.boundDatagrams();
                DatagramSocket client = stack.datagrams()) {
            Background<Void> receiving = Background.<Void>start(() -> {
                        server.receive(room(10));
                        return null;
                    })
                    .settle();
            receiving.interrupt();
            assertThat(receiving.isBlocked()).isTrue();
            client.send(to(stack.address(server.getLocalPort()), 10));
            receiving.get();
            assertThat(receiving.wasInterruptedAfterwards()).isTrue();
            assertThat(server.isClosed()).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource(TestedSockets.class)
    void anInterruptEndsAReceiveOfAVirtualThreadAndClosesTheSocket(TestedSockets stack) throws Exception {
        assumeThat(ThreadKind.VIRTUAL.exists()).isTrue();
        try (DatagramSocket server = stack.boundDatagrams()) {
            Background<Void> receiving = Background.<Void>start(ThreadKind.VIRTUAL, () -> {
                        server.receive(room(10));
                        return null;
                    })
                    .settle();
            receiving.interrupt();
            assertThat(receiving.failure()).isInstanceOf(SocketException.class).hasMessage("Closed by interrupt");
            assertThat(server.isClosed()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(TestedSockets.class)
    void aConnectedSocketHearsItsPeerOnlyAndCanConnectAgain(TestedSockets stack) throws Exception {
        try (DatagramSocket server = stack.boundDatagrams();
                DatagramSocket peer = stack.boundDatagrams();
                DatagramSocket other = stack.boundDatagrams()) {
            InetSocketAddress self = stack.address(server.getLocalPort());
            server.connect(stack.address(peer.getLocalPort()));
            other.send(to(self, 1));
            peer.send(to(self, 2));
            DatagramPacket received = room(10);
            server.receive(received);
            assertThat(received.getLength()).isEqualTo(2);
            server.connect(stack.address(other.getLocalPort()));
            assertThat(server.getPort()).isEqualTo(other.getLocalPort());
            server.disconnect();
            assertThat(server.isConnected()).isFalse();
            assertThat(server.getLocalPort()).isEqualTo(self.getPort());
            peer.send(to(self, 3));
            server.receive(room(10));
        }
    }

    @ParameterizedTest
    @EnumSource(value = TestedSockets.class, names = ".*VIRTUAL.*", mode = EnumSource.Mode.MATCH_NONE)
    void aConnectedSocketIsToldThatNobodyIsThere(TestedSockets stack) throws Exception {
        int port;
        try (DatagramSocket gone = stack.boundDatagrams()) {
            port = gone.getLocalPort();
        }
        try (DatagramSocket client = stack.datagrams()) {
            client.connect(stack.address(port));
            client.setSoTimeout(LONG_MILLIS);
            client.send(packet(1));
            assertThatThrownBy(() -> client.receive(room(1))).isInstanceOf(PortUnreachableException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(TestedSockets.class)
    void joinsAndLeavesGroups(TestedSockets stack) throws Exception {
        NetworkInterface loopback = NetworkInterface.getByInetAddress(TestedStack.ipv4(127, 0, 0, 1));
        InetSocketAddress group = new InetSocketAddress(TestedStack.ipv4(239, 1, 2, 3), 0);
        try (MulticastSocket socket = stack.boundDatagrams()) {
            socket.joinGroup(group, loopback);
            assertThatThrownBy(() -> socket.joinGroup(group, loopback))
                    .isInstanceOf(SocketException.class)
                    .hasMessage("Already a member of group");
            socket.leaveGroup(group, loopback);
            assertThatThrownBy(() -> socket.leaveGroup(group, loopback))
                    .isInstanceOf(SocketException.class)
                    .hasMessage("Not a member of group");
            socket.setNetworkInterface(loopback);
            assertThat(socket.getNetworkInterface()).isEqualTo(loopback);
            socket.setInterface(TestedStack.ipv4(127, 0, 0, 1));
            assertThat(socket.getInterface()).isEqualTo(TestedStack.ipv4(127, 0, 0, 1));
            socket.joinGroup(group.getAddress());
            socket.leaveGroup(group.getAddress());
            socket.setTimeToLive(7);
            socket.setLoopbackMode(true);
            assertThat(socket.getTimeToLive()).isEqualTo(7);
            assertThat(socket.getLoopbackMode()).isTrue();
        }
    }
}
