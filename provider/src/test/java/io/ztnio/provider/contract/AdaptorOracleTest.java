package io.ztnio.provider.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ztnio.provider.contract.TestedStack.Pair;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the sockets of channels answer, of which the JDK's are right: they differ from version to version. */
@Timeout(60)
@SuppressWarnings("try") // closing is what is tested
class AdaptorOracleTest {
    private static final InetSocketAddress UNRESOLVED = InetSocketAddress.createUnresolved("nowhere.invalid", 1);
    private static final SocketAddress UNIX = UnixDomainSocketAddress.of("x");

    /** Something that has no result. */
    private interface Action {
        void run() throws Exception;
    }

    private static void add(Answers answers, String question, Action action) {
        answers.add(question, () -> {
            action.run();
            return "done";
        });
    }

    private static void askConnect(Answers answers, String when, Socket socket, InetSocketAddress target) {
        add(answers, when + ", connect, none", () -> socket.connect(null));
        add(answers, when + ", connect, negative timeout", () -> socket.connect(target, -1));
        add(answers, when + ", connect, unix", () -> socket.connect(UNIX));
        answers.add(when + ", open", () -> !socket.isClosed());
        add(answers, when + ", connect, unresolved", () -> socket.connect(UNRESOLVED, 1000));
        answers.add(when + ", open after unresolved", () -> !socket.isClosed());
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void connectsAreRefusedWithTheExceptionsOfThisJdk(TestedStack stack) throws Exception {
        Answers.asTheJdk(stack, (asked, answers) -> {
            try (ServerSocketChannel listener = asked.listen();
                    SocketChannel channel = asked.provider.openSocketChannel();
                    SocketChannel fresh = asked.provider.openSocketChannel()) {
                InetSocketAddress target = asked.reachable(listener);
                askConnect(answers, "fresh", fresh.socket(), target);
                channel.socket().connect(target, 10_000);
                SocketChannel server = listener.accept();
                // The JDK has changed its mind about what this is.
                assertThatThrownBy(() -> channel.socket().connect(target))
                        .isInstanceOfAny(AlreadyConnectedException.class, SocketException.class);
                assertThatThrownBy(() -> channel.socket().connect(target, 1000))
                        .isInstanceOfAny(AlreadyConnectedException.class, SocketException.class);
                answers.add("still connected", channel::isConnected);
                server.close();
            }
        });
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void failuresOfTheChannelAreToldAsThoseOfASocket(TestedStack stack) throws Exception {
        Answers.asTheJdk(stack, (asked, answers) -> {
            try (SocketChannel fresh = asked.peer.openSocketChannel();
                    ServerSocketChannel listener = asked.peer.openServerSocketChannel()) {
                Socket socket = fresh.socket();
                add(answers, "shutdownInput", socket::shutdownInput);
                add(answers, "shutdownOutput", socket::shutdownOutput);
                answers.add("input", socket::getInputStream);
                answers.add("output", socket::getOutputStream);
                add(answers, "bind, unresolved", () -> socket.bind(UNRESOLVED));
                add(answers, "bind, unix", () -> socket.bind(UNIX));
                add(answers, "bind", () -> socket.bind(asked.bindAddress()));
                add(answers, "bind again", () -> socket.bind(asked.bindAddress()));
                ServerSocket server = listener.socket();
                answers.add("accept", server::accept);
                add(answers, "listen, unresolved", () -> server.bind(UNRESOLVED));
                add(answers, "listen, unix", () -> server.bind(UNIX));
                add(answers, "listen", () -> server.bind(asked.bindAddress()));
                add(answers, "listen again", () -> server.bind(asked.bindAddress()));
                fresh.close();
                listener.close();
                add(answers, "shutdownInput, closed", socket::shutdownInput);
                add(answers, "bind, closed", () -> socket.bind(asked.bindAddress()));
                add(answers, "connect, closed", () -> socket.connect(asked.address(1)));
                answers.add("input, closed", socket::getInputStream);
                answers.add("no delay, closed", socket::getTcpNoDelay);
                add(answers, "timeout, closed", () -> socket.setSoTimeout(1));
                add(answers, "negative timeout, closed", () -> socket.setSoTimeout(-1));
                add(answers, "listener's negative timeout, closed", () -> server.setSoTimeout(-1));
                answers.add("accept, closed", server::accept);
                add(answers, "listen, closed", () -> server.bind(asked.bindAddress()));
            }
        });
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void nothingBlocksInNonBlockingMode(TestedStack stack) throws Exception {
        Answers.asTheJdk(stack, (asked, answers) -> {
            try (Pair pair = asked.connect();
                    ServerSocketChannel listener = asked.listen();
                    SocketChannel client = asked.provider.openSocketChannel();
                    Selector selector = asked.selector()) {
                InputStream input = pair.client().socket().getInputStream();
                OutputStream output = pair.client().socket().getOutputStream();
                pair.client().configureBlocking(false);
                answers.add("read", input::read);
                answers.add("read of nothing", () -> input.read(new byte[0]));
                add(answers, "write", () -> output.write(1));
                pair.client().socket().setSoTimeout(1);
                answers.add("read with a timeout", input::read);
                listener.configureBlocking(false);
                answers.add("accept", listener.socket()::accept);
                listener.socket().setSoTimeout(1);
                answers.add("accept with a timeout", listener.socket()::accept);
                listener.socket().setSoTimeout(0);
                client.configureBlocking(false);
                add(answers, "connect", () -> client.socket().connect(asked.reachable(listener)));
                add(answers, "connect with a timeout", () -> client.socket().connect(asked.reachable(listener), 1));
                answers.add("open", client::isOpen);
                client.configureBlocking(true);
                client.connect(asked.reachable(listener));
                listener.register(selector, SelectionKey.OP_ACCEPT);
                selector.select();
                answers.add(
                        "accept of what waits", () -> closed(listener.socket().accept()));
            }
        });
    }

    private static Object closed(Socket socket) throws Exception {
        socket.close();
        return "accepted";
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void streamsAndChannelReadFromOneConnection(TestedStack stack) throws Exception {
        try (Pair pair = stack.connect()) {
            Socket socket = pair.client().socket();
            InputStream input = socket.getInputStream();
            pair.server().write(ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5, 6}));
            ByteBuffer two = ByteBuffer.allocate(2);

            assertThat(input.read()).isEqualTo(1);
            assertThat(pair.client().read(two)).isEqualTo(2);
            assertThat(input.readNBytes(2)).containsExactly(4, 5);
            assertThat(input.available()).isEqualTo(1);
            assertThat(pair.client().read(two.clear())).isEqualTo(1);
            // One lock for both: who reads by the channel waits until the stream's reader is done.
            Background<Integer> stream = Background.start(input::read).awaitBlocked();
            Background<Integer> channel = Background.start(() -> pair.client().read(ByteBuffer.allocate(1)))
                    .awaitBlocked();
            pair.server().write(ByteBuffer.wrap(new byte[] {7}));
            assertThat(stream.get()).isEqualTo(7);
            pair.server().write(ByteBuffer.wrap(new byte[] {8}));
            assertThat(channel.get()).isEqualTo(1);
            pair.server().close();
            assertThat(input.read()).isEqualTo(-1);
            assertThat(input.available()).isZero();
            input.close();
            assertThat(pair.client().isOpen()).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void datagramSocketsRefuseWithTheExceptionsOfThisJdk(TestedStack stack) throws Exception {
        Answers.asTheJdk(stack, (asked, answers) -> {
            try (DatagramChannel channel = asked.peer.openDatagramChannel()) {
                DatagramSocket socket = channel.socket();
                DatagramPacket packet = new DatagramPacket(new byte[1], 1);
                add(answers, "send to nobody", () -> socket.send(packet));
                for (String when : new String[] {"open", "closed"}) {
                    add(answers, when + ", connect, none", () -> socket.connect(null));
                    add(answers, when + ", connect, unresolved", () -> socket.connect(UNRESOLVED));
                    add(answers, when + ", connect, unix", () -> socket.connect(UNIX));
                    add(answers, when + ", bind, unix", () -> socket.bind(UNIX));
                    add(answers, when + ", bind", () -> socket.bind(asked.bindAddress()));
                    add(answers, when + ", bind again", () -> socket.bind(asked.bindAddress()));
                    add(answers, when + ", negative timeout", () -> socket.setSoTimeout(-1));
                    add(answers, when + ", no buffer", () -> socket.setReceiveBufferSize(0));
                    add(answers, when + ", no send buffer", () -> socket.setSendBufferSize(0));
                    add(answers, when + ", disconnect", socket::disconnect);
                    socket.close();
                }
                add(answers, "receive, closed", () -> socket.receive(packet));
            }
            try (DatagramChannel channel = asked.peer.openDatagramChannel().bind(asked.bindAddress())) {
                channel.configureBlocking(false);
                add(
                        answers,
                        "receive, not blocking",
                        () -> channel.socket().receive(new DatagramPacket(new byte[1], 1)));
            }
        });
    }
}
