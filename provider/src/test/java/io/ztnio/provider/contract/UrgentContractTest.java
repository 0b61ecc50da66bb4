package io.ztnio.provider.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ztnio.provider.contract.TestedStack.Pair;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Urgent data: what the JDK says on Linux, which is one of the stacks here. */
@Timeout(60)
@SuppressWarnings("try") // closing is what is tested
class UrgentContractTest {
    private static ByteBuffer text(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String read(Socket socket, int count) throws IOException {
        byte[] bytes = new byte[count];
        new DataInputStream(socket.getInputStream()).readFully(bytes);
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    /** The JDK's own option, that can be had in this way only. */
    @SuppressWarnings("unchecked")
    private static SocketOption<Boolean> inline(SocketChannel channel) {
        return (SocketOption<Boolean>) channel.supportedOptions().stream()
                .filter(option -> option.name().equals("SO_OOBINLINE"))
                .reduce((one, other) -> {
                    throw new AssertionError("two options of one name");
                })
                .orElseThrow();
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void aProbeOfAnIdleConnectionIsNotRead(TestedStack stack) throws Exception {
        try (Pair pair = stack.connect()) {
            for (int i = 0; i < 3; i++) {
                pair.client().socket().sendUrgentData(0xFF);
            }
            pair.client().write(text("abc"));
            assertThat(read(pair.server().socket(), 3)).isEqualTo("abc");

            pair.server().socket().sendUrgentData(0xFF);
            pair.server().write(text("def"));
            assertThat(read(pair.client().socket(), 3)).isEqualTo("def");

            pair.client().socket().sendUrgentData(0xFF);
            pair.client().shutdownOutput();
            assertThat(pair.server().read(ByteBuffer.allocate(10))).isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void aReadEndsBeforeTheUrgentByte(TestedStack stack) throws Exception {
        try (Pair pair = stack.connect()) {
            ByteBuffer in = ByteBuffer.allocate(100);
            pair.client().write(text("abc"));
            pair.client().socket().sendUrgentData('!');
            pair.client().write(text("def"));
            while (in.position() < 3) {
                pair.server().read(in);
            }
            assertThat(in.flip()).isEqualTo(text("abc"));
            in.clear();
            while (in.position() < 3) {
                pair.server().read(in);
            }
            assertThat(in.flip()).isEqualTo(text("def"));
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void theUrgentByteIsReadWhereItIsInline(TestedStack stack) throws Exception {
        try (Pair pair = stack.connect()) {
            Socket server = pair.server().socket();
            server.setOOBInline(true);
            pair.client().write(text("abc"));
            pair.client().socket().sendUrgentData(0x100 + '!');
            pair.client().write(text("def"));
            assertThat(read(server, 7)).isEqualTo("abc!def");

            server.setOOBInline(false);
            pair.client().socket().sendUrgentData('!');
            pair.client().write(text("ghi"));
            assertThat(read(server, 3)).isEqualTo("ghi");
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void anUrgentByteAloneDoesNotSelect(TestedStack stack) throws Exception {
        try (Pair pair = stack.connect();
                Selector selector = stack.selector()) {
            pair.server().configureBlocking(false);
            pair.server().register(selector, SelectionKey.OP_READ);
            ByteBuffer in = ByteBuffer.allocate(100);
            pair.client().write(text("a"));
            pair.client().socket().sendUrgentData('!');
            assertThat(selector.select(10_000)).isEqualTo(1);
            assertThat(pair.server().read(in)).isEqualTo(1);
            selector.selectedKeys().clear();
            // Whether it has come by now or not.
            assertThat(selector.selectNow()).isZero();
            assertThat(pair.server().socket().getChannel().read(in)).isZero();

            pair.client().write(text("b"));
            assertThat(selector.select(10_000)).isEqualTo(1);
            assertThat(pair.server().read(in)).isEqualTo(1);
            assertThat(in.flip()).isEqualTo(text("ab"));
            selector.selectedKeys().clear();
            assertThat(selector.selectNow()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void inlineIsTakenAndToldBeforeAndAfterTheDecision(TestedStack stack) throws Exception {
        try (ServerSocketChannel listener = stack.listen();
                SocketChannel client = stack.provider.openSocketChannel()) {
            SocketOption<Boolean> inline = inline(client);
            assertThat(client.getOption(inline)).isFalse();
            assertThat(client.socket().getOOBInline()).isFalse();
            client.setOption(inline, true);
            assertThat(client.socket().getOOBInline()).isTrue();
            client.connect(stack.reachable(listener));
            assertThat(client.getOption(inline(client))).isTrue();
            try (SocketChannel server = listener.accept()) {
                assertThat(server.socket().getOOBInline()).isFalse();
                server.socket().sendUrgentData('!');
                assertThat(read(client.socket(), 1)).isEqualTo("!");
                server.setOption(inline(server), true);
                assertThat(server.socket().getOOBInline()).isTrue();
                assertThat(server.getOption(inline)).isTrue();
            }
            client.socket().setOOBInline(false);
            assertThat(client.getOption(inline)).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void urgentDataThatCannotBeSentFailsAsAWriteOfTheChannel(TestedStack stack) throws Exception {
        try (SocketChannel fresh = stack.provider.openSocketChannel()) {
            assertThatThrownBy(() -> fresh.socket().sendUrgentData(1)).isInstanceOf(NotYetConnectedException.class);
            fresh.close();
            assertThatThrownBy(() -> fresh.socket().sendUrgentData(1)).isInstanceOf(ClosedChannelException.class);
            assertThatThrownBy(() -> fresh.socket().setOOBInline(true))
                    .isInstanceOf(SocketException.class)
                    .hasMessage("Socket is closed");
            assertThatThrownBy(() -> fresh.socket().getOOBInline())
                    .isInstanceOf(SocketException.class)
                    .hasMessage("Socket is closed");
        }
        try (Pair pair = stack.connect()) {
            pair.client().shutdownOutput();
            assertThatThrownBy(() -> pair.client().socket().sendUrgentData(1))
                    .isInstanceOf(AsynchronousCloseException.class);
            pair.client().close();
            assertThatThrownBy(() -> pair.client().socket().sendUrgentData(1))
                    .isInstanceOf(ClosedChannelException.class);
        }
    }

    /** This is how a probe finds that the peer is gone. */
    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void aProbeOfAConnectionThatWasResetFails(TestedStack stack) throws Exception {
        try (Pair pair = stack.connect()) {
            pair.server().setOption(StandardSocketOptions.SO_LINGER, 0);
            pair.server().close();
            assertThatThrownBy(() -> pair.client().read(ByteBuffer.allocate(1))).isInstanceOf(SocketException.class);
            assertThatThrownBy(() -> {
                        pair.client().socket().sendUrgentData(0xFF);
                        pair.client().socket().sendUrgentData(0xFF);
                    })
                    .isInstanceOf(IOException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void aFullBufferTakesNoUrgentByteWithoutBlocking(TestedStack stack) throws Exception {
        try (Pair pair = stack.connect()) {
            pair.client().configureBlocking(false);
            ByteBuffer block = ByteBuffer.allocate(1 << 16);
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 1_000_000; i++) {
                            while (pair.client().write(block.clear()) > 0) {
                                // Until it is full; what has gone on meanwhile makes room again.
                            }
                            pair.client().socket().sendUrgentData(1);
                        }
                    })
                    .isInstanceOf(IOException.class)
                    .hasMessage("Socket buffer full");
        }
    }
}
