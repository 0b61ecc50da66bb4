package io.ztnio.provider.hybrid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ztnio.provider.junit.OverlayExtension;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Asynchronous channels from one node in memory to another. */
@Timeout(60)
class AsynchronousOverlayTest {
    private static final int SIZE = 1 << 20;

    @RegisterExtension
    private final OverlayExtension overlay = OverlayExtension.withNodes(2);

    @Test
    void nodesExchangeBytes() throws Exception {
        try (AsynchronousServerSocketChannel listener = listen();
                AsynchronousSocketChannel client = connect(listener);
                AsynchronousSocketChannel server = listener.accept().get()) {
            byte[] bytes = new byte[SIZE];
            for (int i = 0; i < SIZE; i++) {
                bytes[i] = (byte) (i * 31 + (i >> 8));
            }
            ByteBuffer sent = ByteBuffer.wrap(bytes);
            ByteBuffer received = ByteBuffer.allocate(SIZE);
            Future<Integer> reading = server.read(received);
            client.write(sent, null, new CompletionHandler<Integer, Void>() {
                @Override
                public void completed(Integer count, Void none) {
                    if (sent.hasRemaining()) {
                        client.write(sent, null, this);
                    }
                }

                @Override
                public void failed(Throwable failure, Void none) {
                    throw new AssertionError(failure);
                }
            });
            while (received.hasRemaining()) {
                assertThat(reading.get()).isPositive();
                if (received.hasRemaining()) {
                    reading = server.read(received);
                }
            }

            assertThat(received.array()).isEqualTo(bytes);
            assertThat(server.getRemoteAddress()).isEqualTo(client.getLocalAddress());
        }
    }

    @Test
    void aPortWhereNobodyListensRefuses() throws Exception {
        try (AsynchronousSocketChannel client = overlay.asynchronous(0).openAsynchronousSocketChannel(null)) {
            Future<Void> connecting = client.connect(new InetSocketAddress(OverlayExtension.address(1), 9));

            assertThatThrownBy(connecting::get)
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(ConnectException.class);
            assertThat(client.isOpen()).isFalse();
        }
    }

    @Test
    void aNodeThatEndsEndsWhatIsPending() throws Exception {
        try (AsynchronousServerSocketChannel listener = listen();
                AsynchronousSocketChannel client = connect(listener);
                AsynchronousSocketChannel server = listener.accept().get()) {
            Future<Integer> reading = client.read(ByteBuffer.allocate(1));
            Future<AsynchronousSocketChannel> accepting = listener.accept();

            overlay.stop(0);

            assertThatThrownBy(reading::get)
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(IOException.class);
            assertThat(server.isOpen()).isTrue();
            assertThat(accepting.isDone()).isFalse();
        }
    }

    private AsynchronousServerSocketChannel listen() throws IOException {
        return overlay.asynchronous(1)
                .openAsynchronousServerSocketChannel(null)
                .bind(new InetSocketAddress(OverlayExtension.address(1), 0));
    }

    private AsynchronousSocketChannel connect(AsynchronousServerSocketChannel listener) throws Exception {
        AsynchronousSocketChannel client = overlay.asynchronous(0).openAsynchronousSocketChannel(null);
        client.connect(listener.getLocalAddress()).get();
        return client;
    }
}
