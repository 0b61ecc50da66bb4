package io.ztnio.tools.tunnel;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/**
 * A client's connection and the one to the target, or the client's alone if it is echoed. It ends when both directions
 * have, or by a reset of both sides when one fails: a stream that was cut must not look complete.
 *
 * <p>Thread: the tunnel's.
 */
final class Relay implements Tunnel.Handler {
    private final StreamTunnel tunnel;
    private final InetSocketAddress client;
    private final SocketChannel near;
    private final SocketChannel far;
    private final Pump toTarget;

    /** {@code null} if the client is its own target. */
    private final Pump toClient;

    private final long connectDeadlineNanos;
    private final SelectionKey nearKey;
    private final SelectionKey farKey;
    private boolean connecting;
    private boolean closed;

    /** @param far the channel to the target, connecting; or {@code near} for an echo */
    Relay(
            StreamTunnel tunnel,
            InetSocketAddress client,
            SocketChannel near,
            SocketChannel far,
            Pump toTarget,
            Pump toClient,
            long connectDeadlineNanos)
            throws IOException {
        this.tunnel = tunnel;
        this.client = client;
        this.near = near;
        this.far = far;
        this.toTarget = toTarget;
        this.toClient = toClient;
        this.connectDeadlineNanos = connectDeadlineNanos;
        this.connecting = !far.isConnected();
        this.nearKey = near.register(tunnel.selector, 0, this);
        this.farKey = far == near ? nearKey : far.register(tunnel.selector, 0, this);
        if (connecting) {
            farKey.interestOps(SelectionKey.OP_CONNECT);
        } else {
            watch();
        }
    }

    @Override
    public void onReady(SelectionKey key) {
        try {
            if (connecting) {
                if (!far.finishConnect()) {
                    return;
                }
                connecting = false;
            }
            toTarget.move();
            if (toClient != null) {
                toClient.move();
            }
            if (toTarget.isFinished() && (toClient == null || toClient.isFinished())) {
                close();
                tunnel.onClosed(this, null);
            } else {
                watch();
            }
        } catch (IOException e) {
            fail(e);
        }
    }

    private void watch() {
        watch(nearKey, near);
        if (far != near) {
            watch(farKey, far);
        }
    }

    private void watch(SelectionKey key, SocketChannel channel) {
        int ops = toTarget.interest(channel) | (toClient == null ? 0 : toClient.interest(channel));
        if (key.interestOps() != ops) {
            key.interestOps(ops);
        }
    }

    boolean isConnecting() {
        return connecting && !closed;
    }

    long connectDeadlineNanos() {
        return connectDeadlineNanos;
    }

    void connectTimedOut() {
        fail(new SocketTimeoutException("Connect timed out"));
    }

    private void fail(IOException failure) {
        reset();
        tunnel.onClosed(this, failure);
    }

    /** Ends both sides with a reset. */
    void reset() {
        closed = true;
        reset(near);
        reset(far);
        release();
    }

    static void reset(SocketChannel channel) {
        try {
            if (channel.isOpen()) {
                channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            }
        } catch (IOException | UnsupportedOperationException e) {
            // Not a reset then, but the end all the same.
            discard(channel);
        }
        discard(channel);
    }

    private static void discard(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            System.getLogger("io.ztnio.provider").log(System.Logger.Level.DEBUG, "closing failed", e);
        }
    }

    private void close() throws IOException {
        closed = true;
        release();
        try (near) {
            far.close();
        }
    }

    private void release() {
        toTarget.release();
        if (toClient != null) {
            toClient.release();
        }
    }

    InetSocketAddress client() {
        return client;
    }

    long bytesToTarget() {
        return toTarget.bytes();
    }

    long bytesToClient() {
        return toClient == null ? toTarget.bytes() : toClient.bytes();
    }
}
