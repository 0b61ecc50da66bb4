package io.ztnio.provider.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.provider.contract.TestedSockets.Pair;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.MulticastSocket;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The same questions to the JDK's sockets of {@code java.net}, whose answers are right, and to those in both stacks. */
@Timeout(90)
@SuppressWarnings({"try", "deprecation"}) // closing is what is tested, and every method is
class JavaNetOracleTest {
    /** Sizes of buffers, and what Linux changes as it goes. */
    private static final Set<String> IN_THE_SYSTEMS_HANDS =
            Set.of("SO_SNDBUF", "SO_RCVBUF", "SO_INCOMING_NAPI_ID", "TCP_QUICKACK");

    private boolean wildcard;

    /** Asks a stack. */
    private interface Question {
        void ask(TestedSockets stack, Answers answers) throws Exception;
    }

    private void answersAsTheJdk(TestedSockets stack, Question question) throws Exception {
        wildcard = stack.isWildcard();
        Answers right = new Answers();
        question.ask(TestedSockets.JDK, right);
        Answers given = new Answers();
        question.ask(stack, given);
        assertThat(given.differencesTo(right, stack)).isEmpty();
    }

    private InetSocketAddress bindAddress(TestedSockets asked) {
        return wildcard ? new InetSocketAddress(0) : asked.bindAddress();
    }

    private InetSocketAddress clientAddress(TestedSockets asked) {
        return wildcard ? new InetSocketAddress(0) : asked.clientAddress();
    }

    private static Object orWildcard(InetAddress address) {
        return address != null && address.isAnyLocalAddress() ? "wildcard" : address;
    }

    private static Object orWildcard(SocketAddress address) {
        return address instanceof InetSocketAddress inet && inet.getAddress().isAnyLocalAddress()
                ? "wildcard"
                : address;
    }

