package io.ztnio.provider.contract;

import io.ztnio.provider.contract.TestedStack.Pair;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What operations of channels and their sockets say that are closed or interrupted during them, and after that. */
@Timeout(90)
@SuppressWarnings("try") // closing is what is tested
class ClosedSocketContractTest {
    private enum End {
        CHANNEL,
        SOCKET,
        INTERRUPT
    }

    /** Something that fails. */
    private interface Operation {
        Object run() throws Exception;
    }

    /** Ends the operation while it waits, and tries it again. */
    private static void end(
            Answers answers, String when, End end, Operation operation, AutoCloseable channel, AutoCloseable socket)
            throws Exception {
        Background<Object> waiting = Background.start(operation::run).awaitBlocked();
        switch (end) {
            case CHANNEL -> channel.close();
            case SOCKET -> socket.close();
            case INTERRUPT -> waiting.interrupt();
        }
        answers.addFailure(when + " during " + end, waiting.failure());
        answers.add(when + " after " + end, operation::run);
        answers.add(when + " after " + end + " again", operation::run);
    }

    private static void accepts(TestedStack asked, Answers answers, End end, int timeout) throws Exception {
        try (ServerSocketChannel channel = asked.listen()) {
            ServerSocket socket = channel.socket();
            socket.setSoTimeout(timeout);
            end(answers, "accept of a socket, timeout " + timeout, end, socket::accept, channel, socket);
            answers.add("accept of its channel", channel::accept);
            answers.add("bind", () -> {
                socket.bind(asked.bindAddress());
                return 0;
            });
            answers.add("bind of its channel", () -> channel.bind(asked.bindAddress()));
        }
        try (ServerSocketChannel channel = asked.listen()) {
            end(answers, "accept of a channel", end, channel::accept, channel, channel.socket());
        }
        try (ServerSocketChannel channel = asked.listen()) {
            channel.configureBlocking(false);
            channel.close();
            answers.add("non-blocking accept", channel::accept);
        }
        try (ServerSocketChannel channel = asked.peer.openServerSocketChannel()) {
            channel.close();
            answers.add("accept, never bound", channel::accept);
            answers.add("accept of a socket, never bound", channel.socket()::accept);
        }
    }

    private static void reads(TestedStack asked, Answers answers, End end, int timeout) throws Exception {
        try (Pair pair = asked.connect()) {
            Socket socket = pair.client().socket();
            socket.setSoTimeout(timeout);
            InputStream input = socket.getInputStream();
            end(
                    answers,
                    "read of a socket, timeout " + timeout,
                    end,
                    () -> input.read(new byte[2]),
                    pair.client(),
                    socket);
            answers.add("available", input::available);
            afterwards(asked, answers, pair.client());
        }
        try (Pair pair = asked.connect()) {
            Operation read = () -> pair.client().read(ByteBuffer.allocate(1));
            end(
                    answers,
                    "read of a channel",
                    end,
                    read,
                    pair.client(),
                    pair.client().socket());
        }
    }

    private static void afterwards(TestedStack asked, Answers answers, SocketChannel channel) {
        Socket socket = channel.socket();
        InetSocketAddress remote = asked.address(40_001);
        answers.add("getInputStream", socket::getInputStream);
        answers.add("getOutputStream", socket::getOutputStream);
        answers.add("connect", () -> {
            socket.connect(remote);
            return 0;
        });
        answers.add("connect with a timeout", () -> {
            socket.connect(remote, 1000);
            return 0;
        });
        answers.add("bind", () -> {
            socket.bind(asked.bindAddress());
            return 0;
        });
        answers.add("shutdownInput", () -> {
            socket.shutdownInput();
            return 0;
        });
        answers.add("shutdownOutput", () -> {
            socket.shutdownOutput();
            return 0;
        });
        answers.add("sendUrgentData", () -> {
            socket.sendUrgentData(1);
            return 0;
        });
        answers.add("setSoTimeout", () -> {
            socket.setSoTimeout(1);
            return 0;
        });
        answers.add("getTcpNoDelay", socket::getTcpNoDelay);
        answers.add("connect of the channel", () -> channel.connect(remote));
        answers.add("bind of the channel", () -> channel.bind(asked.bindAddress()));
        answers.add("finishConnect", channel::finishConnect);
    }

    private static void writes(TestedStack asked, Answers answers, End end) throws Exception {
        try (Pair pair = asked.connect()) {
            OutputStream output = pair.client().socket().getOutputStream();
            // The receiver must be told of nothing: what is in its buffers is not looked at.
            Operation write = () -> {
                while (true) {
                    output.write(new byte[4 << 20]);
                }
            };
            end(
                    answers,
                    "write of a socket",
                    end,
                    write,
                    pair.client(),
                    pair.client().socket());
        }
    }

    private static void datagrams(TestedStack asked, Answers answers, End end, int timeout) throws Exception {
        try (DatagramChannel channel = asked.peer.openDatagramChannel().bind(asked.bindAddress())) {
            DatagramSocket socket = channel.socket();
            socket.setSoTimeout(timeout);
            Operation receive = () -> {
                socket.receive(new DatagramPacket(new byte[1], 1));
                return 0;
            };
            end(answers, "receive, timeout " + timeout, end, receive, channel, socket);
            InetSocketAddress target = asked.address(40_001);
            answers.add("send", () -> {
                socket.send(new DatagramPacket(new byte[1], 1, target));
                return 0;
            });
            answers.add("bind", () -> {
                socket.bind(asked.bindAddress());
                return 0;
            });
            answers.add("connect", () -> {
                socket.connect(target);
                return 0;
            });
            answers.add("disconnect", () -> {
                socket.disconnect();
                return 0;
            });
            answers.add("getReuseAddress", socket::getReuseAddress);
        }
        try (DatagramChannel channel = asked.peer.openDatagramChannel().bind(asked.bindAddress())) {
            Background<Object> receiving = Background.<Object>start(() -> channel.receive(ByteBuffer.allocate(1)))
                    .awaitBlocked();
            if (end == End.INTERRUPT) {
                receiving.interrupt();
            } else {
                channel.close();
            }
            answers.addFailure("receive of a channel during " + end, receiving.failure());
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void acceptsThatAreClosedOrInterruptedFailAsTheJdks(TestedStack stack) throws Exception {
        Answers.asTheJdk(stack, (asked, answers) -> {
            for (End end : End.values()) {
                accepts(asked, answers, end, 0);
                accepts(asked, answers, end, 60_000);
            }
        });
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void readsThatAreClosedOrInterruptedFailAsTheJdks(TestedStack stack) throws Exception {
        Answers.asTheJdk(stack, (asked, answers) -> {
            for (End end : End.values()) {
                reads(asked, answers, end, 0);
                reads(asked, answers, end, 60_000);
            }
        });
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void writesThatAreClosedOrInterruptedFailAsTheJdks(TestedStack stack) throws Exception {
        Answers.asTheJdk(stack, (asked, answers) -> {
            for (End end : End.values()) {
                writes(asked, answers, end);
            }
        });
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void datagramSocketsThatAreClosedOrInterruptedFailAsTheJdks(TestedStack stack) throws Exception {
        Answers.asTheJdk(stack, (asked, answers) -> {
            for (End end : End.values()) {
                datagrams(asked, answers, end, 0);
                datagrams(asked, answers, end, 60_000);
            }
        });
    }
}
