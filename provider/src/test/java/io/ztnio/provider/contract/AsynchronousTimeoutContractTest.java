package io.ztnio.provider.contract;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ztnio.provider.contract.AsynchronousStack.Pair;
import java.nio.ByteBuffer;
import java.nio.channels.InterruptedByTimeoutException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Operations that end without success: by their time or by a cancel. */
@Timeout(60)
class AsynchronousTimeoutContractTest {
    @ParameterizedTest
    @EnumSource(AsynchronousStack.class)
    void noReadFollowsOneWhoseTimeIsOver(AsynchronousStack stack) throws Exception {
        try (Pair pair = stack.connect()) {
            Outcome<Integer> reading = new Outcome<>();

            pair.client().read(ByteBuffer.allocate(1), 1, MILLISECONDS, "late", reading);

            assertThat(reading.failure()).isExactlyInstanceOf(InterruptedByTimeoutException.class);
            assertThat(reading.attachment()).isEqualTo("late");
            assertThat(pair.client().isOpen()).isTrue();
            assertThatThrownBy(() -> pair.client().read(ByteBuffer.allocate(1)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("Reading not allowed due to timeout or cancellation");
            assertThat(pair.client().write(TestedStack.bytes(1)).get()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(AsynchronousStack.class)
    void noScatteringReadFollowsOneWhoseTimeIsOver(AsynchronousStack stack) throws Exception {
        try (Pair pair = stack.connect()) {
            Outcome<Long> reading = new Outcome<>();

            pair.client().read(new ByteBuffer[] {ByteBuffer.allocate(1)}, 0, 1, 1, MILLISECONDS, "", reading);

            assertThat(reading.failure()).isExactlyInstanceOf(InterruptedByTimeoutException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(AsynchronousStack.class)
    void noWriteFollowsOneWhoseTimeIsOver(AsynchronousStack stack) throws Exception {
        try (Pair pair = stack.connect()) {
            Throwable failure = null;
            while (failure == null) {
                Outcome<Integer> writing = new Outcome<>();
                pair.client().write(TestedStack.bytes(1 << 20), 50, MILLISECONDS, "", writing);
                failure = writing.outcome();
            }

            assertThat(failure).isExactlyInstanceOf(InterruptedByTimeoutException.class);
            assertThatThrownBy(() -> pair.client().write(TestedStack.bytes(1)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("Writing not allowed due to timeout or cancellation");
            assertThat(pair.client().isOpen()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(AsynchronousStack.class)
    void whatIsInTimeIsNotDisturbedByIt(AsynchronousStack stack) throws Exception {
        try (Pair pair = stack.connect()) {
            for (int i = 0; i < 3; i++) {
                Outcome<Integer> reading = new Outcome<>();
                Outcome<Integer> writing = new Outcome<>();
                pair.client().read(ByteBuffer.allocate(1), 50, SECONDS, "", reading);
                pair.server().write(TestedStack.bytes(1), 50, SECONDS, "", writing);

                assertThat(writing.get()).isEqualTo(1);
                assertThat(reading.get()).isEqualTo(1);
            }
            Outcome<Integer> without = new Outcome<>();
            pair.client().read(ByteBuffer.allocate(1), -1, SECONDS, "", without);
            pair.server().write(TestedStack.bytes(1)).get();
            assertThat(without.get()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(AsynchronousStack.class)
    void noReadFollowsACancelledOne(AsynchronousStack stack) throws Exception {
        try (Pair pair = stack.connect()) {
            Future<Integer> reading = pair.client().read(ByteBuffer.allocate(1));
            assertThatThrownBy(() -> reading.get(1, MILLISECONDS)).isInstanceOf(TimeoutException.class);

            assertThat(reading.cancel(false)).isTrue();

            assertThat(reading.cancel(false)).isFalse();
            assertThat(reading.isCancelled()).isTrue();
            assertThatThrownBy(reading::get).isInstanceOf(CancellationException.class);
            assertThat(pair.client().isOpen()).isTrue();
            assertThatThrownBy(() -> pair.client().read(ByteBuffer.allocate(1)))
                    .isInstanceOf(IllegalStateException.class);
            assertThat(pair.client().write(TestedStack.bytes(1)).get()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(AsynchronousStack.class)
    void cancellingWithForceClosesTheChannel(AsynchronousStack stack) throws Exception {
        try (Pair pair = stack.connect()) {
            Future<Integer> reading = pair.client().read(ByteBuffer.allocate(1));

            assertThat(reading.cancel(true)).isTrue();

            assertThat(reading.isCancelled()).isTrue();
            assertThat(pair.client().isOpen()).isFalse();
            assertThat(pair.server().read(ByteBuffer.allocate(1)).get()).isEqualTo(-1);
        }
    }
}
