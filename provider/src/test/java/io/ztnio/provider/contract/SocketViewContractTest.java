package io.ztnio.provider.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ztnio.provider.contract.TestedStack.Pair;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
@SuppressWarnings("try") // closing is what is tested
class SocketViewContractTest {
    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void isOneViewOfTheChannel(TestedStack stack) throws IOException {
        try (SocketChannel channel = stack.provider.openSocketChannel();
                ServerSocketChannel listener = stack.provider.openServerSocketChannel();
                DatagramChannel datagrams = stack.provider.openDatagramChannel()) {
            assertThat(channel.socket()).isSameAs(channel.socket());
            assertThat(channel.socket().getChannel()).isSameAs(channel);
            assertThat(listener.socket()).isSameAs(listener.socket());
            assertThat(listener.socket().getChannel()).isSameAs(listener);
            assertThat(datagrams.socket()).isSameAs(datagrams.socket());
            assertThat(datagrams.socket().getChannel()).isSameAs(datagrams);

            channel.socket().close();

            assertThat(channel.isOpen()).isFalse();
            assertThat(channel.socket().isClosed()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void saysWhatIsUnbound(TestedStack stack) throws IOException {
        try (SocketChannel channel = stack.provider.openSocketChannel();
                DatagramChannel datagrams = stack.provider.openDatagramChannel()) {
            Socket socket = channel.socket();

            assertThat(socket.getLocalPort()).isEqualTo(-1);
            assertThat(socket.getPort()).isZero();
            assertThat(socket.getInetAddress()).isNull();
            assertThat(socket.getLocalSocketAddress()).isNull();
            assertThat(socket.getRemoteSocketAddress()).isNull();
            assertThat(socket.getLocalAddress().isAnyLocalAddress()).isTrue();
            assertThat(socket.isBound()).isFalse();
            assertThat(socket.isConnected()).isFalse();
            assertThatThrownBy(socket::getInputStream)
                    .isInstanceOf(SocketException.class)
                    .hasMessage("Socket is not connected");
            assertThatThrownBy(() -> socket.setSendBufferSize(0)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> socket.setSoTimeout(-1)).isInstanceOf(IllegalArgumentException.class);
            assertThat(datagrams.socket().getLocalPort()).isZero();
            assertThat(datagrams.socket().isBound()).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void transfersThroughStreams(TestedStack stack) throws Exception {
        try (ServerSocketChannel listener = stack.listen();
                SocketChannel client = stack.provider.openSocketChannel()) {
            client.socket().connect(stack.reachable(listener), 10_000);
            Socket server = listener.socket().accept();
            byte[] sent = TestedStack.bytes(300_000).array();

            Background<Void> writing = Background.start(() -> {
                OutputStream out = client.socket().getOutputStream();
                out.write(sent);
                client.socket().shutdownOutput();
                return null;
            });
            InputStream in = server.getInputStream();
            byte[] received = in.readAllBytes();
            writing.get();

            assertThat(received).isEqualTo(sent);
            assertThat(server.getChannel().provider()).isSameAs(stack.peer);
            assertThat(in.available()).isZero();
            assertThat(client.socket().isOutputShutdown()).isTrue();
            assertThat(client.socket().isInputShutdown()).isFalse();
            assertThat(server.getRemoteSocketAddress()).isEqualTo(client.getLocalAddress());
            in.close();
            assertThat(server.getChannel().isOpen()).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void timesOutAndLosesNothing(TestedStack stack) throws IOException {
        try (Pair pair = stack.connect()) {
            Socket socket = pair.client().socket();
            socket.setSoTimeout(1);
            InputStream in = socket.getInputStream();

            assertThatThrownBy(in::read)
                    .isInstanceOf(SocketTimeoutException.class)
                    .hasMessage("Read timed out");
            socket.setSoTimeout(0);
            pair.server().write(ByteBuffer.wrap(new byte[] {-1}));

            assertThat(in.read()).isEqualTo(255);
            assertThat(socket.isClosed()).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void timesOutWaitingForAConnection(TestedStack stack) throws IOException {
        try (ServerSocketChannel listener = stack.listen()) {
            ServerSocket socket = listener.socket();
            socket.setSoTimeout(1);

            assertThatThrownBy(socket::accept)
                    .isInstanceOf(SocketTimeoutException.class)
                    .hasMessage("Accept timed out");
            assertThat(socket.isClosed()).isFalse();
            assertThat(socket.isBound()).isTrue();
            assertThat(socket.getLocalPort()).isPositive();
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void refusesStreamsInNonBlockingMode(TestedStack stack) throws IOException {
        try (Pair pair = stack.connect();
                ServerSocketChannel listener = stack.listen()) {
            Socket socket = pair.client().socket();
            InputStream in = socket.getInputStream();
            OutputStream out = socket.getOutputStream();
            pair.client().configureBlocking(false);
            listener.configureBlocking(false);

            assertThatThrownBy(in::read).isInstanceOf(IllegalBlockingModeException.class);
            assertThatThrownBy(() -> out.write(1)).isInstanceOf(IllegalBlockingModeException.class);
            assertThatThrownBy(() -> listener.socket().accept()).isInstanceOf(IllegalBlockingModeException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void exchangesPackets(TestedStack stack) throws IOException {
        try (DatagramChannel a = stack.peer.openDatagramChannel();
                DatagramChannel b = stack.provider.openDatagramChannel()) {
            a.bind(stack.bindAddress());
            InetSocketAddress toA = stack.address(a.socket().getLocalPort());
            byte[] payload = TestedStack.bytes(6).array();
            DatagramPacket received = new DatagramPacket(new byte[10], 2, 8);

            b.socket().send(new DatagramPacket(payload, payload.length, toA));
            a.socket().receive(received);
            a.socket().setSoTimeout(1);

            assertThat(received.getLength()).isEqualTo(6);
            assertThat(received.getOffset()).isEqualTo(2);
            assertThat(received.getData()[2]).isEqualTo(payload[0]);
            assertThat(received.getPort()).isEqualTo(b.socket().getLocalPort());
            assertThatThrownBy(() -> a.socket().receive(received))
                    .isInstanceOf(SocketTimeoutException.class)
                    .hasMessage("Receive timed out");
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void tellsABlockedReceiverThatTheSocketWasClosed(TestedStack stack) throws Exception {
        try (DatagramChannel channel = stack.peer.openDatagramChannel()) {
            channel.bind(stack.bindAddress());
            DatagramSocket socket = channel.socket();
            Background<Void> receiving = Background.<Void>start(() -> {
                        socket.receive(new DatagramPacket(new byte[1], 1));
                        return null;
                    })
                    .settle();

            socket.close();

            assertThat(receiving.failure())
                    .isInstanceOf(SocketException.class)
                    .hasMessageMatching("(?i)socket.*closed");
            assertThat(socket.getLocalPort()).isEqualTo(-1);
        }
    }
}
