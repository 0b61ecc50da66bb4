package io.ztnio.provider.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ztnio.provider.contract.TestedStack.Pair;
import io.ztnio.provider.os.OsProvider;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Blocking modes that change under a caller, failures in the middle of a write, channels and selectors of others. */
@Timeout(60)
class ModeContractTest {
    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void aReadThatWaitedForItsTurnGoesByTheModeOfItsTurn(TestedStack stack) throws Exception {
        try (Pair pair = stack.connect()) {
            SocketChannel channel = pair.client();
            Background<Integer> first = Background.start(() -> channel.read(ByteBuffer.allocate(1)));
            first.settle();
            Background<Object> mode = Background.start(() -> channel.configureBlocking(false));
            mode.settle();
            Background<Integer> second = Background.start(() -> channel.read(ByteBuffer.allocate(1)));
            second.settle();

            pair.server().write(ByteBuffer.wrap(new byte[1]));

            assertThat(first.get()).isEqualTo(1);
            mode.get();
            // The lock is not fair: it may have had its turn before the mode changed, and then it waits for a byte.
            pair.server().write(ByteBuffer.wrap(new byte[1]));
            assertThat(second.get()).isBetween(0, 1);
            assertThat(channel.isBlocking()).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void anAcceptThatWaitedForItsTurnGoesByTheModeOfItsTurn(TestedStack stack) throws Exception {
        try (ServerSocketChannel listener = stack.listen();
                SocketChannel client = stack.provider.openSocketChannel();
                SocketChannel another = stack.provider.openSocketChannel()) {
            Background<SocketChannel> first = Background.start(listener::accept);
            first.settle();
            Background<Object> mode = Background.start(() -> listener.configureBlocking(false));
            mode.settle();

            client.connect(stack.reachable(listener));

            first.get().close();
            mode.get();
            assertThat(listener.accept()).isNull();
            another.connect(stack.reachable(listener));
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void aResetInTheMiddleOfAWriteIsToldToTheNextOne(TestedStack stack) throws Exception {
        try (Pair pair = stack.connect()) {
            ByteBuffer large = ByteBuffer.allocate(32 << 20);
            Background<Integer> writing = Background.start(() -> pair.client().write(large));
            // Then part of it has been taken.
            pair.server().read(ByteBuffer.allocate(1));

            pair.server().setOption(StandardSocketOptions.SO_LINGER, 0);
            pair.server().close();

            assertThat(writing.get()).isPositive().isLessThan(32 << 20);
            assertThatThrownBy(() -> pair.client().write(large))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("Connection reset");
            assertThatThrownBy(() -> pair.client().write(large)).hasMessageContaining("Broken pipe");
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void aChannelThatOnlyTheJdksSelectorsKnowRegistersWithOurs(TestedStack stack) throws Exception {
        Pipe pipe = OsProvider.get().openPipe();
        try (Selector selector = stack.selector();
                Pipe.SourceChannel source = pipe.source();
                Pipe.SinkChannel sink = pipe.sink()) {
            source.configureBlocking(false);
            SelectionKey key = source.register(selector, SelectionKey.OP_READ, "attached");
            assertThat(key.channel()).isSameAs(source);
            assertThat(selector.selectNow()).isZero();

            sink.write(ByteBuffer.wrap(new byte[1]));

            assertThat(selector.select()).isEqualTo(1);
            assertThat(selector.selectedKeys()).containsExactly(key);
            assertThat(key.attachment()).isEqualTo("attached");
            source.read(ByteBuffer.allocate(1));
            selector.selectedKeys().clear();
            assertThat(selector.selectNow()).isZero();
            key.cancel();
            selector.selectNow();
            assertThat(source.isRegistered()).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void interestInAClosingSelectorFailsAsTheJdksDoes(TestedStack stack) throws Exception {
        for (int round = 0; round < 50; round++) {
            try (Pair pair = stack.connect()) {
                Selector selector = stack.selector();
                pair.client().configureBlocking(false);
                SelectionKey key = pair.client().register(selector, 0);
                Background<Object> closing = Background.start(() -> {
                    selector.close();
                    return null;
                });
                assertThatThrownBy(() -> {
                            while (true) {
                                key.interestOps(SelectionKey.OP_READ);
                                key.interestOps(0);
                            }
                        })
                        .isInstanceOfAny(CancelledKeyException.class, ClosedSelectorException.class);
                closing.get();
            }
        }
    }
}
