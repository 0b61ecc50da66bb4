package io.ztnio.provider.contract;

import static io.ztnio.provider.contract.AsynchronousStreamContractTest.failure;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ztnio.provider.contract.AsynchronousStack.Pair;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousChannelGroup;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import java.nio.channels.IllegalChannelGroupException;
import java.nio.channels.ShutdownChannelGroupException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
@SuppressWarnings("try") // closing is what is tested
class AsynchronousGroupContractTest {
    private final BlockingQueue<Throwable> uncaught = new LinkedBlockingQueue<>();

    @ParameterizedTest
    @EnumSource(AsynchronousStack.class)
    void handlersRunOnTheThreadsOfAFixedPool(AsynchronousStack stack) throws Exception {
        AsynchronousChannelGroup group = stack.provider.openAsynchronousChannelGroup(2, threads("fixed"));
        assertHandlersRunOn("fixed", stack, group);
        end(group);
    }

    @ParameterizedTest
    @EnumSource(AsynchronousStack.class)
    void handlersRunOnTheThreadsOfACachedPool(AsynchronousStack stack) throws Exception {
        ExecutorService pool = Executors.newCachedThreadPool(threads("cached"));
        AsynchronousChannelGroup group = stack.provider.openAsynchronousChannelGroup(pool, 1);
        assertHandlersRunOn("cached", stack, group);
        end(group);
        assertThat(pool.isTerminated()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(AsynchronousStack.class)
    void handlersRunOnTheThreadsOfAnyExecutor(AsynchronousStack stack) throws Exception {
        ExecutorService pool =
                Executors.unconfigurableExecutorService(Executors.newSingleThreadExecutor(threads("any")));
        AsynchronousChannelGroup group = stack.provider.openAsynchronousChannelGroup(pool, 0);
        assertHandlersRunOn("any", stack, group);
        end(group);
        assertThat(pool.isTerminated()).isTrue();
    }

    private static void assertHandlersRunOn(String name, AsynchronousStack stack, AsynchronousChannelGroup group)
            throws Exception {
        try (AsynchronousServerSocketChannel listener = stack.listen(group);
                AsynchronousSocketChannel client = stack.provider.openAsynchronousSocketChannel(group)) {
            Outcome<AsynchronousSocketChannel> accepting = new Outcome<>();
            Outcome<Void> connecting = new Outcome<>();
            Outcome<Integer> reading = new Outcome<>();
            Outcome<Integer> writing = new Outcome<>();
            listener.accept("", accepting);
            client.connect(stack.reachable(listener), "", connecting);
            connecting.get();
            try (AsynchronousSocketChannel server = accepting.get()) {
                server.read(ByteBuffer.allocate(1), "", reading);
                client.write(TestedStack.bytes(1), "", writing);
                writing.get();
                reading.get();
            }
            for (Outcome<?> outcome : new Outcome<?>[] {accepting, connecting, reading, writing}) {
                assertThat(outcome.thread().getName()).isEqualTo(name);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(AsynchronousStack.class)
    void aGroupEndsWithItsLastChannel(AsynchronousStack stack) throws Exception {
        AsynchronousChannelGroup group = stack.provider.openAsynchronousChannelGroup(1, threads("ending"));
        Pair pair = stack.connect(group);
        AsynchronousServerSocketChannel listener = stack.listen(group);
        AsynchronousSocketChannel unused = stack.provider.openAsynchronousSocketChannel(group);
        assertThat(group.isShutdown()).isFalse();
        assertThat(group.isTerminated()).isFalse();

        group.shutdown();
        group.shutdown();

        assertThat(group.isShutdown()).isTrue();
        assertThat(group.isTerminated()).isFalse();
        assertThatThrownBy(() -> stack.provider.openAsynchronousSocketChannel(group))
                .isInstanceOf(ShutdownChannelGroupException.class);
        assertThatThrownBy(() -> stack.provider.openAsynchronousServerSocketChannel(group))
                .isInstanceOf(ShutdownChannelGroupException.class);
        Outcome<Integer> reading = new Outcome<>();
        pair.server().read(ByteBuffer.allocate(1), "", reading);
        pair.client().write(TestedStack.bytes(1)).get();
        assertThat(reading.get()).isEqualTo(1);
        pair.close();
        listener.close();
        assertThat(group.isTerminated()).isFalse();
        unused.close();
        assertThat(group.awaitTermination(30, SECONDS)).isTrue();
        assertThat(group.isTerminated()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(AsynchronousStack.class)
    void aGroupThatIsShutDownAcceptsNothing(AsynchronousStack stack) throws Exception {
        AsynchronousChannelGroup group = stack.provider.openAsynchronousChannelGroup(1, threads("accepting"));
        try (AsynchronousServerSocketChannel listener = stack.listen(group);
                AsynchronousSocketChannel client = stack.open()) {
            Outcome<AsynchronousSocketChannel> accepting = new Outcome<>();
            listener.accept("", accepting);

            group.shutdown();
            client.connect(stack.reachable(listener)).get();

            assertThat(accepting.failure())
                    .isInstanceOf(IOException.class)
                    .hasCauseInstanceOf(ShutdownChannelGroupException.class);
        }
        assertThat(group.awaitTermination(30, SECONDS)).isTrue();
    }

    @ParameterizedTest
    @EnumSource(AsynchronousStack.class)
    void shutdownNowClosesTheChannelsAndTellsTheirHandlers(AsynchronousStack stack) throws Exception {
        AsynchronousChannelGroup group = stack.provider.openAsynchronousChannelGroup(1, threads("now"));
        AsynchronousServerSocketChannel listener = stack.listen(group);
        // Of another group: if these were closed, the reads would find the end of the stream.
        AsynchronousSocketChannel first = stack.open();
        AsynchronousSocketChannel second = stack.open();
        first.connect(stack.reachable(listener)).get();
        AsynchronousSocketChannel toFirst = listener.accept().get();
        second.connect(stack.reachable(listener)).get();
        AsynchronousSocketChannel toSecond = listener.accept().get();
        Outcome<Integer> handled = new Outcome<>();
        Outcome<AsynchronousSocketChannel> accepting = new Outcome<>();
        Future<Integer> reading = toFirst.read(ByteBuffer.allocate(1));
        toSecond.read(ByteBuffer.allocate(1), "", handled);
        listener.accept("", accepting);

        group.shutdownNow();

        assertThat(group.awaitTermination(30, SECONDS)).isTrue();
        assertThat(handled.failure()).isInstanceOf(AsynchronousCloseException.class);
        assertThat(accepting.failure()).isInstanceOf(AsynchronousCloseException.class);
        assertThat(failure(reading)).isInstanceOf(AsynchronousCloseException.class);
        assertThat(toFirst.isOpen()).isFalse();
        assertThat(listener.isOpen()).isFalse();
        first.close();
        second.close();
    }

    @ParameterizedTest
    @EnumSource(AsynchronousStack.class)
    void aForcefulCancelLetsAGroupEnd(AsynchronousStack stack) throws Exception {
        AsynchronousChannelGroup group = stack.provider.openAsynchronousChannelGroup(1, threads("cancel"));
        Pair pair = stack.connect(group);
        AsynchronousServerSocketChannel listener = stack.listen(group);
        group.shutdown();

        pair.client().read(ByteBuffer.allocate(1)).cancel(true);
        pair.server().read(ByteBuffer.allocate(1)).cancel(true);
        listener.accept().cancel(true);
        // The end of the other side may have been there first.
        pair.close();

        assertThat(group.awaitTermination(30, SECONDS)).isTrue();
    }

    @ParameterizedTest
    @EnumSource(AsynchronousStack.class)
    void refusesGroupsOfOtherProviders(AsynchronousStack stack) throws Exception {
        AsynchronousStack other =
                stack == AsynchronousStack.JDK ? AsynchronousStack.PASS_THROUGH : AsynchronousStack.JDK;
        AsynchronousChannelGroup foreign = other.provider.openAsynchronousChannelGroup(1, threads("foreign"));

        assertThatThrownBy(() -> stack.provider.openAsynchronousSocketChannel(foreign))
                .isInstanceOf(IllegalChannelGroupException.class);
        assertThatThrownBy(() -> stack.provider.openAsynchronousServerSocketChannel(foreign))
                .isInstanceOf(IllegalChannelGroupException.class);

        end(foreign);
    }

    @ParameterizedTest
    @EnumSource(AsynchronousStack.class)
    void refusesNoThreadsAndNoExecutor(AsynchronousStack stack) {
        assertThatThrownBy(() -> stack.provider.openAsynchronousChannelGroup(0, threads("none")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> stack.provider.openAsynchronousChannelGroup(1, null))
                .isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> stack.provider.openAsynchronousChannelGroup(null, 0))
                .isInstanceOf(NullPointerException.class);
    }

    @ParameterizedTest
    @EnumSource(AsynchronousStack.class)
    void handlersThatBeginTheNextOperationDoNotFillTheStack(AsynchronousStack stack) throws Exception {
        AsynchronousChannelGroup group = stack.provider.openAsynchronousChannelGroup(1, threads("deep"));
        try (Pair pair = stack.connect(group)) {
            int count = 20_000;
            ByteBuffer sent = TestedStack.bytes(count);
            while (sent.hasRemaining()) {
                pair.client().write(sent).get();
            }
            ByteBuffer one = ByteBuffer.allocate(1);
            CompletableFuture<Integer> deepest = new CompletableFuture<>();
            AtomicInteger depth = new AtomicInteger();
            AtomicInteger most = new AtomicInteger();
            pair.server().read(one, 1, new CompletionHandler<Integer, Integer>() {
                @Override
                public void completed(Integer length, Integer number) {
                    most.accumulateAndGet(depth.incrementAndGet(), Math::max);
                    if (number == count) {
                        deepest.complete(most.get());
                    } else {
                        pair.server().read(one.clear(), number + 1, this);
                    }
                    depth.decrementAndGet();
                }

                @Override
                public void failed(Throwable failure, Integer number) {
                    deepest.completeExceptionally(failure);
                }
            });

            assertThat(deepest.get()).isBetween(1, 17);
        }
        end(group);
    }

    @ParameterizedTest
    @EnumSource(AsynchronousStack.class)
    void whatAHandlerThrowsIsTheThreadsAndTheGroupGoesOn(AsynchronousStack stack) throws Exception {
        AsynchronousChannelGroup group = stack.provider.openAsynchronousChannelGroup(1, threads("throwing"));
        try (Pair pair = stack.connect(group)) {
            IllegalStateException thrown = new IllegalStateException("thrown by a handler");
            pair.server().read(ByteBuffer.allocate(1), "", new CompletionHandler<Integer, String>() {
                @Override
                public void completed(Integer length, String attachment) {
                    throw thrown;
                }

                @Override
                public void failed(Throwable failure, String attachment) {
                    uncaught.add(failure);
                }
            });
            pair.client().write(TestedStack.bytes(1)).get();

            assertThat(uncaught.poll(30, SECONDS)).isSameAs(thrown);
            Outcome<Integer> next = new Outcome<>();
            pair.server().read(ByteBuffer.allocate(1), "", next);
            pair.client().write(TestedStack.bytes(1)).get();
            assertThat(next.get()).isEqualTo(1);
        }
        end(group);
    }

    @ParameterizedTest
    @EnumSource(AsynchronousStack.class)
    void aHandlerOfACachedPoolMayWaitForAFuture(AsynchronousStack stack) throws Exception {
        ExecutorService pool = Executors.newSingleThreadExecutor(threads("single"));
        AsynchronousChannelGroup group = stack.provider.openAsynchronousChannelGroup(pool, 0);
        try (Pair pair = stack.connect(group)) {
            CompletableFuture<Integer> second = new CompletableFuture<>();
            CountDownLatch waiting = new CountDownLatch(1);
            pair.server().read(ByteBuffer.allocate(1), "", new CompletionHandler<Integer, String>() {
                @Override
                public void completed(Integer length, String attachment) {
                    Future<Integer> reading = pair.server().read(ByteBuffer.allocate(1));
                    waiting.countDown();
                    try {
                        second.complete(reading.get());
                    } catch (Exception e) {
                        second.completeExceptionally(e);
                    }
                }

                @Override
                public void failed(Throwable failure, String attachment) {
                    second.completeExceptionally(failure);
                }
            });
            pair.client().write(TestedStack.bytes(1)).get();
            waiting.await();

            pair.client().write(TestedStack.bytes(1)).get();

            assertThat(second.get()).isEqualTo(1);
        }
        end(group);
    }

    private static void end(AsynchronousChannelGroup group) throws InterruptedException {
        group.shutdown();
        assertThat(group.awaitTermination(30, SECONDS)).isTrue();
    }

    private ThreadFactory threads(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            thread.setUncaughtExceptionHandler((of, thrown) -> uncaught.add(thrown));
            return thread;
        };
    }
}
