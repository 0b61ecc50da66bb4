package io.ztnio.provider.usage;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;

/** A datagram socket. */
public interface MessageSocket extends Closeable {
    void send(byte[] message, InetSocketAddress target) throws IOException;

    /** Waits for a datagram; its length. */
    int receive() throws IOException;

    InetSocketAddress address() throws IOException;
}
