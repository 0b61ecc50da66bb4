package io.ztnio.tcpip.sim;

import io.ztnio.tcpip.endpoint.ListenerEndpoint;
import io.ztnio.tcpip.endpoint.StreamEndpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** A client that asks and waits, again and again, on one connection. */
final class RequestReply {
    private static final int REQUEST_BYTES = 100;
    private static final int REPLY_BYTES = 10_000;

    private final NetworkSimulator simulator;
    private final ListenerEndpoint listener;
    private final StreamEndpoint client;
    private final long[] nanos;
    private final ByteBuffer scratch = ByteBuffer.allocate(1 << 16);
    private StreamEndpoint server;
    private int count;
    private int asked;
    private int serverRead;
    private int clientRead;
    private long askedNanos;

    RequestReply(NetworkSimulator simulator, int rounds) {
        this.simulator = simulator;
        this.nanos = new long[rounds];
        try {
            listener = simulator.right.layer.openListener();
            listener.bind(new InetSocketAddress(simulator.right.address, 80));
            listener.listen(1);
            listener.readinessListener(bits -> simulator.right.makeReady(this::serve));
            client = simulator.left.layer.openStream();
            client.option(StandardSocketOptions.TCP_NODELAY, true);
            client.readinessListener(bits -> simulator.left.makeReady(this::ask));
            client.connect(new InetSocketAddress(simulator.right.address, 80));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean isDone() {
        return count == nanos.length;
    }

    /** The time within which a share of the replies came, in milliseconds. */
    double percentileMillis(double share) {
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        return sorted[(int) Math.ceil(share * sorted.length) - 1] / 1e6;
    }

    private void ask(long nowNanos) {
        try {
            if (isDone() || !client.finishConnect()) {
                return;
            }
            while (true) {
                if (asked == count) {
                    asked++;
                    askedNanos = nowNanos;
                    client.write(ByteBuffer.allocate(REQUEST_BYTES));
                }
                scratch.clear().limit(REPLY_BYTES - clientRead);
                int read = client.read(scratch);
                if (read <= 0) {
                    return;
                }
                clientRead += read;
                if (clientRead == REPLY_BYTES) {
                    clientRead = 0;
                    nanos[count++] = nowNanos - askedNanos;
                    if (isDone()) {
                        return;
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void serve(long nowNanos) {
        try {
            if (server == null) {
                server = listener.accept();
                server.option(StandardSocketOptions.TCP_NODELAY, true);
                server.readinessListener(bits -> simulator.right.makeReady(this::serve));
            }
            while (true) {
                scratch.clear();
                int read = server.read(scratch);
                if (read <= 0) {
                    return;
                }
                serverRead += read;
                while (serverRead >= REQUEST_BYTES) {
                    serverRead -= REQUEST_BYTES;
                    server.write(ByteBuffer.allocate(REPLY_BYTES));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
