package io.ztnio.provider.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.protocol.controller.api.Answer;
import io.ztnio.protocol.store.FileStateStore;
import io.ztnio.provider.runtime.PreparedIdentities;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How long a connection may take, by a clock of the test's. */
@Timeout(60)
class ApiConnectionTest {
    /** More than sockets buffer. */
    private static final int LONG = 16 << 20;

    @TempDir
    private Path home;

    private static final class LongAnswers implements ServedController {
        @Override
        public Answer handle(String method, List<String> segments, String body, long nowMillis) {
            return new Answer(200, "x".repeat(LONG));
        }

        @Override
        public Answer handleUnstable(String method, List<String> segments) {
            return Answer.NOT_FOUND;
        }
    }

    @Test
    void anAnswerHasItsTimeAlsoIfTheRequestCameLate() throws IOException {
        LocalApi api = new LocalApi(
                new FakeNode(PreparedIdentities.next()),
                new FileStateStore(home),
                Optional.of(home),
                new LongAnswers(),
                new SecureRandom());
        String token = Files.readString(home.resolve("authtoken.secret"));
        try (ServerSocketChannel listener = ServerSocketChannel.open();
                Selector selector = Selector.open()) {
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            try (SocketChannel client = SocketChannel.open(listener.getLocalAddress());
                    SocketChannel accepted = listener.accept()) {
                accepted.configureBlocking(false);
                ApiConnection connection = new ApiConnection(api, accepted, selector, 0);
                request(client, "/health", token);
                selector.select();
                connection.serve(0, 0);
                request(client, "/controller", token);
                selector.selectedKeys().clear();
                selector.select();
                assertThat(connection.isOverdue(TimeUnit.SECONDS.toNanos(29))).isFalse();
                connection.serve(0, TimeUnit.SECONDS.toNanos(29));

                assertThat(connection.isOverdue(TimeUnit.SECONDS.toNanos(31))).isFalse();
                assertThat(connection.isOverdue(TimeUnit.SECONDS.toNanos(39))).isTrue();
            }
        }
    }

    private static void request(SocketChannel client, String path, String token) throws IOException {
        String text = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nX-ZT1-Auth: " + token + "\r\n\r\n";
        client.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
    }
}
