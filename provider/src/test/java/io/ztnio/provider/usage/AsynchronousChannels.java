package io.ztnio.provider.usage;

import io.ztnio.provider.ZeroTierAsynchronousChannelProvider;
import io.ztnio.provider.runtime.VirtualNetworks;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.spi.AsynchronousChannelProvider;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/** Asynchronous channels, whose operations are waited for. */
final class AsynchronousChannels implements Usage.Sockets {
    private final AsynchronousChannelProvider provider;

    AsynchronousChannels(VirtualNetworks networks) {
        this.provider = new ZeroTierAsynchronousChannelProvider(networks);
    }

    private static <V> V result(Future<V> operation) throws IOException {
        try {
            return operation.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            throw new AssertionError("no IOException", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
    }

    @Override
    public StreamSocket connect(InetSocketAddress remote) throws IOException {
        AsynchronousSocketChannel channel = provider.openAsynchronousSocketChannel(null);
        Closing.onFailure(channel, () -> result(channel.connect(remote)));
        return new Stream(channel);
    }

    @Override
    public ListenerSocket listen(InetSocketAddress local) throws IOException {
        AsynchronousServerSocketChannel channel = provider.openAsynchronousServerSocketChannel(null);
        Closing.onFailure(channel, () -> channel.bind(local, BACKLOG));
        return new Listener(channel);
    }

    @Override
    public MessageSocket datagrams(InetSocketAddress local) {
        throw new UnsupportedOperationException("there are no asynchronous channels for datagrams");
    }

    private record Stream(AsynchronousSocketChannel channel) implements StreamSocket {
        @Override
        public int read(ByteBuffer destination) throws IOException {
            return result(channel.read(destination));
        }

        @Override
        public void write(ByteBuffer source) throws IOException {
            while (source.hasRemaining()) {
                result(channel.write(source));
            }
        }

        @Override
        public void shutdownOutput() throws IOException {
            channel.shutdownOutput();
        }

        @Override
        public void reset() {
            throw new UnsupportedOperationException("asynchronous channels have no SO_LINGER");
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    private record Listener(AsynchronousServerSocketChannel channel) implements ListenerSocket {
        @Override
        public StreamSocket accept() throws IOException {
            return new Stream(result(channel.accept()));
        }

        @Override
        public InetSocketAddress address() throws IOException {
            return (InetSocketAddress) channel.getLocalAddress();
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
