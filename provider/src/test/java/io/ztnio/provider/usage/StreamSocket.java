package io.ztnio.provider.usage;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** One end of a connection. Operations wait; one thread reads while another writes. */
public interface StreamSocket extends Closeable {
    /** Reads what is there, at least a byte; -1 at the end. */
    int read(ByteBuffer destination) throws IOException;

    /** Writes everything. */
    void write(ByteBuffer source) throws IOException;

    void shutdownOutput() throws IOException;

    /** Ends the connection with a reset. */
    void reset() throws IOException;
}
