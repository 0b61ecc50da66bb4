package io.ztnio.provider.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ztnio.provider.contract.TestedStack.Pair;
import java.io.IOException;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * SO_LINGER above zero, with the JDK on Linux as the oracle. What is written in the fake networks is the peer's at once,
 * so that there is nothing to wait for.
 */
@Timeout(90)
@EnabledOnOs(OS.LINUX)
@SuppressWarnings("try") // closing is what is tested
class LingerContractTest {
    /** So long that a test which waits for it fails. */
    private static final int LONG_SECONDS = 300;

    /** Writes until the peer and all buffers have enough; leaves the channel in non-blocking mode and unregistered. */
    private static long fill(TestedStack stack, SocketChannel channel) throws IOException {
        long total = 0;
        channel.configureBlocking(false);
        try (Selector selector = stack.selector()) {
            channel.register(selector, SelectionKey.OP_WRITE);
            while (selector.select(300) > 0) {
                selector.selectedKeys().clear();
                total += channel.write(TestedStack.bytes(10_000));
            }
        }
        return total;
    }

    private static long readAll(SocketChannel channel) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
        long total = 0;
        for (int count = 0; count >= 0; count = channel.read(buffer.clear())) {
            total += count;
        }
        return total;
    }

    private static CompletableFuture<Void> inBackground(Callable<?> action) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        action.call();
                        done.complete(null);
                    } catch (Exception e) {
                        done.completeExceptionally(e);
                    }
                },
                "closer");
        thread.setDaemon(true);
        thread.start();
        return done;
    }

    private static void closesWhenThePeerHasEverything(TestedStack stack, boolean blocking, boolean adaptor)
            throws Exception {
        try (Pair pair = stack.connect()) {
            long written = fill(stack, pair.client());
            pair.client().configureBlocking(blocking);
            pair.client().setOption(StandardSocketOptions.SO_LINGER, LONG_SECONDS);

            CompletableFuture<Void> closed = inBackground(() -> {
                if (adaptor) {
                    pair.client().socket().close();
                } else {
                    pair.client().close();
                }
                return null;
            });

            assertThatThrownBy(() -> closed.get(700, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
            assertThat(pair.client().isOpen()).isFalse();
            assertThat(readAll(pair.server())).isEqualTo(written);
            closed.get(60, TimeUnit.SECONDS);
        }
    }

    @ParameterizedTest
    @Execution(ExecutionMode.CONCURRENT)
    @EnumSource(value = TestedStack.class, names = ".*VIRTUAL.*", mode = EnumSource.Mode.MATCH_NONE)
    void closeWaitsInBlockingModeUntilThePeerHasEverything(TestedStack stack) throws Exception {
        closesWhenThePeerHasEverything(stack, true, false);
    }

    @ParameterizedTest
    @Execution(ExecutionMode.CONCURRENT)
    @EnumSource(value = TestedStack.class, names = ".*VIRTUAL.*", mode = EnumSource.Mode.MATCH_NONE)
    void closeWaitsInNonBlockingModeUntilThePeerHasEverything(TestedStack stack) throws Exception {
        closesWhenThePeerHasEverything(stack, false, false);
    }

    @ParameterizedTest
    @Execution(ExecutionMode.CONCURRENT)
    @EnumSource(value = TestedStack.class, names = ".*VIRTUAL.*", mode = EnumSource.Mode.MATCH_NONE)
    void closeOfTheSocketWaitsToo(TestedStack stack) throws Exception {
        closesWhenThePeerHasEverything(stack, true, true);
    }

    @ParameterizedTest
    @Execution(ExecutionMode.CONCURRENT)
    @EnumSource(value = TestedStack.class, names = ".*VIRTUAL.*", mode = EnumSource.Mode.MATCH_NONE)
    void whenTheTimeIsOverTheConnectionGoesOnWithoutItsOwner(TestedStack stack) throws Exception {
        try (Pair pair = stack.connect()) {
            long written = fill(stack, pair.client());
            pair.client().setOption(StandardSocketOptions.SO_LINGER, 1);
            long start = System.nanoTime();

            pair.client().close();

            assertThat(System.nanoTime() - start).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(900));
            assertThat(readAll(pair.server())).isEqualTo(written);
        }
    }

    @ParameterizedTest
    @Execution(ExecutionMode.CONCURRENT)
    @EnumSource(TestedStack.class)
    void aRegisteredChannelDoesNotWait(TestedStack stack) throws Exception {
        try (Pair pair = stack.connect();
                Selector selector = stack.selector()) {
            long written = fill(stack, pair.client());
            pair.client().setOption(StandardSocketOptions.SO_LINGER, LONG_SECONDS);
            pair.client().register(selector, SelectionKey.OP_READ);

            inBackground(() -> {
                        pair.client().close();
                        return null;
                    })
                    .get(60, TimeUnit.SECONDS);
            inBackground(selector::selectNow).get(60, TimeUnit.SECONDS);

            assertThat(readAll(pair.server())).isEqualTo(written);
        }
    }

    @ParameterizedTest
    @Execution(ExecutionMode.CONCURRENT)
    @EnumSource(TestedStack.class)
    void closeDoesNotWaitWhenThePeerHasEverything(TestedStack stack) throws Exception {
        try (Pair pair = stack.connect()) {
            pair.client().setOption(StandardSocketOptions.SO_LINGER, LONG_SECONDS);
            pair.client().write(TestedStack.bytes(100));

            inBackground(() -> {
                        pair.client().close();
                        return null;
                    })
                    .get(60, TimeUnit.SECONDS);

            assertThat(readAll(pair.server())).isEqualTo(100);
        }
    }

    @ParameterizedTest
    @Execution(ExecutionMode.CONCURRENT)
    @EnumSource(TestedStack.class)
    void closeDoesNotWaitWhereNothingWasConnected(TestedStack stack) throws Exception {
        SocketChannel channel = stack.provider.openSocketChannel();
        channel.setOption(StandardSocketOptions.SO_LINGER, LONG_SECONDS);

        inBackground(() -> {
                    channel.close();
                    return null;
                })
                .get(60, TimeUnit.SECONDS);

        assertThat(channel.isOpen()).isFalse();
    }

    @ParameterizedTest
    @Execution(ExecutionMode.CONCURRENT)
    @EnumSource(TestedStack.class)
    void whatWasLeftUnreadResetsAtOnce(TestedStack stack) throws Exception {
        try (Pair pair = stack.connect()) {
            pair.server().write(TestedStack.bytes(10));
            pair.client().read(ByteBuffer.allocate(1));
            pair.client().setOption(StandardSocketOptions.SO_LINGER, LONG_SECONDS);

            inBackground(() -> {
                        pair.client().close();
                        return null;
                    })
                    .get(60, TimeUnit.SECONDS);

            assertThatThrownBy(() -> readAll(pair.server())).isInstanceOf(SocketException.class);
        }
    }

    @ParameterizedTest
    @Execution(ExecutionMode.CONCURRENT)
    @EnumSource(TestedStack.class)
    void lingeringDoesNotKeepAReaderWaiting(TestedStack stack) throws Exception {
        try (Pair pair = stack.connect()) {
            pair.client().setOption(StandardSocketOptions.SO_LINGER, LONG_SECONDS);
            Background<Integer> reader = Background.start(() -> pair.client().read(ByteBuffer.allocate(1)))
                    .settle();

            CompletableFuture<Void> closed = inBackground(() -> {
                pair.client().close();
                return null;
            });

            assertThat(reader.failure()).isInstanceOf(IOException.class);
            assertThat(readAll(pair.server())).isZero();
            closed.get(60, TimeUnit.SECONDS);
        }
    }

    /**
     * As the JDK's: what is left to send goes on by itself. The JDK's own is not asked: there the kernel lingers if the
     * other thread is just between two of its calls.
     */
    @ParameterizedTest
    @EnumSource(value = TestedStack.class, names = ".*OVERLAY.*", mode = EnumSource.Mode.MATCH_ALL)
    void closeDoesNotWaitWhileAnotherThreadIsInsideABlockingOperation(TestedStack stack) throws Exception {
        for (String inside : new String[] {"read", "read with a timeout", "write"}) {
            try (Pair pair = stack.connect()) {
                SocketChannel client = pair.client();
                long written = fill(stack, client);
                client.configureBlocking(true);
                client.setOption(StandardSocketOptions.SO_LINGER, LONG_SECONDS);
                client.socket().setSoTimeout(LONG_SECONDS * 1000);
                Background<Integer> blocked = Background.start(() -> switch (inside) {
                            case "read" -> client.read(ByteBuffer.allocate(1));
                            case "write" -> client.write(ByteBuffer.allocate(32 << 20));
                            default -> client.socket().getInputStream().read();
                        })
                        .awaitBlocked();

                inBackground(() -> {
                            client.close();
                            return null;
                        })
                        .get(60, TimeUnit.SECONDS);

                if (!inside.equals("write")) {
                    assertThat(blocked.failure()).isExactlyInstanceOf(AsynchronousCloseException.class);
                    assertThat(readAll(pair.server())).isEqualTo(written);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(value = TestedStack.class, names = ".*OVERLAY.*", mode = EnumSource.Mode.MATCH_ALL)
    void anInterruptDoesNotWait(TestedStack stack) throws Exception {
        try (Pair pair = stack.connect()) {
            long written = fill(stack, pair.client());
            pair.client().configureBlocking(true);
            pair.client().setOption(StandardSocketOptions.SO_LINGER, LONG_SECONDS);
            Background<Integer> reader = Background.start(() -> pair.client().read(ByteBuffer.allocate(1)))
                    .awaitBlocked();

            reader.interrupt();

            assertThat(reader.failure()).isExactlyInstanceOf(ClosedByInterruptException.class);
            assertThat(readAll(pair.server())).isEqualTo(written);
        }
    }
}
