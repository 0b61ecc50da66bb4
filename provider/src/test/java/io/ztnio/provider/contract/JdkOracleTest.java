package io.ztnio.provider.contract;

import io.ztnio.provider.contract.TestedStack.Pair;
import io.ztnio.tcpip.endpoint.DatagramOptions;
import io.ztnio.tcpip.endpoint.StreamSocketOptions;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.NetworkChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The same questions to a stack and to the JDK, whose answers are right. */
@Timeout(60)
@SuppressWarnings({"try", "AddressSelection"}) // closing is what is tested; literals
class JdkOracleTest {
    /** Sizes of buffers, and what Linux changes as it goes. */
    private static final Set<String> IN_THE_SYSTEMS_HANDS =
            Set.of("SO_SNDBUF", "SO_RCVBUF", "SO_INCOMING_NAPI_ID", "TCP_QUICKACK");

    private boolean wildcard;

    /** Where to bind: the wildcard address if the stack in question does. */
    private InetSocketAddress bindAddress(TestedStack asked) {
        return wildcard ? new InetSocketAddress(0) : asked.bindAddress();
    }

    private void answersAsTheJdk(TestedStack stack, Answers.Question question) throws Exception {
        wildcard = stack.bindAddress().getAddress().isAnyLocalAddress();
        Answers.asTheJdk(stack, question);
    }

    private static void askSocket(Answers answers, String when, Socket socket) {
        answers.add(when + " getInetAddress", socket::getInetAddress);
        answers.add(when + " getPort", socket::getPort);
        answers.add(when + " getRemoteSocketAddress", socket::getRemoteSocketAddress);
        answers.add(when + " getLocalPort", socket::getLocalPort);
        answers.add(when + " getLocalAddress", () -> wildcardOr(socket.getLocalAddress()));
        answers.add(when + " getLocalSocketAddress", () -> wildcardOr(socket.getLocalSocketAddress()));
        answers.add(when + " isBound", socket::isBound);
        answers.add(when + " isConnected", socket::isConnected);
        answers.add(when + " isClosed", socket::isClosed);
        answers.add(when + " isInputShutdown", socket::isInputShutdown);
        answers.add(when + " isOutputShutdown", socket::isOutputShutdown);
        answers.add(when + " getSoTimeout", socket::getSoTimeout);
        answers.add(when + " getTcpNoDelay", socket::getTcpNoDelay);
        answers.add(when + " getSoLinger", socket::getSoLinger);
        answers.add(when + " getKeepAlive", socket::getKeepAlive);
        answers.add(when + " getReuseAddress", socket::getReuseAddress);
        answers.add(when + " getOOBInline", socket::getOOBInline);
        answers.add(when + " getInputStream", () -> socket.getInputStream() != null);
        answers.add(when + " getOutputStream", () -> socket.getOutputStream() != null);
    }

    private static Object wildcardOr(InetAddress address) {
        return address != null && address.isAnyLocalAddress() ? "wildcard" : address;
    }

