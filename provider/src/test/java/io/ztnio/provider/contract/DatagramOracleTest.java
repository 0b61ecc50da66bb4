package io.ztnio.provider.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** What datagram channels of every stack answer, of which the JDK's are right. */
@Timeout(60)
@SuppressWarnings("try") // closing is what is tested
class DatagramOracleTest {
    private static final InetSocketAddress UNRESOLVED = InetSocketAddress.createUnresolved("nowhere.invalid", 1);

    /** What connects and sends. */
    private static DatagramChannel open(TestedStack stack) throws IOException {
        return stack.provider.openDatagramChannel(StandardProtocolFamily.INET);
    }

    /** What is sent to. */
    private static DatagramChannel bound(TestedStack stack) throws IOException {
        InetSocketAddress address = stack.bindAddress();
        return stack.peer
                .openDatagramChannel(StandardProtocolFamily.INET)
                .bind(
                        address.getAddress().isAnyLocalAddress()
                                ? new InetSocketAddress(TestedStack.ipv4(0, 0, 0, 0), 0)
                                : address);
    }

    private static boolean isWildcard(DatagramChannel channel) throws IOException {
        return ((InetSocketAddress) channel.getLocalAddress()).getAddress().isAnyLocalAddress();
    }

    /** Waits for a datagram without taking it. */
    private static void awaitOne(TestedStack stack, DatagramChannel channel) throws IOException {
        try (Selector selector = stack.selector()) {
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ);
            assertThat(selector.select()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void sendingAndReceivingBind(TestedStack stack) throws Exception {
        Answers.asTheJdk(stack, (asked, answers) -> {
            try (DatagramChannel sender = open(asked);
                    DatagramChannel receiver = open(asked);
                    DatagramChannel target = bound(asked)) {
                answers.add("send", () -> sender.send(TestedStack.bytes(2), asked.reachable(target)));
                answers.add("sender's address", () -> isWildcard(sender));
                receiver.configureBlocking(false);
                answers.add("receive", () -> receiver.receive(ByteBuffer.allocate(1)));
                answers.add("receiver's address", () -> isWildcard(receiver));
                answers.add("bind of the sender", () -> sender.bind(null));
                answers.add("bind of the receiver", () -> receiver.bind(null));
            }
        });
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void aConnectedChannelSendsToItsPeerOnly(TestedStack stack) throws Exception {
        Answers.asTheJdk(stack, (asked, answers) -> {
            try (DatagramChannel one = bound(asked);
                    DatagramChannel another = bound(asked);
                    DatagramChannel client = open(asked)) {
                client.connect(asked.reachable(one));
                answers.add("to its peer", () -> client.send(TestedStack.bytes(2), asked.reachable(one)));
                answers.add("to another", () -> client.send(TestedStack.bytes(2), asked.reachable(another)));
                DatagramPacket packet = new DatagramPacket(new byte[3], 3, asked.reachable(another));
                answers.add("a packet to another", () -> sent(client.socket(), packet));
                answers.add("a packet to nobody", () -> sent(client.socket(), new DatagramPacket(new byte[3], 3)));
                answers.add("first", () -> one.receive(ByteBuffer.allocate(9)).equals(asked.reachable(client)));
                ByteBuffer second = ByteBuffer.allocate(9);
                answers.add("second", () -> one.receive(second).equals(asked.reachable(client)));
                answers.add("size", second::position);
                client.disconnect();
                answers.add(
                        "a packet to nobody, not connected",
                        () -> sent(client.socket(), new DatagramPacket(new byte[3], 3)));
            }
        });
    }

    private static Object sent(DatagramSocket socket, DatagramPacket packet) throws IOException {
        socket.send(packet);
        return "sent";
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void unusableTargetsAreRefusedWithTheJdksWords(TestedStack stack) throws Exception {
        Answers.asTheJdk(stack, (asked, answers) -> {
            try (DatagramChannel channel = open(asked).bind(null)) {
                SocketAddress unix = UnixDomainSocketAddress.of("x");
                answers.add("send, port 0", () -> channel.send(TestedStack.bytes(1), asked.address(0)));
                for (String when : new String[] {"open", "closed"}) {
                    answers.add(when + ", connect, port 0", () -> channel.connect(asked.address(0)));
                    answers.add(when + ", send, unresolved", () -> channel.send(TestedStack.bytes(1), UNRESOLVED));
                    answers.add(when + ", connect, unresolved", () -> channel.connect(UNRESOLVED));
                    answers.add(when + ", bind, unresolved", () -> channel.bind(UNRESOLVED));
                    answers.add(when + ", send, unix", () -> channel.send(TestedStack.bytes(1), unix));
                    answers.add(when + ", connect, unix", () -> channel.connect(unix));
                    answers.add(when + ", bind, unix", () -> channel.bind(unix));
                    answers.add(when + ", disconnect", () -> channel.disconnect() == channel);
                    answers.add(when + ", open", channel::isOpen);
                    channel.close();
                }
            }
        });
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void readsAndWritesNeedAPeerAndMayMoveNothing(TestedStack stack) throws Exception {
        Answers.asTheJdk(stack, (asked, answers) -> {
            try (DatagramChannel server = bound(asked);
                    DatagramChannel client = open(asked)) {
                answers.add("read", () -> server.read(ByteBuffer.allocate(1)));
                answers.add("write", () -> server.write(TestedStack.bytes(1)));
                ByteBuffer[] buffers = {ByteBuffer.allocate(1), ByteBuffer.allocate(1)};
                answers.add("scattering read", () -> server.read(buffers));
                answers.add("gathering write", () -> server.write(buffers));
                client.send(TestedStack.bytes(1), asked.reachable(server));
                server.connect(server.receive(ByteBuffer.allocate(1)));
                client.send(ByteBuffer.allocate(0), asked.reachable(server));
                client.send(TestedStack.bytes(5), asked.reachable(server));
                // The JDK's channels take it for the end of a stream, which a datagram cannot be.
                assertThat(server.read(ByteBuffer.allocate(9))).isBetween(asked.isVirtual() ? 0 : -1, 0);
                answers.add("read of something", () -> server.read(ByteBuffer.allocate(9)));
                answers.add(
                        "read-only", () -> server.read(ByteBuffer.allocate(1).asReadOnlyBuffer()));
                client.connect(asked.reachable(server));
                answers.add("write of nothing", () -> client.write(ByteBuffer.allocate(0)));
                answers.add(
                        "gathering write of nothing", () -> client.write(new ByteBuffer[] {ByteBuffer.allocate(0)}));
                client.write(TestedStack.bytes(2));
                answers.add("read after writes of nothing", () -> server.read(ByteBuffer.allocate(9)));
                answers.add("send of nothing", () -> client.send(ByteBuffer.allocate(0), asked.reachable(server)));
                client.write(TestedStack.bytes(3));
                answers.add("read after a send of nothing", () -> server.read(ByteBuffer.allocate(9)));
                client.socket().send(new DatagramPacket(new byte[0], 0));
                client.write(TestedStack.bytes(4));
                answers.add("read after a packet of nothing", () -> server.read(ByteBuffer.allocate(9)));
            }
        });
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void connectingForgetsWhatWasQueued(TestedStack stack) throws Exception {
        Answers.asTheJdk(stack, (asked, answers) -> {
            try (DatagramChannel receiver = bound(asked);
                    DatagramChannel peer = open(asked)) {
                peer.connect(asked.reachable(receiver));
                peer.write(TestedStack.bytes(4));
                awaitOne(asked, receiver);

                receiver.connect(peer.getLocalAddress());

                answers.add("queued before", () -> receiver.receive(ByteBuffer.allocate(9)));
                receiver.configureBlocking(true);
                peer.write(TestedStack.bytes(3));
                answers.add("sent afterwards", () -> receiver.read(ByteBuffer.allocate(9)));
            }
        });
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void whileConnectedTheLocalAddressIsOneAndAfterwardsWhatItWas(TestedStack stack) throws Exception {
        Answers.asTheJdk(stack, (asked, answers) -> {
            try (DatagramChannel server = bound(asked);
                    DatagramChannel client = open(asked).bind(null)) {
                int port = client.socket().getLocalPort();
                client.setOption(StandardSocketOptions.SO_BROADCAST, true);
                answers.add("bound", () -> isWildcard(client));
                for (int round = 0; round < 2; round++) {
                    client.connect(asked.reachable(server));
                    answers.add(round + ", connected", () -> isWildcard(client));
                    answers.add(round + ", port", () -> client.socket().getLocalPort() == port);
                    answers.add(round + ", connect again", () -> client.connect(asked.reachable(server)));
                    client.disconnect();
                    answers.add(round + ", disconnected", () -> isWildcard(client));
                    answers.add(round + ", same port", () -> client.socket().getLocalPort() == port);
                    answers.add(round + ", option", () -> client.getOption(StandardSocketOptions.SO_BROADCAST));
                }
                answers.add("disconnect again", () -> client.disconnect() == client);
                client.close();
                answers.add("disconnect, closed", () -> client.disconnect() == client);
            }
        });
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void aReceiveDoesNotKeepASendWaiting(TestedStack stack) throws Exception {
        try (DatagramChannel receiver = bound(stack);
                DatagramChannel client = open(stack).bind(null)) {
            Background<SocketAddress> receiving = Background.start(() -> client.receive(ByteBuffer.allocate(9)))
                    .awaitBlocked();

            client.send(TestedStack.bytes(2), stack.reachable(receiver));

            SocketAddress asker = receiver.receive(ByteBuffer.allocate(9));
            receiver.send(TestedStack.bytes(1), asker);
            assertThat(receiving.get()).isEqualTo(stack.reachable(receiver));
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void aConnectedChannelHearsItsPeerOnly(TestedStack stack) throws Exception {
        try (DatagramChannel receiver = bound(stack);
                DatagramChannel peer = open(stack);
                DatagramChannel stranger = open(stack)) {
            InetSocketAddress target = stack.reachable(receiver);
            stranger.connect(target);
            peer.connect(target);
            receiver.connect(peer.getLocalAddress());

            stranger.write(TestedStack.bytes(7));
            peer.write(TestedStack.bytes(3));

            assertThat(receiver.receive(ByteBuffer.allocate(9))).isEqualTo(peer.getLocalAddress());
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = TestedStack.class,
            names = {"VIRTUAL_ADDRESS", "WILDCARD_FROM_VIRTUAL"},
            mode = Mode.EXCLUDE) // no part of the fake
    void aPortWhereNobodyIsIsToldToWhoIsConnectedAndToNobodyElse(TestedStack stack) throws Exception {
        InetSocketAddress nobody;
        try (DatagramChannel closed = bound(stack)) {
            nobody = stack.reachable(closed);
        }
        try (DatagramChannel connected = open(stack);
                DatagramChannel unconnected = open(stack);
                DatagramChannel live = bound(stack)) {
            connected.connect(nobody);
            connected.write(TestedStack.bytes(1));
            assertThatThrownBy(() -> connected.read(ByteBuffer.allocate(1)))
                    .isInstanceOf(PortUnreachableException.class);
            assertThat(connected.isOpen()).isTrue();

            unconnected.send(TestedStack.bytes(1), nobody);
            unconnected.send(TestedStack.bytes(2), stack.reachable(live));
            SocketAddress asker = live.receive(ByteBuffer.allocate(9));
            live.send(TestedStack.bytes(3), asker);
            ByteBuffer answer = ByteBuffer.allocate(9);
            assertThat(unconnected.receive(answer)).isNotNull();
            assertThat(answer.position()).isEqualTo(3);
        }
    }
}
