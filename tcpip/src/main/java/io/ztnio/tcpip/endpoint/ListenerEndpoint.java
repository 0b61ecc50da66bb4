package io.ztnio.tcpip.endpoint;

import java.io.IOException;

/** A TCP listener. Threads as for {@link Endpoint}. */
public interface ListenerEndpoint extends Endpoint {
    /**
     * Starts to listen on the address that {@link #bind} took.
     *
     * @param backlog connections that may wait to be accepted, at least 1
     */
    void listen(int backlog) throws IOException;

    /** The next established connection, or {@code null}. Its options are the listener's at the time of the SYN. */
    StreamEndpoint accept() throws IOException;
}
