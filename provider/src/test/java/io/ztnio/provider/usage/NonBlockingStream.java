package io.ztnio.provider.usage;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/** A channel in non-blocking mode whose operations wait; subclasses say how. */
public abstract class NonBlockingStream implements StreamSocket {
    /** The connection. */
    protected final SocketChannel channel;

    protected NonBlockingStream(SocketChannel channel) {
        this.channel = channel;
    }

    /** Waits until the channel is ready for {@code operation}, perhaps for nothing: who asks tries again. */
    protected abstract void await(int operation) throws IOException;

    @Override
    public final int read(ByteBuffer destination) throws IOException {
        int count = channel.read(destination);
        while (count == 0) {
            await(SelectionKey.OP_READ);
            count = channel.read(destination);
        }
        return count;
    }

    @Override
    public final void write(ByteBuffer source) throws IOException {
        while (source.hasRemaining()) {
            if (channel.write(source) == 0) {
                await(SelectionKey.OP_WRITE);
            }
        }
    }

    @Override
    public final void shutdownOutput() throws IOException {
        channel.shutdownOutput();
    }

    @Override
    public final void reset() throws IOException {
        channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        close();
    }
}
