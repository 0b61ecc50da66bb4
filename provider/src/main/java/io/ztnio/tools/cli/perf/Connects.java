package io.ztnio.tools.cli.perf;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** Connections made for nothing but to see how long that takes. */
final class Connects {
    private Connects() {}

    /**
     * Connects, has the server close, and again, until time or number are used up: so no connect waits for a server that
     * has not yet accepted the one before. The server resets, so that no port stays occupied in TIME-WAIT.
     *
     * @param server where {@link ConnectAnswers} listen
     */
    static void run(InetSocketAddress server, PerfRequest request, Latencies latencies) throws IOException {
        long startNanos = System.nanoTime();
        long now = startNanos;
        long warmNanos = request.warmUp().toNanos();
        for (long made = 0; made < request.maxBytes() && now - startNanos < request.totalNanos(); made++) {
            long before = System.nanoTime();
            long after;
            try (SocketChannel channel = SocketChannel.open()) {
                channel.connect(server);
                after = System.nanoTime();
                channel.write(ByteBuffer.allocate(1));
                awaitEnd(channel);
            }
            now = System.nanoTime();
            if (after - startNanos >= warmNanos) {
                latencies.add(after - before);
                latencies.addPause(now - after);
            }
        }
    }

    private static void awaitEnd(SocketChannel channel) {
        try {
            channel.read(ByteBuffer.allocate(1));
        } catch (IOException reset) {
            // As asked for.
        }
    }
}
