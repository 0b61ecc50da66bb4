package io.ztnio.tools.cli.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.ztnio.provider.ZeroTierSelectorProvider;
import io.ztnio.provider.contract.Background;
import io.ztnio.provider.fake.FakeNetworks;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
@SuppressWarnings("try") // closing is what is tested
class ConversationTest {
    private final SelectorProvider provider = new ZeroTierSelectorProvider(new FakeNetworks());
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private SocketChannel ours;
    private SocketChannel peer;

    @BeforeEach
    void connect() throws IOException {
        try (ServerSocketChannel listener =
                provider.openServerSocketChannel().bind(new InetSocketAddress(FakeNetworks.OWN, 0))) {
            ours = provider.openSocketChannel();
            ours.connect(listener.getLocalAddress());
            peer = listener.accept();
        }
    }

    @AfterEach
    void close() throws IOException {
        ours.close();
        peer.close();
    }

    private static StandardInput input(String text) {
        return new StandardInput(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }

    private String readAll() throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(1000);
        while (peer.read(bytes) >= 0) {
            // To the end.
        }
        return StandardCharsets.UTF_8.decode(bytes.flip()).toString();
    }

    private Background<Conversation> start(StandardInput in, boolean endsWithPeer, Runnable onPeerEnd)
            throws InterruptedException {
        Conversation conversation = new Conversation(in, out, ours, endsWithPeer);
        return Background.start(() -> {
            conversation.run(onPeerEnd);
            return conversation;
        });
    }

    @Test
    void theAnswerIsReadAfterTheInputHasEnded() throws Exception {
        Background<Conversation> running = start(input("question"), false, () -> {});
        assertThat(readAll()).isEqualTo("question");
        peer.write(StandardCharsets.UTF_8.encode("answer"));
        peer.close();

        assertThat(running.get().sent()).isEqualTo(8);
        assertThat(running.get().received()).isEqualTo(6);
        assertThat(out).hasToString("answer");
    }

    @Test
    void theInputGoesOnAfterThePeerHasFinished() throws Exception {
        CountDownLatch told = new CountDownLatch(1);
        try (PipedOutputStream keyboard = new PipedOutputStream()) {
            Background<Conversation> running =
                    start(new StandardInput(new PipedInputStream(keyboard)), false, told::countDown);
            peer.shutdownOutput();
            told.await();
            keyboard.write("late".getBytes(StandardCharsets.UTF_8));
            keyboard.close();

            assertThat(readAll()).isEqualTo("late");
            running.get();
        }
    }

    @Test
    void oneOfSeveralEndsWithItsPeerThoughThereIsMoreInput() throws Exception {
        try (PipedOutputStream keyboard = new PipedOutputStream()) {
            Background<Conversation> running = start(new StandardInput(new PipedInputStream(keyboard)), true, () -> {});
            peer.write(StandardCharsets.UTF_8.encode("bye"));
            peer.close();

            assertThat(running.get().received()).isEqualTo(3);
        }
    }

    @Test
    void aResetIsAFailure() throws Exception {
        try (PipedOutputStream keyboard = new PipedOutputStream()) {
            Background<Conversation> running =
                    start(new StandardInput(new PipedInputStream(keyboard)), false, () -> {});
            peer.setOption(StandardSocketOptions.SO_LINGER, 0);
            peer.close();

            assertThat(running.failure()).isInstanceOf(IOException.class);
            assertThatIOException().isThrownBy(() -> ours.read(ByteBuffer.allocate(1)));
        }
    }

    @Test
    void anInterruptEndsIt() throws Exception {
        try (PipedOutputStream keyboard = new PipedOutputStream()) {
            Background<Conversation> running =
                    start(new StandardInput(new PipedInputStream(keyboard)), false, () -> {});
            running.settle().interrupt();

            assertThat(running.failure()).isInstanceOfAny(ClosedByInterruptException.class, InterruptedException.class);
        }
    }
}
