package io.ztnio.tcpip.sim;

import io.ztnio.tcpip.endpoint.ListenerEndpoint;
import io.ztnio.tcpip.endpoint.StreamEndpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.util.Random;

/** A connection from left to right that carries as much as it can, or a number of bytes; what arrives is compared. */
final class BulkFlow {
    private static final int PERIOD = 65_521;
    private static final byte[] PATTERN = pattern();

    final StreamEndpoint client;
    private final NetworkSimulator simulator;
    private final ListenerEndpoint listener;
    private final ByteBuffer source = ByteBuffer.wrap(PATTERN);
    private final ByteBuffer target = ByteBuffer.allocate(PERIOD);
    private final long limit;
    private StreamEndpoint server;
    private long written;
    private IOException failure;
    private boolean paused;
    long received;
    long finishedNanos = -1;

    private static byte[] pattern() {
        byte[] once = new byte[PERIOD];
        new Random(1).nextBytes(once);
        byte[] twice = new byte[2 * PERIOD];
        System.arraycopy(once, 0, twice, 0, PERIOD);
        System.arraycopy(once, 0, twice, PERIOD, PERIOD);
        return twice;
    }

    BulkFlow(NetworkSimulator simulator, int port, long limit) {
        this(simulator, port, limit, 0);
    }

    /** @param receiveBufferBytes 0 for one that tunes itself */
    BulkFlow(NetworkSimulator simulator, int port, long limit, int receiveBufferBytes) {
        this.simulator = simulator;
        this.limit = limit;
        try {
            listener = simulator.right.layer.openListener();
            listener.bind(new InetSocketAddress(simulator.right.address, port));
            if (receiveBufferBytes > 0) {
                listener.option(StandardSocketOptions.SO_RCVBUF, receiveBufferBytes);
            }
            listener.listen(1);
            listener.readinessListener(bits -> simulator.right.makeReady(this::accept));
            client = simulator.left.layer.openStream();
            client.option(StandardSocketOptions.TCP_NODELAY, true);
            client.bind(new InetSocketAddress(simulator.left.address, port));
            client.readinessListener(bits -> simulator.left.makeReady(this::write));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    BulkFlow start() {
        try {
            client.connect(new InetSocketAddress(
                    simulator.right.address, listener.localAddress().getPort()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    private void accept(long nowNanos) {
        try {
            if (server == null) {
                server = listener.accept();
                server.readinessListener(bits -> simulator.right.makeReady(this::read));
                read(nowNanos);
            }
        } catch (IOException e) {
            failure = e;
        }
    }

    private void write(long nowNanos) {
        try {
            if (!client.finishConnect()) {
                return;
            }
            while (written < limit) {
                int at = (int) (written % PERIOD);
                source.clear().position(at).limit(at + (int) Math.min(PERIOD, limit - written));
                int count = client.write(source);
                if (count == 0) {
                    return;
                }
                written += count;
            }
        } catch (IOException e) {
            failure = e;
        }
    }

    /** Stops or resumes reading. */
    void pauseReading(boolean pause) {
        paused = pause;
        read(simulator.now);
    }

    private void read(long nowNanos) {
        try {
            while (!paused) {
                target.clear();
                int count = server.read(target);
                if (count <= 0) {
                    return;
                }
                int at = (int) (received % PERIOD);
                target.flip();
                if (target.mismatch(ByteBuffer.wrap(PATTERN, at, count)) >= 0) {
                    throw new AssertionError("other bytes than were sent, after " + received);
                }
                received += count;
                if (received == limit) {
                    finishedNanos = nowNanos;
                }
            }
        } catch (IOException e) {
            failure = e;
        }
    }

    /** What arrives until then, in bits per second. */
    double measure(double millis) {
        long before = received;
        simulator.runMillis(millis);
        check();
        return (received - before) * 8e3 / millis;
    }

    void check() {
        if (failure != null) {
            throw new AssertionError("the connection failed after " + received + " bytes", failure);
        }
    }
}
