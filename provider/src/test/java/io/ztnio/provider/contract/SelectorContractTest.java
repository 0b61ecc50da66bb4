package io.ztnio.provider.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ztnio.provider.contract.TestedStack.Pair;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.IllegalSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
@SuppressWarnings("try") // closing is what is tested
class SelectorContractTest {
    private static SelectionKey register(Pair pair, Selector selector, int ops) throws IOException {
        pair.client().configureBlocking(false);
        return pair.client().register(selector, ops);
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void refusesRegistrationsThatCannotBe(TestedStack stack) throws IOException {
        TestedStack other = stack == TestedStack.JDK ? TestedStack.PASS_THROUGH : TestedStack.JDK;
        try (Pair pair = stack.connect();
                Selector selector = stack.selector();
                Selector foreign = other.selector();
                Selector closed = stack.selector()) {
            SocketChannel channel = pair.client();
            closed.close();

            assertThatThrownBy(() -> channel.register(selector, SelectionKey.OP_READ))
                    .isInstanceOf(IllegalBlockingModeException.class);
            channel.configureBlocking(false);
            assertThatThrownBy(() -> channel.register(selector, SelectionKey.OP_ACCEPT))
                    .isInstanceOf(IllegalArgumentException.class);
            if (stack != TestedStack.JDK) {
                // The other way round it can be done: our selectors take what the JDK's take.
                assertThatThrownBy(() -> channel.register(foreign, 0)).isInstanceOf(IllegalSelectorException.class);
            }
            assertThatThrownBy(() -> channel.register(closed, 0)).isInstanceOf(ClosedSelectorException.class);
            assertThatThrownBy(() -> channel.register(null, 0)).isInstanceOf(NullPointerException.class);
            channel.close();
            assertThatThrownBy(() -> channel.register(selector, 0)).isInstanceOf(ClosedChannelException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void givesTheSameKeyWhenRegisteredAgain(TestedStack stack) throws IOException {
        try (Pair pair = stack.connect();
                Selector selector = stack.selector()) {
            SelectionKey key = register(pair, selector, SelectionKey.OP_READ);
            key.attach("first");

            SelectionKey again = pair.client().register(selector, SelectionKey.OP_WRITE);

            assertThat(again).isSameAs(key);
            assertThat(key.attachment()).isNull();
            assertThat(key.interestOps()).isEqualTo(SelectionKey.OP_WRITE);
            assertThat(key.selector()).isSameAs(selector);
            assertThat(key.channel()).isSameAs(pair.client());
            assertThat(pair.client().keyFor(selector)).isSameAs(key);
            assertThat(selector.keys()).containsExactly(key);
            assertThatThrownBy(() -> pair.client().configureBlocking(true))
                    .isInstanceOf(IllegalBlockingModeException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void keepsACancelledKeyUntilTheNextSelect(TestedStack stack) throws IOException {
        try (Pair pair = stack.connect();
                Selector selector = stack.selector()) {
            SelectionKey key = register(pair, selector, SelectionKey.OP_WRITE);
            selector.select();
            key.attach("kept");

            key.cancel();
            key.cancel();

            assertThat(key.isValid()).isFalse();
            assertThat(selector.keys()).contains(key);
            assertThat(selector.selectedKeys()).contains(key);
            assertThat(pair.client().keyFor(selector)).isSameAs(key);
            assertThat(pair.client().isRegistered()).isTrue();
            assertThat(key.attachment()).isEqualTo("kept");
            assertThatThrownBy(key::interestOps).isInstanceOf(CancelledKeyException.class);
            assertThatThrownBy(key::readyOps).isInstanceOf(CancelledKeyException.class);
            assertThatThrownBy(() -> pair.client().register(selector, 0)).isInstanceOf(CancelledKeyException.class);
            assertThat(selector.selectNow()).isZero();
            assertThat(selector.keys()).isEmpty();
            assertThat(selector.selectedKeys()).isEmpty();
            assertThat(pair.client().keyFor(selector)).isNull();
            assertThat(pair.client().isRegistered()).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void registersAgainAfterOneSelectNow(TestedStack stack) throws IOException {
        try (Pair pair = stack.connect();
                Selector selector = stack.selector()) {
            for (int round = 0; round < 50; round++) {
                SelectionKey key = register(pair, selector, SelectionKey.OP_WRITE);
                assertThat(selector.select()).isEqualTo(1);
                key.cancel();
                // As com.sun.net.httpserver does: blocking again before the key is flushed.
                pair.client().configureBlocking(true);
                pair.client().configureBlocking(false);
                selector.selectNow();
            }
            assertThat(selector.keys()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void isLevelTriggeredAndCountsOnlyUpdates(TestedStack stack) throws IOException {
        try (Pair pair = stack.connect();
                Selector selector = stack.selector()) {
            SelectionKey key = register(pair, selector, SelectionKey.OP_READ);
            pair.server().write(TestedStack.bytes(4));

            int first = selector.select();
            int second = selector.select();
            key.interestOpsOr(SelectionKey.OP_WRITE);
            int third = selector.select();
            int accumulated = key.readyOps();
            selector.selectedKeys().clear();
            int fourth = selector.select();

            assertThat(first).isEqualTo(1);
            assertThat(second).isZero();
            assertThat(third).isEqualTo(1);
            assertThat(accumulated).isEqualTo(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
            assertThat(fourth).isEqualTo(1);
            pair.client().read(ByteBuffer.allocate(8));
            key.interestOps(SelectionKey.OP_READ);
            selector.selectedKeys().clear();
            assertThat(selector.selectNow()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void reportsTheEndOfTheStreamAsReadable(TestedStack stack) throws IOException {
        try (Pair pair = stack.connect();
                Selector selector = stack.selector()) {
            SelectionKey key = register(pair, selector, SelectionKey.OP_READ);

            pair.server().close();

            assertThat(selector.select()).isEqualTo(1);
            assertThat(key.isReadable()).isTrue();
            assertThat(pair.client().read(ByteBuffer.allocate(1))).isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void reportsRoomToWriteAgain(TestedStack stack) throws IOException {
        try (Pair pair = stack.connect();
                Selector selector = stack.selector()) {
            SelectionKey key = register(pair, selector, SelectionKey.OP_WRITE);
            pair.server().configureBlocking(false);
            ByteBuffer chunk = TestedStack.bytes(1 << 16);
            do {
                chunk.rewind();
            } while (pair.client().write(chunk) > 0);
            ByteBuffer sink = ByteBuffer.allocate(1 << 20);

            int selected;
            do {
                sink.clear();
                pair.server().read(sink);
                selected = selector.select(1);
            } while (selected == 0);

            assertThat(key.isWritable()).isTrue();
            chunk.rewind();
            assertThat(pair.client().write(chunk)).isPositive();
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void acceptsAndConnectsWithoutBlocking(TestedStack stack) throws IOException {
        try (ServerSocketChannel listener = stack.listen();
                SocketChannel client = stack.provider.openSocketChannel();
                Selector selector = stack.selector()) {
            listener.configureBlocking(false);
            client.configureBlocking(false);
            SelectionKey accept = listener.register(selector, SelectionKey.OP_ACCEPT);
            // Before the connect, as ZooKeeper does, so before any stack is chosen.
            SelectionKey connect = client.register(selector, 0);
            client.connect(stack.reachable(listener));
            connect.interestOps(client.isConnected() ? 0 : SelectionKey.OP_CONNECT);

            SocketChannel server = null;
            while (server == null || !client.isConnected()) {
                selector.select();
                if (selector.selectedKeys().remove(accept)) {
                    assertThat(accept.isAcceptable()).isTrue();
                    server = listener.accept();
                }
                if (selector.selectedKeys().remove(connect)) {
                    assertThat(connect.isConnectable()).isTrue();
                    assertThat(client.finishConnect()).isTrue();
                    connect.interestOps(0);
                }
            }

            assertThat(server.getRemoteAddress()).isEqualTo(client.getLocalAddress());
            connect.interestOps(SelectionKey.OP_CONNECT);
            assertThat(selector.selectNow()).isZero();
            server.close();
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void wakesASleepingSelectorWhenAnotherThreadConnectsOrWrites(TestedStack stack) throws Exception {
        try (ServerSocketChannel listener = stack.listen();
                SocketChannel client = stack.provider.openSocketChannel();
                Selector selector = stack.selector()) {
            listener.configureBlocking(false);
            listener.register(selector, SelectionKey.OP_ACCEPT);
            Background<Integer> selecting = Background.start(selector::select).settle();

            client.connect(stack.reachable(listener));

            assertThat(selecting.get()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void wakesUpOnceForManyWakeups(TestedStack stack) throws Exception {
        try (Selector selector = stack.selector()) {
            selector.wakeup();
            selector.wakeup();
            assertThat(selector.select()).isZero();
            selector.wakeup();
            selector.selectNow();
            assertThat(selector.select(1)).isZero();

            for (int round = 0; round < 500; round++) {
                Background<Integer> selecting = Background.start(selector::select);
                assertThat(selector.wakeup()).isSameAs(selector);
                assertThat(selecting.get()).isZero();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void returnsWhenInterruptedAndStaysOpen(TestedStack stack) throws Exception {
        try (Pair pair = stack.connect();
                Selector selector = stack.selector()) {
            register(pair, selector, SelectionKey.OP_READ);
            Background<Integer> selecting = Background.start(selector::select).settle();

            selecting.interrupt();

            assertThat(selecting.get()).isZero();
            assertThat(selecting.wasInterruptedAfterwards()).isTrue();
            assertThat(selector.isOpen()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void returnsNormallyWhenClosedAndCleansUp(TestedStack stack) throws Exception {
        try (Pair pair = stack.connect()) {
            Selector selector = stack.selector();
            SelectionKey key = register(pair, selector, SelectionKey.OP_READ);
            Background<Integer> selecting = Background.start(() -> selector.isOpen() ? selector.select() : 0)
                    .settle();

            selector.close();
            selector.close();

            try {
                assertThat(selecting.get()).isZero();
            } catch (java.util.concurrent.ExecutionException e) {
                // Closed between the check and the select.
                assertThat(e).hasCauseInstanceOf(ClosedSelectorException.class);
            }
            assertThat(key.isValid()).isFalse();
            assertThat(pair.client().isRegistered()).isFalse();
            assertThat(selector.wakeup()).isSameAs(selector);
            assertThatThrownBy(selector::select).isInstanceOf(ClosedSelectorException.class);
            assertThatThrownBy(selector::keys).isInstanceOf(ClosedSelectorException.class);
            assertThatThrownBy(selector::selectedKeys).isInstanceOf(ClosedSelectorException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    @SuppressWarnings({"unchecked", "rawtypes"})
    void letsKeysBeRemovedButNotAdded(TestedStack stack) throws IOException {
        try (Pair pair = stack.connect();
                Selector selector = stack.selector()) {
            SelectionKey key = register(pair, selector, SelectionKey.OP_WRITE);
            selector.select();
            Set<SelectionKey> selected = selector.selectedKeys();

            assertThat(selected).containsExactly(key);
            assertThat(selector.selectedKeys()).isSameAs(selected);
            assertThatThrownBy(() -> selected.add(key)).isInstanceOf(UnsupportedOperationException.class);
            assertThatThrownBy(() -> ((Set) selected).add("other")).isInstanceOf(UnsupportedOperationException.class);
            assertThatThrownBy(() -> selector.keys().remove(key)).isInstanceOf(UnsupportedOperationException.class);
            Iterator<SelectionKey> iterator = selected.iterator();
            iterator.next();
            iterator.remove();
            assertThat(selected).isEmpty();
            assertThat(selected.remove(key)).isFalse();
            assertThat(selector.select()).isEqualTo(1);
            assertThat(selected).containsExactly(key);
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void passesReadyKeysToAnActionAndLeavesTheSelectedSetAlone(TestedStack stack) throws IOException {
        try (Pair pair = stack.connect();
                Selector selector = stack.selector()) {
            SelectionKey key = register(pair, selector, SelectionKey.OP_WRITE);
            List<SelectionKey> seen = new ArrayList<>();

            int count = selector.select(seen::add);
            int again = selector.selectNow(seen::add);

            assertThat(count).isEqualTo(1);
            assertThat(again).isEqualTo(1);
            assertThat(seen).containsExactly(key, key);
            assertThat(selector.selectedKeys()).isEmpty();
            assertThatThrownBy(() -> selector.selectNow(null)).isInstanceOf(NullPointerException.class);
            assertThatThrownBy(() -> selector.select(-1)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> selector.select(each -> {
                        throw new IllegalArgumentException("thrown");
                    }))
                    .hasMessage("thrown");
            assertThatThrownBy(() -> selector.select(each -> {
                        try {
                            selector.selectNow();
                        } catch (IOException e) {
                            throw new AssertionError(e);
                        }
                    }))
                    .isInstanceOf(IllegalStateException.class);
            assertThat(selector.select(SelectionKey::cancel)).isEqualTo(1);
            selector.selectNow();
            assertThat(selector.keys()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void checksInterestButNotOfAnd(TestedStack stack) throws IOException {
        try (Pair pair = stack.connect();
                Selector selector = stack.selector()) {
            SelectionKey key = register(pair, selector, SelectionKey.OP_READ);

            assertThatThrownBy(() -> key.interestOps(SelectionKey.OP_ACCEPT))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> key.interestOpsOr(SelectionKey.OP_ACCEPT))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(key.interestOpsOr(SelectionKey.OP_WRITE)).isEqualTo(SelectionKey.OP_READ);
            assertThat(key.interestOpsAnd(~SelectionKey.OP_READ))
                    .isEqualTo(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
            assertThat(key.interestOps()).isEqualTo(SelectionKey.OP_WRITE);
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void closesAChannelThatIsRegisteredAtOnceForItsPeer(TestedStack stack) throws IOException {
        try (Pair pair = stack.connect();
                Selector selector = stack.selector()) {
            SelectionKey key = register(pair, selector, SelectionKey.OP_READ);

            pair.client().close();

            assertThat(pair.server().read(ByteBuffer.allocate(1))).isEqualTo(-1);
            assertThat(key.isValid()).isFalse();
            assertThat(selector.selectNow()).isZero();
            assertThat(selector.keys()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void servesSeveralSelectorsAtOnce(TestedStack stack) throws IOException {
        try (Pair pair = stack.connect();
                Selector one = stack.selector();
                Selector two = stack.selector()) {
            SelectionKey read = register(pair, one, SelectionKey.OP_READ);
            SelectionKey write = register(pair, two, SelectionKey.OP_WRITE);

            assertThat(two.select()).isEqualTo(1);
            assertThat(one.selectNow()).isZero();
            write.cancel();
            two.selectNow();
            pair.server().write(TestedStack.bytes(1));

            assertThat(one.select()).isEqualTo(1);
            assertThat(read.isReadable()).isTrue();
        }
    }
}