    private static Set<String> names(Set<SocketOption<?>> options) {
        return options.stream().map(SocketOption::name).collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<SocketOption<?>> inOrder(Set<SocketOption<?>> options) {
        return options.stream().sorted(Comparator.comparing(SocketOption::name)).toList();
    }

    private static void ask(Answers answers, String when, Socket socket) {
        answers.add(when + " getInetAddress", socket::getInetAddress);
        answers.add(when + " getPort", socket::getPort);
        answers.add(when + " getRemoteSocketAddress", socket::getRemoteSocketAddress);
        answers.add(when + " getLocalPort", socket::getLocalPort);
        answers.add(when + " getLocalAddress", () -> orWildcard(socket.getLocalAddress()));
        answers.add(when + " isBound", socket::isBound);
        answers.add(when + " isConnected", socket::isConnected);
        answers.add(when + " isClosed", socket::isClosed);
        answers.add(when + " getChannel", socket::getChannel);
        answers.add(when + " getSoTimeout", socket::getSoTimeout);
        answers.add(when + " getTcpNoDelay", socket::getTcpNoDelay);
        answers.add(when + " getSoLinger", socket::getSoLinger);
        answers.add(when + " getKeepAlive", socket::getKeepAlive);
        answers.add(when + " getReuseAddress", socket::getReuseAddress);
        answers.add(when + " getOOBInline", socket::getOOBInline);
        answers.add(when + " getTrafficClass", socket::getTrafficClass);
        answers.add(when + " supportedOptions", () -> names(socket.supportedOptions()));
        answers.add(when + " getInputStream", () -> socket.getInputStream() != null);
        answers.add(when + " getOutputStream", () -> socket.getOutputStream() != null);
        for (SocketOption<?> option : inOrder(socket.supportedOptions())) {
            if (!IN_THE_SYSTEMS_HANDS.contains(option.name())) {
                answers.add(when + " " + option, () -> socket.getOption(option));
            }
        }
    }

    /** Sets what can be set, and what cannot. */
    private static void set(Answers answers, String when, Socket socket) {
        setting(answers, when + " setSoTimeout", () -> socket.setSoTimeout(1234));
        setting(answers, when + " setSoTimeout", () -> socket.setSoTimeout(-1));
        setting(answers, when + " setTcpNoDelay", () -> socket.setTcpNoDelay(true));
        setting(answers, when + " setKeepAlive", () -> socket.setKeepAlive(true));
        setting(answers, when + " setSoLinger", () -> socket.setSoLinger(true, 100_000));
        setting(answers, when + " setSoLinger", () -> socket.setSoLinger(true, -1));
        setting(answers, when + " setSoLinger", () -> socket.setSoLinger(false, 5));
        setting(answers, when + " setSoLinger", () -> socket.setSoLinger(true, 5));
        setting(answers, when + " setOOBInline", () -> socket.setOOBInline(true));
        setting(answers, when + " setTrafficClass", () -> socket.setTrafficClass(0x10));
        setting(answers, when + " setTrafficClass", () -> socket.setTrafficClass(256));
        setting(answers, when + " setSendBufferSize", () -> socket.setSendBufferSize(0));
        setting(answers, when + " setReceiveBufferSize", () -> socket.setReceiveBufferSize(-1));
        setting(answers, when + " SO_SNDBUF", () -> socket.setOption(StandardSocketOptions.SO_SNDBUF, -1));
        setting(answers, when + " SO_LINGER", () -> socket.setOption(StandardSocketOptions.SO_LINGER, 7));
        setting(answers, when + " null", () -> socket.setOption(StandardSocketOptions.TCP_NODELAY, null));
        setting(answers, when + " unknown", () -> socket.setOption(StandardSocketOptions.IP_MULTICAST_TTL, 1));
        answers.add(when + " unknown", () -> socket.getOption(StandardSocketOptions.IP_MULTICAST_TTL));
    }

    /** Something that returns nothing. */
    private interface Setting {
        void run() throws Exception;
    }

    private static void setting(Answers answers, String question, Setting setting) {
        answers.add(question, () -> {
            setting.run();
            return "set";
        });
    }

    @ParameterizedTest
    @EnumSource(TestedSockets.class)
    void connectedSocketsAnswerBeforeAndAfterClose(TestedSockets stack) throws Exception {
        answersAsTheJdk(stack, (asked, answers) -> {
            try (Pair pair = asked.connect()) {
                answers.name(pair.client().getRemoteSocketAddress(), "server");
                answers.name(pair.client().getLocalSocketAddress(), "client");
                ask(answers, "client, open,", pair.client());
                ask(answers, "server, open,", pair.server());
                set(answers, "client, set,", pair.client());
                ask(answers, "client, set,", pair.client());
                pair.client().setSoLinger(false, 0);
                setting(answers, "shut", pair.client()::shutdownInput);
                setting(answers, "shut", pair.client()::shutdownOutput);
                setting(answers, "shut twice", pair.client()::shutdownInput);
                setting(answers, "shut twice", pair.client()::shutdownOutput);
                ask(answers, "client, shut,", pair.client());
                pair.client().close();
                ask(answers, "client, closed,", pair.client());
                set(answers, "client, closed,", pair.client());
                setting(answers, "closed, urgent", () -> pair.client().sendUrgentData(1));
                setting(answers, "closed, shut", pair.client()::shutdownInput);
            }
        });
    }

    @ParameterizedTest
    @EnumSource(TestedSockets.class)
    void socketsThatWereNeverConnectedAnswer(TestedSockets stack) throws Exception {
        answersAsTheJdk(stack, (asked, answers) -> {
            try (Socket bound = asked.client();
                    Socket fresh = asked.client()) {
                set(answers, "before bind", bound);
                bound.bind(clientAddress(asked));
                answers.name(bound.getLocalSocketAddress(), "own");
                ask(answers, "bound, open,", bound);
                setting(answers, "bound, shut", bound::shutdownInput);
                setting(answers, "bound, urgent", () -> bound.sendUrgentData(1));
                bound.close();
                ask(answers, "bound, closed,", bound);
                ask(answers, "fresh, open,", fresh);
                answers.add("fresh", fresh::toString);
                setting(answers, "null", () -> fresh.connect(null));
                setting(answers, "negative", () -> fresh.connect(new InetSocketAddress(1), -1));
                fresh.close();
                ask(answers, "fresh, closed,", fresh);
                setting(answers, "closed", () -> fresh.bind(null));
            }
        });
    }

    @ParameterizedTest
    @EnumSource(TestedSockets.class)
    void whatWasSetBeforeTheConnectHoldsAfterwards(TestedSockets stack) throws Exception {
        answersAsTheJdk(stack, (asked, answers) -> {
            try (ServerSocket listener = asked.listen();
                    Socket client = asked.client()) {
                set(answers, "before", client);
                client.connect(asked.reachable(listener));
                answers.name(client.getRemoteSocketAddress(), "server");
                answers.name(client.getLocalSocketAddress(), "client");
                ask(answers, "after", client);
            }
        });
    }

    @ParameterizedTest
    @EnumSource(TestedSockets.class)
    void listenersAnswerBeforeAndAfterClose(TestedSockets stack) throws Exception {
        answersAsTheJdk(stack, (asked, answers) -> {
            try (ServerSocket listener = asked.listener()) {
                ask(answers, "unbound", listener);
                answers.add("unbound", listener::accept);
                listener.setSoTimeout(50);
                listener.bind(bindAddress(asked));
                answers.name(listener.getLocalSocketAddress(), "own");
                ask(answers, "bound", listener);
                setting(answers, "twice", () -> listener.bind(bindAddress(asked)));
                answers.add("nobody", listener::accept);
                setting(answers, "size", () -> listener.setReceiveBufferSize(0));
                setting(answers, "timeout", () -> listener.setSoTimeout(-1));
                listener.close();
                ask(answers, "closed", listener);
                answers.add("closed", listener::accept);
            }
        });
    }

    private static void ask(Answers answers, String when, ServerSocket listener) {
        answers.add(when + " getInetAddress", () -> orWildcard(listener.getInetAddress()));
        answers.add(when + " getLocalPort", listener::getLocalPort);
        answers.add(when + " getLocalSocketAddress", () -> orWildcard(listener.getLocalSocketAddress()));
        answers.add(when + " isBound", listener::isBound);
        answers.add(when + " isClosed", listener::isClosed);
        answers.add(when + " getChannel", listener::getChannel);
        answers.add(when + " getSoTimeout", listener::getSoTimeout);
        answers.add(when + " getReuseAddress", listener::getReuseAddress);
        answers.add(when + " supportedOptions", () -> names(listener.supportedOptions()));
        for (SocketOption<?> option : inOrder(listener.supportedOptions())) {
            if (!IN_THE_SYSTEMS_HANDS.contains(option.name())) {
                answers.add(when + " " + option, () -> listener.getOption(option));
            }
        }
    }

    /** The endpoints of the fake networks have no groups and no options of groups. */
    @ParameterizedTest
    @EnumSource(value = TestedSockets.class, names = "VIRTUAL_ADDRESS", mode = EnumSource.Mode.EXCLUDE)
    void datagramSocketsAnswerInEveryState(TestedSockets stack) throws Exception {
        answersAsTheJdk(stack, (asked, answers) -> {
            try (MulticastSocket socket = asked.datagrams();
                    MulticastSocket peer = asked.boundDatagrams()) {
                ask(answers, "unbound", socket);
                setting(answers, "unbound, disconnect", socket::disconnect);
                socket.bind(clientAddress(asked));
                answers.name(asked.clientAddress(socket.getLocalPort()), "own");
                answers.name(asked.address(peer.getLocalPort()), "peer");
                ask(answers, "bound", socket);
                setting(answers, "twice", () -> socket.bind(clientAddress(asked)));
                setting(answers, "no target", () -> socket.send(new DatagramPacket(new byte[1], 1)));
                setting(answers, "port 0", () -> socket.send(new DatagramPacket(new byte[1], 1, asked.address(0))));
                setting(
                        answers,
                        "too long",
                        () -> socket.send(
                                new DatagramPacket(new byte[70_000], 70_000, asked.address(peer.getLocalPort()))));
                socket.connect(asked.address(peer.getLocalPort()));
                ask(answers, "connected", socket);
                setting(answers, "elsewhere", () -> socket.send(new DatagramPacket(new byte[1], 1, asked.address(9))));
                setting(answers, "without target", () -> socket.send(new DatagramPacket(new byte[1], 1)));
                socket.disconnect();
                ask(answers, "disconnected", socket);
                setting(answers, "null", () -> socket.connect(null));
                setting(answers, "null", () -> socket.connect(null, 1));
                socket.close();
                ask(answers, "closed", socket);
                setting(
                        answers,
                        "closed, send",
                        () -> socket.send(new DatagramPacket(new byte[1], 1, asked.address(peer.getLocalPort()))));
                setting(answers, "closed, receive", () -> socket.receive(new DatagramPacket(new byte[1], 1)));
                setting(answers, "closed, bind", () -> socket.bind(null));
                setting(answers, "closed, disconnect", socket::disconnect);
            }
        });
    }

    private static void ask(Answers answers, String when, MulticastSocket socket) throws IOException {
        answers.add(when + " getLocalAddress", () -> orWildcard(socket.getLocalAddress()));
        answers.add(when + " getLocalPort", socket::getLocalPort);
        answers.add(when + " getInetAddress", socket::getInetAddress);
        answers.add(when + " getPort", socket::getPort);
        answers.add(when + " getRemoteSocketAddress", socket::getRemoteSocketAddress);
        answers.add(when + " isBound", socket::isBound);
        answers.add(when + " isConnected", socket::isConnected);
        answers.add(when + " isClosed", socket::isClosed);
        answers.add(when + " getSoTimeout", socket::getSoTimeout);
        answers.add(when + " getBroadcast", socket::getBroadcast);
        answers.add(when + " getReuseAddress", socket::getReuseAddress);
        answers.add(when + " getTrafficClass", socket::getTrafficClass);
        answers.add(when + " getTimeToLive", socket::getTimeToLive);
        answers.add(when + " getTTL", socket::getTTL);
        answers.add(when + " getLoopbackMode", socket::getLoopbackMode);
        answers.add(
                when + " getNetworkInterface",
                () -> socket.getNetworkInterface().getIndex());
        answers.add(when + " getInterface", () -> orWildcard(socket.getInterface()));
        answers.add(when + " supportedOptions", () -> names(socket.supportedOptions()));
        setting(answers, when + " setTimeToLive", () -> socket.setTimeToLive(300));
        setting(answers, when + " setInterface", () -> socket.setInterface(null));
        setting(answers, when + " joinGroup", () -> socket.joinGroup(InetAddress.getLoopbackAddress()));
        setting(answers, when + " joinGroup", () -> socket.joinGroup((SocketAddress) null, null));
        setting(
                answers,
                when + " leaveGroup",
                () -> socket.leaveGroup(new InetSocketAddress(TestedStack.ipv4(239, 1, 2, 3), 0), null));
        setting(answers, when + " setSendBufferSize", () -> socket.setSendBufferSize(0));
    }
}
