package io.ztnio.provider.contract;

import static java.util.concurrent.TimeUnit.MICROSECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.provider.contract.AsynchronousStack.Pair;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousChannelGroup;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import java.nio.channels.InterruptedByTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What ends an operation comes from several sides at once: it ends once, and never not at all. */
@Timeout(120)
@SuppressWarnings("try") // closing is what is tested
class AsynchronousRaceTest {
    private static final int ROUNDS = 200;

    @ParameterizedTest
    @EnumSource(AsynchronousStack.class)
    void aReadMeetsItsBytesOrTheClose(AsynchronousStack stack) throws Exception {
        AsynchronousChannelGroup group =
                stack.provider.openAsynchronousChannelGroup(2, Executors.defaultThreadFactory());
        for (int i = 0; i < ROUNDS; i++) {
            try (Pair pair = stack.connect(group)) {
                Outcome<Integer> handled = new Outcome<>();
                pair.client().read(ByteBuffer.allocate(1), "", handled);
                Future<Integer> future = pair.server().read(ByteBuffer.allocate(1));
                Background<Void> closing = Background.start(() -> {
                    pair.client().close();
                    return null;
                });
                ignoringFailure(pair.server().write(TestedStack.bytes(1)));
                closing.get();

                Throwable failure = handled.outcome();
                assertThat(failure == null || failure instanceof AsynchronousCloseException)
                        .as(() -> "ends with " + failure)
                        .isTrue();
                ignoringFailure(future);
            }
        }
        group.shutdown();
        assertThat(group.awaitTermination(30, SECONDS)).isTrue();
    }

    @ParameterizedTest
    @EnumSource(AsynchronousStack.class)
    void aReadMeetsItsBytesOrItsTime(AsynchronousStack stack) throws Exception {
        for (int i = 0; i < ROUNDS; i++) {
            try (Pair pair = stack.connect()) {
                ByteBuffer received = ByteBuffer.allocate(1);
                Outcome<Integer> reading = new Outcome<>();
                pair.client().read(received, 1 + i, MICROSECONDS, "", reading);
                pair.server().write(TestedStack.bytes(1)).get();

                Throwable failure = reading.outcome();
                assertThat(failure == null || failure instanceof InterruptedByTimeoutException)
                        .as(() -> "ends with " + failure)
                        .isTrue();
                assertThat(received.position()).isEqualTo(failure == null ? 1 : 0);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(AsynchronousStack.class)
    void manyConnectionsEchoWhatTheyAreSent(AsynchronousStack stack) throws Exception {
        AsynchronousChannelGroup group =
                stack.provider.openAsynchronousChannelGroup(Executors.newCachedThreadPool(), 0);
        long seed = System.nanoTime();
        System.out.println(stack + ": seed " + seed);
        Random random = new Random(seed);
        List<Pair> pairs = new ArrayList<>();
        List<CompletableFuture<byte[]>> received = new ArrayList<>();
        byte[] sent = new byte[200_000];
        random.nextBytes(sent);
        for (int i = 0; i < 20; i++) {
            Pair pair = stack.connect(group);
            pairs.add(pair);
            new Copier(pair.server(), pair.server(), ByteBuffer.allocate(1 + random.nextInt(40_000))).read();
            received.add(new Sink(pair.client()).start(sent.length));
            new Source(pair.client(), ByteBuffer.wrap(sent)).write();
        }
        for (CompletableFuture<byte[]> each : received) {
            assertThat(each.get(100, SECONDS)).isEqualTo(sent);
        }
        for (Pair pair : pairs) {
            pair.close();
        }
        group.shutdown();
        assertThat(group.awaitTermination(30, SECONDS)).isTrue();
    }

    private static void ignoringFailure(Future<?> future) throws InterruptedException {
        try {
            future.get();
        } catch (java.util.concurrent.ExecutionException e) {
            assertThat(e).hasCauseInstanceOf(IOException.class);
        }
    }

    private record Source(AsynchronousSocketChannel channel, ByteBuffer left)
            implements CompletionHandler<Integer, Void> {
        void write() {
            channel.write(left, null, this);
        }

        @Override
        public void completed(Integer count, Void nothing) {
            if (left.hasRemaining()) {
                write();
            }
        }

        @Override
        public void failed(Throwable failure, Void nothing) {
            throw new AssertionError(failure);
        }
    }

    private record Copier(AsynchronousSocketChannel from, AsynchronousSocketChannel to, ByteBuffer buffer)
            implements CompletionHandler<Integer, Boolean> {
        void read() {
            from.read(buffer.clear(), true, this);
        }

        @Override
        public void completed(Integer count, Boolean wasRead) {
            if (count < 0) {
                return;
            }
            if (wasRead) {
                buffer.flip();
            }
            if (buffer.hasRemaining()) {
                to.write(buffer, false, this);
            } else {
                read();
            }
        }

        /** The test closes the channel while a read is pending. */
        @Override
        public void failed(Throwable failure, Boolean wasRead) {}
    }

    private static final class Sink implements CompletionHandler<Integer, Void> {
        private final AsynchronousSocketChannel channel;
        private final CompletableFuture<byte[]> all = new CompletableFuture<>();
        private ByteBuffer buffer;

        Sink(AsynchronousSocketChannel channel) {
            this.channel = channel;
        }

        CompletableFuture<byte[]> start(int length) {
            buffer = ByteBuffer.allocate(length);
            channel.read(buffer, null, this);
            return all;
        }

        @Override
        public void completed(Integer count, Void nothing) {
            if (buffer.hasRemaining()) {
                channel.read(buffer, null, this);
            } else {
                all.complete(buffer.array());
            }
        }

        @Override
        public void failed(Throwable failure, Void nothing) {
            all.completeExceptionally(failure);
        }
    }
}
