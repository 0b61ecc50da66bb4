package io.ztnio.provider.usage;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;

/** A listener. */
public interface ListenerSocket extends Closeable {
    /** Waits for a connection. */
    StreamSocket accept() throws IOException;

    InetSocketAddress address() throws IOException;
}
