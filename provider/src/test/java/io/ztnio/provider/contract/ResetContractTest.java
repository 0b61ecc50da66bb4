package io.ztnio.provider.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ztnio.provider.contract.TestedStack.Pair;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** To which operation a reset is told, and what the others find: the JDK on Linux is the oracle. */
@Timeout(90)
@EnabledOnOs(OS.LINUX)
@SuppressWarnings("try") // closing is what is tested
class ResetContractTest {
    /** Operations in their order: reads and writes, of single buffers, several, and by the streams. */
    private static final String[] OF_CHANNELS = {
        "wwrr", "rwrw", "rrw", "WWRR", "RWRW", "uurr", "urwr", "ruwr", "Irw", "wIr", "Orr", "wOr", "zrr", "wrrrrw",
        "rrrrrw", "rrwrrr"
    };

    private static final String[] OF_STREAMS = {"ooii", "ioio", "iioi", "oiiii", "iiiiio", "tott", "otit", "oaita"};

    private static Object tried(char operation, SocketChannel channel) throws Exception {
        ByteBuffer buffer = ByteBuffer.allocate(4);
        ByteBuffer[] buffers = {buffer, ByteBuffer.allocate(1)};
        return switch (operation) {
            case 'r' -> channel.read(buffer);
            case 'R' -> channel.read(buffers);
            case 'w' -> channel.write(buffer);
            case 'W' -> channel.write(buffers);
            case 'z' -> channel.read(ByteBuffer.allocate(0));
            case 'I' -> channel.shutdownInput() == channel;
            case 'O' -> channel.shutdownOutput() == channel;
            case 'a' -> channel.socket().getInputStream().available();
            case 'u' -> {
                channel.socket().sendUrgentData(1);
                yield 0;
            }
            case 'o' -> {
                OutputStream output = channel.socket().getOutputStream();
                output.write(new byte[4]);
                yield 0;
            }
            case 't', 'i' -> {
                channel.socket().setSoTimeout(operation == 't' ? 60_000 : 0);
                InputStream input = channel.socket().getInputStream();
                yield input.read(new byte[4]);
            }
            default -> throw new IllegalArgumentException(String.valueOf(operation));
        };
    }

    /** The outcome of an operation once the reset is there: until then writes succeed and reads may find nothing. */
    private static Object outcome(char operation, SocketChannel channel) throws Exception {
        while (true) {
            try {
                Object result = tried(operation, channel);
                boolean early = "wWou".indexOf(operation) >= 0
                        || ("rR".indexOf(operation) >= 0 && ((Number) result).longValue() == 0);
                if (!early) {
                    return result;
                }
            } catch (IOException e) {
                // The urgent bytes that were sent meanwhile still lie there.
                if (!"Socket buffer full".equals(e.getMessage())) {
                    throw e;
                }
            }
            Thread.onSpinWait();
        }
    }

    private static void ask(
            TestedStack stack, Answers answers, String operations, boolean blocking, int unread, boolean told)
            throws Exception {
        try (Pair pair = stack.connect()) {
            if (unread > 0) {
                pair.server().write(TestedStack.bytes(unread));
                while (pair.client().socket().getInputStream().available() < unread) {
                    Thread.onSpinWait();
                }
            }
            Background<Integer> reader = null;
            if (told) {
                reader = Background.start(() -> pair.client().read(ByteBuffer.allocate(4)))
                        .awaitBlocked();
            }
            pair.server().setOption(StandardSocketOptions.SO_LINGER, 0);
            pair.server().close();
            if (reader != null) {
                answers.addFailure("blocked reader", reader.failure());
            }
            pair.client().configureBlocking(blocking);
            String when = operations + ", blocking " + blocking + ", unread " + unread + ": ";
            for (int i = 0; i < operations.length(); i++) {
                char operation = operations.charAt(i);
                answers.add(when + i + operation, () -> outcome(operation, pair.client()));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void aResetIsToldToOneOperationAndTheOthersFindWhatTheJdkFinds(TestedStack stack) throws Exception {
        Answers.asTheJdk(stack, (asked, answers) -> {
            for (int unread : new int[] {0, 10}) {
                for (String operations : OF_CHANNELS) {
                    ask(asked, answers, operations, true, unread, false);
                    ask(asked, answers, operations, false, unread, false);
                }
                for (String operations : OF_STREAMS) {
                    ask(asked, answers, operations, true, unread, false);
                }
            }
        });
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void aResetThatABlockedReaderFoundIsABrokenPipeForWriters(TestedStack stack) throws Exception {
        Answers.asTheJdk(stack, (asked, answers) -> {
            ask(asked, answers, "wrwr", true, 0, true);
            ask(asked, answers, "rwrw", false, 0, true);
        });
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void aResetInTheMiddleOfAWriteIsToldToAReadThatComesFirst(TestedStack stack) throws Exception {
        try (Pair pair = stack.connect()) {
            ByteBuffer large = ByteBuffer.allocate(32 << 20);
            Background<Integer> writing = Background.start(() -> pair.client().write(large));
            // Then part of it has been taken.
            pair.server().read(ByteBuffer.allocate(1));
            writing.awaitBlocked();

            pair.server().setOption(StandardSocketOptions.SO_LINGER, 0);
            pair.server().close();

            assertThat(writing.get()).isPositive().isLessThan(32 << 20);
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> pair.client().read(ByteBuffer.allocate(1)))
                        .isInstanceOf(SocketException.class)
                        .hasMessage("Connection reset");
                assertThatThrownBy(() -> pair.client().write(large)).hasMessage("Broken pipe");
            }
        }
    }
}
