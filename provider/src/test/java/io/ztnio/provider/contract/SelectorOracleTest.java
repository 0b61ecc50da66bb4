package io.ztnio.provider.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.provider.contract.TestedStack.Pair;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What selectors of every stack answer, of which the JDK's are right. */
@Timeout(60)
@SuppressWarnings("try") // closing is what is tested
class SelectorOracleTest {
    private static final int ALL = SelectionKey.OP_CONNECT | SelectionKey.OP_READ | SelectionKey.OP_WRITE;

    private static SelectionKey register(SocketChannel channel, Selector selector, int ops) throws IOException {
        channel.configureBlocking(false);
        return channel.register(selector, ops);
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void aKeyIsNeverSeenWithoutItsAttachment(TestedStack stack) throws Exception {
        try (SocketChannel channel = stack.provider.openSocketChannel();
                Selector selector = stack.selector()) {
            channel.configureBlocking(false);
            AtomicBoolean done = new AtomicBoolean();
            Background<Boolean> looking = Background.start(() -> {
                boolean all = true;
                while (!done.get()) {
                    for (SelectionKey key : selector.keys()) {
                        all &= key.attachment() != null;
                    }
                }
                return all;
            });

            for (int round = 0; round < 1000; round++) {
                SelectionKey key = channel.register(selector, 0, "attached");
                assertThat(key.attach("replaced")).isEqualTo("attached");
                assertThat(key.attach("once more")).isEqualTo("replaced");
                key.cancel();
                selector.selectNow();
            }
            done.set(true);

            assertThat(looking.get()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void theReadySetOfAKeyThatWasTakenOutIsReplaced(TestedStack stack) throws Exception {
        Answers.asTheJdk(stack, (asked, answers) -> {
            try (Pair pair = asked.connect();
                    Selector selector = asked.selector()) {
                SelectionKey key = register(pair.client(), selector, SelectionKey.OP_READ);
                pair.server().write(TestedStack.bytes(3));
                answers.add("with something to read", selector::select);
                answers.add("ready", key::readyOps);
                key.interestOps(SelectionKey.OP_WRITE);
                answers.add("still in the set", selector::select);
                answers.add("ready of old and new", key::readyOps);
                selector.selectedKeys().clear();
                pair.client().read(ByteBuffer.allocate(3));
                key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
                answers.add("taken out", selector::select);
                answers.add("ready of new only", key::readyOps);
                answers.add("once more", selector::selectNow);
                selector.selectedKeys().remove(key);
                key.interestOps(0);
                answers.add("without interest", selector::selectNow);
            }
        });
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void timeoutsMayBeAnythingButNegative(TestedStack stack) throws Exception {
        Answers.asTheJdk(stack, (asked, answers) -> {
            try (Selector selector = asked.selector()) {
                answers.add("negative", () -> selector.select(-1));
                answers.add("negative with an action", () -> selector.select(key -> {}, -1));
                answers.add("no action", () -> selector.select(null, 1));
                answers.add("short", () -> selector.select(1));
                for (long timeout : new long[] {0, 1L + Integer.MAX_VALUE, Long.MAX_VALUE}) {
                    Background<Integer> selecting =
                            Background.start(() -> selector.select(timeout)).awaitBlocked();
                    selector.wakeup();
                    answers.add("woken, " + timeout, selecting::get);
                }
            }
        });
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void aSelectHoldsTheMonitorsThatTheJdkDocuments(TestedStack stack) throws Exception {
        try (Pair pair = stack.connect();
                Selector selector = stack.selector()) {
            register(pair.client(), selector, SelectionKey.OP_WRITE);
            Set<SelectionKey> selected = selector.selectedKeys();
            Set<SelectionKey> keys = selector.keys();

            int count = selector.select(key -> {
                assertThat(Thread.holdsLock(selector)).isTrue();
                assertThat(Thread.holdsLock(selected)).isTrue();
                assertThat(Thread.holdsLock(keys)).isFalse();
            });

            assertThat(count).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void nothingButAnotherSelectWaitsForASelect(TestedStack stack) throws Exception {
        try (Pair pair = stack.connect();
                Pair other = stack.connect();
                Selector selector = stack.selector()) {
            SelectionKey key = register(pair.client(), selector, SelectionKey.OP_READ);
            Background<Integer> selecting = Background.start(selector::select).awaitBlocked();

            SelectionKey late = register(other.client(), selector, 0);
            late.interestOps(SelectionKey.OP_READ);
            late.attach("attached");
            late.cancel();
            assertThat(selector.keys()).contains(key);
            key.interestOps(0);
            key.interestOps(SelectionKey.OP_READ);
            other.client().close();
            selector.wakeup();

            assertThat(selecting.get()).isZero();
            assertThat(selector.keys()).containsExactly(key);
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void anActionMayCloseAndCancelWhatItLikes(TestedStack stack) throws Exception {
        Answers.asTheJdk(stack, (asked, answers) -> {
            try (Pair pair = asked.connect();
                    Pair other = asked.connect()) {
                Selector selector = asked.selector();
                SelectionKey key = register(pair.client(), selector, SelectionKey.OP_READ | SelectionKey.OP_WRITE);
                List<Integer> ready = new ArrayList<>();
                answers.add("ready", () -> selector.select(each -> ready.add(each.readyOps())));
                answers.add("ready operations", ready::toString);
                answers.add("select", selector::select);
                answers.add("action", () -> selector.select(each -> each.interestOps(0)));
                answers.add(
                        "the selected set stays", () -> selector.selectedKeys().equals(Set.of(key)));
                key.interestOps(SelectionKey.OP_WRITE);
                SelectionKey another = register(other.client(), selector, SelectionKey.OP_READ);
                answers.add("one cancels another", () -> selector.select(each -> another.cancel()));
                answers.add("valid", another::isValid);
                answers.add("nothing new", selector::selectNow);
                answers.add("keys left", () -> selector.keys().size());
                answers.add(
                        "close in an action",
                        () -> selector.select(each -> {
                            try {
                                selector.close();
                            } catch (IOException e) {
                                throw new AssertionError(e);
                            }
                        }));
                answers.add("open", selector::isOpen);
                answers.add(
                        "registered",
                        () -> pair.client().isRegistered() || other.client().isRegistered());
            }
        });
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void whatIsOpenedAfterAClosedChannelDoesNotWakeItsKey(TestedStack stack) throws Exception {
        try (Selector selector = stack.selector()) {
            for (int round = 0; round < 20; round++) {
                SelectionKey gone;
                try (Pair old = stack.connect()) {
                    gone = register(old.client(), selector, SelectionKey.OP_READ);
                    assertThat(selector.selectNow()).isZero();
                }
                try (Pair pair = stack.connect()) {
                    // In the host stack the descriptor may be the one of the old channel.
                    SelectionKey key = register(pair.client(), selector, SelectionKey.OP_READ);
                    pair.server().write(TestedStack.bytes(1));

                    assertThat(selector.select()).isEqualTo(1);

                    assertThat(selector.selectedKeys()).containsExactly(key).doesNotContain(gone);
                    selector.selectedKeys().clear();
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void aFailureIsReadyForEverythingThatIsOfInterest(TestedStack stack) throws Exception {
        Answers.asTheJdk(stack, (asked, answers) -> {
            for (int ops :
                    new int[] {SelectionKey.OP_READ, SelectionKey.OP_WRITE, SelectionKey.OP_READ | SelectionKey.OP_WRITE
                    }) {
                try (Pair pair = asked.connect();
                        Selector selector = asked.selector()) {
                    pair.server().setOption(StandardSocketOptions.SO_LINGER, 0);
                    Background<Integer> reading = Background.start(
                                    () -> pair.client().read(ByteBuffer.allocate(1)))
                            .awaitBlocked();
                    pair.server().close();
                    answers.addFailure("read", reading.failure());
                    SelectionKey key = register(pair.client(), selector, ops);
                    answers.add("reset, " + ops, selector::select);
                    answers.add("ready, " + ops, key::readyOps);
                }
            }
        });
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void aRefusedConnectIsReadyForEverythingThatIsOfInterest(TestedStack stack) throws Exception {
        try (SocketChannel channel = stack.provider.openSocketChannel();
                Selector selector = stack.selector()) {
            channel.configureBlocking(false);
            SelectionKey key = channel.register(selector, 0);
            boolean pending = begins(channel, stack);
            if (pending) {
                key.interestOps(ALL);

                assertThat(selector.select()).isEqualTo(1);
                assertThat(key.readyOps()).isEqualTo(ALL);
            } else {
                assertThat(channel.isOpen()).isFalse();
            }
        }
    }

    private static boolean begins(SocketChannel channel, TestedStack stack) throws IOException {
        try {
            assertThat(channel.connect(stack.refusing())).isFalse();
            return true;
        } catch (java.net.ConnectException e) {
            return false;
        }
    }

    /** Linux reports a hang-up of a socket that was never connected; nobody can do anything with that. */
    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void whatHasNoStackYetIsNotSelected(TestedStack stack) throws Exception {
        boolean ofTheHost = stack == TestedStack.JDK || stack == TestedStack.PASS_THROUGH;
        try (SocketChannel channel = stack.provider.openSocketChannel();
                ServerSocketChannel listener = stack.provider.openServerSocketChannel();
                Selector selector = stack.selector()) {
            register(channel, selector, ALL);
            listener.configureBlocking(false);
            listener.register(selector, SelectionKey.OP_ACCEPT);

            int count = selector.selectNow();

            if (!ofTheHost) {
                assertThat(count).isZero();
            }
            assertThat(channel.isOpen()).isTrue();
        }
    }
}
