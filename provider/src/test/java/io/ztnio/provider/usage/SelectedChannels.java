package io.ztnio.provider.usage;

import io.ztnio.provider.ZeroTierSelectorProvider;
import io.ztnio.provider.runtime.VirtualNetworks;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;

/** Channels in non-blocking mode, which wait in selectors: one for reading, one for writing. */
@SuppressWarnings("try") // several closes, of which one may fail
final class SelectedChannels implements Usage.Sockets {
    private final SelectorProvider provider;

    SelectedChannels(VirtualNetworks networks) {
        this.provider = new ZeroTierSelectorProvider(networks);
    }

    @Override
    public StreamSocket connect(InetSocketAddress remote) throws IOException {
        SocketChannel channel = provider.openSocketChannel();
        Stream stream = new Stream(channel, provider);
        Closing.onFailure(stream, () -> {
            channel.configureBlocking(false);
            if (!channel.connect(remote)) {
                try (Ready connectable = new Ready(provider, channel, SelectionKey.OP_CONNECT)) {
                    while (!channel.finishConnect()) {
                        connectable.await();
                    }
                }
            }
            stream.register();
        });
        return stream;
    }

    @Override
    public ListenerSocket listen(InetSocketAddress local) throws IOException {
        ServerSocketChannel channel = provider.openServerSocketChannel();
        Closing.onFailure(channel, () -> channel.bind(local, BACKLOG).configureBlocking(false));
        return new Listener(channel, new Ready(provider, channel, SelectionKey.OP_ACCEPT), provider);
    }

    @Override
    public MessageSocket datagrams(InetSocketAddress local) throws IOException {
        DatagramChannel channel = provider.openDatagramChannel();
        Closing.onFailure(channel, () -> channel.bind(local).configureBlocking(false));
        return new Messages(channel, new Ready(provider, channel, SelectionKey.OP_READ));
    }

    /** A selector with one key. */
    private static final class Ready implements AutoCloseable {
        private final Selector selector;

        Ready(SelectorProvider provider, SelectableChannel channel, int operation) throws IOException {
            selector = provider.openSelector();
            channel.register(selector, operation);
        }

        /** Waits, perhaps for nothing; who asks tries again. */
        void await() throws IOException {
            try {
                selector.select();
                selector.selectedKeys().clear();
            } catch (ClosedSelectorException e) {
                throw new IOException("closed while it waited", e);
            }
        }

        @Override
        public void close() throws IOException {
            selector.close();
        }
    }

    private static final class Stream extends NonBlockingStream {
        private final SelectorProvider provider;
        private Ready readable;
        private Ready writable;

        Stream(SocketChannel channel, SelectorProvider provider) {
            super(channel);
            this.provider = provider;
        }

        void register() throws IOException {
            readable = new Ready(provider, channel, SelectionKey.OP_READ);
            writable = new Ready(provider, channel, SelectionKey.OP_WRITE);
        }

        @Override
        protected void await(int operation) throws IOException {
            (operation == SelectionKey.OP_READ ? readable : writable).await();
        }

        @Override
        public void close() throws IOException {
            try (Ready reading = readable;
                    Ready writing = writable) {
                channel.close();
            }
        }
    }

    private record Listener(ServerSocketChannel channel, Ready acceptable, SelectorProvider provider)
            implements ListenerSocket {
        @Override
        public StreamSocket accept() throws IOException {
            SocketChannel accepted = channel.accept();
            while (accepted == null) {
                acceptable.await();
                accepted = channel.accept();
            }
            SocketChannel connection = accepted;
            Stream stream = new Stream(connection, provider);
            Closing.onFailure(stream, () -> {
                connection.configureBlocking(false);
                stream.register();
            });
            return stream;
        }

        @Override
        public InetSocketAddress address() throws IOException {
            return (InetSocketAddress) channel.getLocalAddress();
        }

        @Override
        public void close() throws IOException {
            try (acceptable) {
                channel.close();
            }
        }
    }

    private record Messages(DatagramChannel channel, Ready readable) implements MessageSocket {
        @Override
        public void send(byte[] message, InetSocketAddress target) throws IOException {
            channel.send(ByteBuffer.wrap(message), target);
        }

        @Override
        public int receive() throws IOException {
            ByteBuffer received = ByteBuffer.allocate(2048);
            while (channel.receive(received) == null) {
                readable.await();
            }
            return received.position();
        }

        @Override
        public InetSocketAddress address() throws IOException {
            return (InetSocketAddress) channel.getLocalAddress();
        }

        @Override
        public void close() throws IOException {
            try (readable) {
                channel.close();
            }
        }
    }
}
