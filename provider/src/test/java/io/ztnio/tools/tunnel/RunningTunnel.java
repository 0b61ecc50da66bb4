package io.ztnio.tools.tunnel;

import io.ztnio.provider.contract.Background;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** A tunnel on a thread of its own, and what its listener heard. */
final class RunningTunnel<T extends Tunnel> implements AutoCloseable {
    final T tunnel;
    final Background<Void> running;

    private RunningTunnel(T tunnel, Background<Void> running) {
        this.tunnel = tunnel;
        this.running = running;
    }

    static <T extends Tunnel> RunningTunnel<T> start(T tunnel) throws InterruptedException {
        return new RunningTunnel<>(tunnel, Background.start(() -> {
            tunnel.run();
            return null;
        }));
    }

    @Override
    public void close() throws IOException {
        tunnel.stop();
        try {
            running.get();
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    /** Ends of clients, in order. */
    static final class Ends implements TunnelListener {
        final BlockingQueue<End> ends = new LinkedBlockingQueue<>();

        record End(InetSocketAddress client, long bytesToTarget, long bytesToClient, String failure) {}

        @Override
        public void onClosed(InetSocketAddress client, long bytesToTarget, long bytesToClient, String failure) {
            ends.add(new End(client, bytesToTarget, bytesToClient, failure));
        }
    }
}
