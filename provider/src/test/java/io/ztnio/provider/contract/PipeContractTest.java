package io.ztnio.provider.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Pipes are the host's in every stack, with channels that go into the selectors of the others. */
@Timeout(60)
@SuppressWarnings("try") // closing is what is tested
class PipeContractTest {
    /** A pipe whose ends close at the end. */
    private record Ends(Pipe.SourceChannel source, Pipe.SinkChannel sink) implements AutoCloseable {
        static Ends of(TestedStack stack) throws IOException {
            Pipe pipe = stack.provider.openPipe();
            assertThat(pipe.source()).isSameAs(pipe.source());
            assertThat(pipe.sink()).isSameAs(pipe.sink());
            return new Ends(pipe.source(), pipe.sink());
        }

        @Override
        public void close() throws IOException {
            source.close();
            sink.close();
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void movesBytesInEitherMode(TestedStack stack) throws Exception {
        try (Ends pipe = Ends.of(stack)) {
            assertThat(pipe.source().provider()).isSameAs(stack.provider);
            assertThat(pipe.sink().provider()).isSameAs(stack.provider);
            assertThat(pipe.source().validOps()).isEqualTo(SelectionKey.OP_READ);
            assertThat(pipe.sink().validOps()).isEqualTo(SelectionKey.OP_WRITE);
            assertThat(pipe.source().isBlocking()).isTrue();
            ByteBuffer[] received = {ByteBuffer.allocate(1), ByteBuffer.allocate(9)};

            assertThat(pipe.sink().write(new ByteBuffer[] {TestedStack.bytes(2), TestedStack.bytes(3)}))
                    .isEqualTo(5);
            assertThat(pipe.source().read(received)).isEqualTo(5);
            pipe.source().configureBlocking(false);
            assertThat(pipe.source().read(ByteBuffer.allocate(1))).isZero();
            pipe.sink().configureBlocking(false);
            ByteBuffer chunk = ByteBuffer.allocate(1 << 16);
            while (pipe.sink().write(chunk) > 0) {
                chunk.clear();
            }
            assertThat(pipe.source().read(ByteBuffer.allocate(9))).isEqualTo(9);
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void eachEndKnowsWhenTheOtherIsGone(TestedStack stack) throws Exception {
        try (Ends pipe = Ends.of(stack)) {
            pipe.sink().write(TestedStack.bytes(2));
            pipe.sink().close();

            assertThat(pipe.source().read(ByteBuffer.allocate(9))).isEqualTo(2);
            assertThat(pipe.source().read(ByteBuffer.allocate(9))).isEqualTo(-1);
        }
        try (Ends pipe = Ends.of(stack)) {
            pipe.source().close();

            assertThatThrownBy(() -> pipe.sink().write(TestedStack.bytes(1)))
                    .isInstanceOf(IOException.class)
                    .hasMessage("Broken pipe");
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void aBlockedReadEndsByCloseAndByInterrupt(TestedStack stack) throws Exception {
        try (Ends one = Ends.of(stack);
                Ends another = Ends.of(stack)) {
            Background<Integer> closed = Background.start(() -> one.source().read(ByteBuffer.allocate(1)))
                    .awaitBlocked();
            Background<Integer> interrupted = Background.start(
                            () -> another.source().read(ByteBuffer.allocate(1)))
                    .awaitBlocked();

            one.source().close();
            interrupted.interrupt();

            assertThat(closed.failure()).isInstanceOf(AsynchronousCloseException.class);
            assertThat(interrupted.failure()).isInstanceOf(ClosedByInterruptException.class);
            assertThat(interrupted.wasInterruptedAfterwards()).isTrue();
            assertThat(another.source().isOpen()).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void bothEndsAreSelected(TestedStack stack) throws Exception {
        try (Ends pipe = Ends.of(stack);
                Selector selector = stack.selector()) {
            pipe.source().configureBlocking(false);
            pipe.sink().configureBlocking(false);
            SelectionKey read = pipe.source().register(selector, SelectionKey.OP_READ);
            SelectionKey write = pipe.sink().register(selector, SelectionKey.OP_WRITE);

            assertThat(selector.select()).isEqualTo(1);
            assertThat(selector.selectedKeys()).containsExactly(write);
            pipe.sink().write(TestedStack.bytes(1));
            write.interestOps(0);
            selector.selectedKeys().clear();
            assertThat(selector.select()).isEqualTo(1);
            assertThat(selector.selectedKeys()).containsExactly(read);
            pipe.source().read(ByteBuffer.allocate(1));
            pipe.sink().close();
            selector.selectedKeys().clear();
            assertThat(selector.select()).isEqualTo(1);
            assertThat(read.isReadable()).isTrue();
        }
    }
}
