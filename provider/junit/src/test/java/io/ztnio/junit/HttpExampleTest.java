package io.ztnio.junit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import javax.net.ServerSocketFactory;
import javax.net.SocketFactory;
import org.junit.jupiter.api.Test;

/** The example of {@code docs/junit.md}: a server and a client of one's own, which take factories. */
class HttpExampleTest {
    @Test
    @ZeroTierNetwork(loss = 0.02, delayMillis = 5)
    void theServerAnswersOverTheNetwork(
            ServerSocketFactory serverSockets, InetAddress address, @OnNode(1) SocketFactory clientSockets)
            throws Exception {
        try (HelloServer server = new HelloServer(serverSockets)) {
            assertThat(get(clientSockets, address, server.port()))
                    .startsWith("HTTP/1.1 200")
                    .endsWith("hello");
        }
    }

    /** A client of one's own. */
    private static String get(SocketFactory sockets, InetAddress host, int port) throws IOException {
        try (Socket socket = sockets.createSocket(host, port)) {
            socket.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    /** A server of one's own. */
    private static final class HelloServer implements AutoCloseable {
        private final ServerSocket listener;

        HelloServer(ServerSocketFactory sockets) throws IOException {
            listener = sockets.createServerSocket(0);
            new Thread(this::serve, "hello").start();
        }

        int port() {
            return listener.getLocalPort();
        }

        private void serve() {
            try {
                while (!listener.isClosed()) {
                    try (Socket socket = listener.accept()) {
                        ByteArrayOutputStream request = new ByteArrayOutputStream();
                        while (!request.toString(StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
                            request.write(socket.getInputStream().read());
                        }
                        socket.getOutputStream()
                                .write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
                                        .getBytes(StandardCharsets.US_ASCII));
                    }
                }
            } catch (IOException e) {
                assertThat(listener.isClosed()).isTrue();
            }
        }

        @Override
        public void close() throws IOException {
            // Its thread ends with the listener.
            listener.close();
        }
    }
}
