package io.ztnio.provider.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.ztnio.provider.contract.TestedStack.Pair;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One thread reads from a channel while another writes to it, by each of the ways that the JDK offers. */
@Timeout(60)
class BothDirectionsContractTest {
    /** From here on the JDK's own channels may be read and written at once by the streams of {@code Channels}. */
    private static final int STREAMS_OF_THEIR_OWN = 19;

    @ParameterizedTest
    @EnumSource
    void aReadDoesNotKeepAWriteWaiting(TestedStack stack) throws Exception {
        try (Pair pair = stack.connect()) {
            Background<Integer> reading = Background.start(() -> pair.client().read(ByteBuffer.allocate(1)))
                    .awaitBlocked();

            assertThat(pair.client().write(TestedStack.bytes(1))).isEqualTo(1);

            pair.server().write(TestedStack.bytes(1));
            assertThat(reading.get()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aReadOfTheSocketsStreamDoesNotKeepAWriteWaiting(TestedStack stack) throws Exception {
        try (Pair pair = stack.connect()) {
            InputStream input = pair.client().socket().getInputStream();
            OutputStream output = pair.client().socket().getOutputStream();
            Background<Integer> reading = Background.start(input::read).awaitBlocked();

            output.write(7);

            pair.server().write(TestedStack.bytes(1));
            assertThat(reading.get()).isZero();
        }
    }

    /** The README's limit: should a JDK lift it, this fails, and so much the better. */
    @ParameterizedTest
    @EnumSource
    void aReadOfTheStreamOfChannelsKeepsAWriteWaitingWhereTheChannelIsNotTheJdks(TestedStack stack) throws Exception {
        assumeThat(stack != TestedStack.JDK || Runtime.version().feature() >= STREAMS_OF_THEIR_OWN)
                .isTrue();
        try (Pair pair = stack.connect()) {
            InputStream input = Channels.newInputStream(pair.client());
            OutputStream output = Channels.newOutputStream(pair.client());
            Background<Integer> reading = Background.start(input::read).awaitBlocked();
            Background<Void> writing = Background.start(() -> {
                output.write(7);
                return null;
            });

            assertThat(writing.isBlocked()).isEqualTo(stack != TestedStack.JDK);

            pair.server().write(TestedStack.bytes(1));
            assertThat(reading.get()).isZero();
            writing.get();
        }
    }
}
