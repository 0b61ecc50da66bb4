package io.ztnio.overlay.socket;

import io.ztnio.tcpip.endpoint.Endpoint;
import io.ztnio.tcpip.endpoint.ListenerEndpoint;
import io.ztnio.tcpip.endpoint.StreamEndpoint;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.time.Duration;

/** Accepts streams on a port. Thread: thread-safe; {@link #close} ends what waits. */
public final class OverlayStreamListener implements AutoCloseable {
    private final ListenerEndpoint endpoint;
    private final SocketOwner owner;
    private final ReadyWait ready;

    /**
     * Listens.
     *
     * @param endpoint new
     * @param local port 0 chooses a free one
     * @param backlog connections that may wait to be accepted
     * @throws java.net.BindException if the port is taken
     */
    public OverlayStreamListener(ListenerEndpoint endpoint, InetSocketAddress local, int backlog, SocketOwner owner)
            throws IOException {
        this.endpoint = endpoint;
        this.owner = owner;
        boolean listening = false;
        try {
            endpoint.bind(local);
            endpoint.listen(backlog);
            listening = true;
        } finally {
            if (!listening) {
                endpoint.close();
            }
        }
        this.ready = new ReadyWait(endpoint);
        owner.opened(this);
    }

    /** The port listened on. */
    public int port() {
        return endpoint.localAddress().getPort();
    }

    /**
     * The next connection.
     *
     * @param timeout zero waits for ever
     * @throws java.net.SocketTimeoutException if none came in time
     */
    public OverlayStream accept(Duration timeout) throws IOException {
        long deadline = ReadyWait.deadlineOf(timeout);
        while (true) {
            if (!endpoint.isOpen()) {
                throw new SocketException("Socket closed");
            }
            StreamEndpoint accepted = endpoint.accept();
            if (accepted != null) {
                return OverlayStream.accepted(accepted, owner);
            }
            ready.await(Endpoint.ACCEPTABLE, deadline, "accepting");
        }
    }

    @Override
    public void close() {
        owner.closed(this);
        endpoint.close();
        ready.onReady(0);
    }
}