    private static Object wildcardOr(SocketAddress address) {
        return address instanceof InetSocketAddress inet && inet.getAddress().isAnyLocalAddress()
                ? "wildcard"
                : address;
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void socketsAnswerForTheirAddressesBeforeAndAfterClose(TestedStack stack) throws Exception {
        answersAsTheJdk(stack, (asked, answers) -> {
            try (Pair pair = asked.connect()) {
                Socket client = pair.client().socket();
                Socket server = pair.server().socket();
                answers.name(pair.client().getRemoteAddress(), "server");
                answers.name(pair.client().getLocalAddress(), "client");
                askSocket(answers, "client, open,", client);
                askSocket(answers, "server, open,", server);
                client.close();
                askSocket(answers, "client, closed,", client);
                server.close();
                askSocket(answers, "server, closed,", server);
            }
        });
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void socketsThatWereNeverConnectedAnswerAfterClose(TestedStack stack) throws Exception {
        answersAsTheJdk(stack, (asked, answers) -> {
            try (SocketChannel bound = asked.peer.openSocketChannel();
                    SocketChannel fresh = asked.provider.openSocketChannel()) {
                bound.bind(bindAddress(asked));
                answers.name(bound.getLocalAddress(), "own");
                askSocket(answers, "bound, open,", bound.socket());
                bound.close();
                askSocket(answers, "bound, closed,", bound.socket());
                askSocket(answers, "fresh, open,", fresh.socket());
                fresh.socket().close();
                askSocket(answers, "fresh, closed,", fresh.socket());
            }
        });
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void socketsThatWereRefusedAnswerAfterwards(TestedStack stack) throws Exception {
        answersAsTheJdk(stack, (asked, answers) -> {
            InetSocketAddress refusing = asked.refusing();
            answers.name(refusing, "nobody");
            try (SocketChannel channel = asked.provider.openSocketChannel()) {
                answers.add("connect", () -> channel.connect(refusing));
                askSocket(answers, "refused", channel.socket());
            }
            try (SocketChannel channel = asked.provider.openSocketChannel()) {
                answers.add("adaptor's connect", () -> {
                    channel.socket().connect(refusing, 10_000);
                    return "done";
                });
                askSocket(answers, "adaptor refused", channel.socket());
            }
        });
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void listenersAnswerForTheirAddressesBeforeAndAfterClose(TestedStack stack) throws Exception {
        answersAsTheJdk(stack, (asked, answers) -> {
            try (ServerSocketChannel channel = asked.peer.openServerSocketChannel()) {
                ServerSocket listener = channel.socket();
                askListener(answers, "unbound", listener);
                channel.bind(bindAddress(asked));
                answers.name(channel.getLocalAddress(), "own");
                askListener(answers, "open", listener);
                listener.close();
                askListener(answers, "closed", listener);
            }
        });
    }

    private static void askListener(Answers answers, String when, ServerSocket listener) {
        answers.add(when + " getInetAddress", () -> wildcardOr(listener.getInetAddress()));
        answers.add(when + " getLocalPort", listener::getLocalPort);
        answers.add(
                when + " getLocalSocketAddress port",
                () -> listener.getLocalSocketAddress() == null
                        ? "none"
                        : ((InetSocketAddress) listener.getLocalSocketAddress()).getPort());
        answers.add(when + " isBound", listener::isBound);
        answers.add(when + " isClosed", listener::isClosed);
        answers.add(when + " getSoTimeout", listener::getSoTimeout);
        answers.add(when + " getReuseAddress", listener::getReuseAddress);
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void datagramSocketsAnswerForTheirAddressesBeforeAndAfterClose(TestedStack stack) throws Exception {
        answersAsTheJdk(stack, (asked, answers) -> {
            try (DatagramChannel channel = asked.peer.openDatagramChannel()) {
                DatagramSocket socket = channel.socket();
                askDatagrams(answers, "unbound", socket);
                channel.bind(bindAddress(asked));
                answers.name(channel.getLocalAddress(), "own");
                askDatagrams(answers, "bound", socket);
                socket.close();
                askDatagrams(answers, "closed", socket);
            }
            try (DatagramChannel channel = asked.peer.openDatagramChannel()) {
                DatagramSocket socket = channel.socket();
                channel.bind(bindAddress(asked));
                channel.connect(asked.address(40_001));
                answers.name(channel.getLocalAddress(), "own");
                answers.name(channel.getRemoteAddress(), "peer");
                askDatagrams(answers, "connected", socket);
                socket.close();
                askDatagrams(answers, "connected and closed", socket);
            }
        });
    }

    private static void askDatagrams(Answers answers, String when, DatagramSocket socket) {
        answers.add(when + " getInetAddress", socket::getInetAddress);
        answers.add(when + " getPort", socket::getPort);
        answers.add(when + " getRemoteSocketAddress", socket::getRemoteSocketAddress);
        answers.add(when + " getLocalPort", socket::getLocalPort);
        answers.add(when + " getLocalAddress", () -> wildcardOr(socket.getLocalAddress()));
        answers.add(when + " getLocalSocketAddress", () -> wildcardOr(socket.getLocalSocketAddress()));
        answers.add(when + " isBound", socket::isBound);
        answers.add(when + " isConnected", socket::isConnected);
        answers.add(when + " isClosed", socket::isClosed);
        answers.add(when + " getSoTimeout", socket::getSoTimeout);
        answers.add(when + " getReuseAddress", socket::getReuseAddress);
        answers.add(when + " getBroadcast", socket::getBroadcast);
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void everyOptionIsThereBeforeAndAfterTheDecision(TestedStack stack) throws Exception {
        answersAsTheJdk(stack, (asked, answers) -> {
            SelectorProvider jdk = TestedStack.JDK.provider;
            try (SocketChannel fresh = asked.provider.openSocketChannel();
                    ServerSocketChannel listener = asked.peer.openServerSocketChannel();
                    DatagramChannel datagrams = asked.peer.openDatagramChannel();
                    SocketChannel jdkStream = jdk.openSocketChannel();
                    ServerSocketChannel jdkListener = jdk.openServerSocketChannel();
                    DatagramChannel jdkDatagrams = jdk.openDatagramChannel();
                    Pair pair = asked.connect()) {
                askOptions(answers, "fresh", fresh, jdkStream);
                askOptions(answers, "client", pair.client(), jdkStream);
                askOptions(answers, "server", pair.server(), jdkStream);
                askOptions(answers, "listener, unbound", listener, jdkListener);
                listener.bind(bindAddress(asked));
                askOptions(answers, "listener, bound", listener, jdkListener);
                askOptions(answers, "datagrams, unbound", datagrams, jdkDatagrams);
                datagrams.bind(bindAddress(asked));
                askOptions(answers, "datagrams, bound", datagrams, jdkDatagrams);
                datagrams.connect(asked.address(40_001));
                askOptions(answers, "datagrams, connected", datagrams, jdkDatagrams);
            }
        });
    }

    /** Every option that the JDK's channel has, no other, and what it says to those that only others have. */
    private static void askOptions(Answers answers, String when, NetworkChannel channel, NetworkChannel ofTheJdk) {
        Set<SocketOption<?>> options = new TreeSet<>(Comparator.comparing(SocketOption::name));
        options.addAll(ofTheJdk.supportedOptions());
        answers.add(when + " has", () -> channel.supportedOptions().equals(options));
        options.addAll(List.of(
                StandardSocketOptions.SO_BROADCAST,
                StandardSocketOptions.SO_KEEPALIVE,
                StandardSocketOptions.SO_SNDBUF,
                StandardSocketOptions.TCP_NODELAY,
                StreamSocketOptions.TCP_CONGESTION,
                StreamSocketOptions.TCP_CORK,
                StreamSocketOptions.TCP_USER_TIMEOUT,
                DatagramOptions.MULTICAST_LINK_ADDRESS));
        for (SocketOption<?> option : options) {
            if (!ofTheJdk.supportedOptions().contains(option)) {
                answers.add(when + " set " + option.name(), () -> channel.setOption(option, null));
            }
            if (!IN_THE_SYSTEMS_HANDS.contains(option.name())) {
                answers.add(when + " " + option.name(), () -> channel.getOption(option));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void aListenerMayBeBoundAgainAfterTheServerClosedItsConnections(TestedStack stack) throws Exception {
        answersAsTheJdk(stack, (asked, answers) -> {
            InetSocketAddress bound;
            try (ServerSocketChannel listener = asked.listen();
                    SocketChannel client = asked.provider.openSocketChannel()) {
                bound = (InetSocketAddress) listener.getLocalAddress();
                client.connect(asked.reachable(listener));
                // The side that closes first is the one in TIME-WAIT.
                listener.accept().close();
                client.read(ByteBuffer.allocate(1));
            }
            try (ServerSocketChannel again = asked.peer.openServerSocketChannel()) {
                answers.add("SO_REUSEADDR", () -> again.getOption(StandardSocketOptions.SO_REUSEADDR));
                answers.add("bind", () -> again.bind(bound) == again);
                answers.add("SO_REUSEADDR, bound", () -> again.getOption(StandardSocketOptions.SO_REUSEADDR));
            }
        });
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void multicastInterfacesAreTakenAndTold(TestedStack stack) throws Exception {
        answersAsTheJdk(stack, (asked, answers) -> {
            NetworkInterface loopback = NetworkInterface.getByInetAddress(InetAddress.getByName("127.0.0.1"));
            try (DatagramChannel datagrams = asked.peer.openDatagramChannel(StandardProtocolFamily.INET)) {
                answers.add("before", () -> datagrams.getOption(StandardSocketOptions.IP_MULTICAST_IF));
                answers.add(
                        "set", () -> datagrams.setOption(StandardSocketOptions.IP_MULTICAST_IF, loopback) == datagrams);
                answers.add("after", () -> datagrams.getOption(StandardSocketOptions.IP_MULTICAST_IF));
                datagrams.bind(bindAddress(asked));
                answers.add("bound", () -> datagrams.getOption(StandardSocketOptions.IP_MULTICAST_IF));
                answers.add(
                        "set again",
                        () -> datagrams.setOption(StandardSocketOptions.IP_MULTICAST_IF, loopback) == datagrams);
                answers.add(
                        "null", () -> datagrams.setOption(StandardSocketOptions.IP_MULTICAST_IF, null) == datagrams);
            }
        });
    }
}
