package io.ztnio.provider.usage;

import io.ztnio.provider.ZeroTierSelectorProvider;
import io.ztnio.provider.runtime.VirtualNetworks;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;

/** Channels in blocking mode. */
final class BlockingChannels implements Usage.Sockets {
    private final SelectorProvider provider;

    BlockingChannels(VirtualNetworks networks) {
        this.provider = new ZeroTierSelectorProvider(networks);
    }

    @Override
    public StreamSocket connect(InetSocketAddress remote) throws IOException {
        SocketChannel channel = provider.openSocketChannel();
        Closing.onFailure(channel, () -> channel.connect(remote));
        return new Stream(channel);
    }

    @Override
    public ListenerSocket listen(InetSocketAddress local) throws IOException {
        ServerSocketChannel channel = provider.openServerSocketChannel();
        Closing.onFailure(channel, () -> channel.bind(local, BACKLOG));
        return new Listener(channel);
    }

    @Override
    public MessageSocket datagrams(InetSocketAddress local) throws IOException {
        DatagramChannel channel = provider.openDatagramChannel();
        Closing.onFailure(channel, () -> channel.bind(local));
        return new Messages(channel);
    }

    private record Stream(SocketChannel channel) implements StreamSocket {
        @Override
        public int read(ByteBuffer destination) throws IOException {
            return channel.read(destination);
        }

        @Override
        public void write(ByteBuffer source) throws IOException {
            while (source.hasRemaining()) {
                channel.write(source);
            }
        }

        @Override
        public void shutdownOutput() throws IOException {
            channel.shutdownOutput();
        }

        @Override
        public void reset() throws IOException {
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            channel.close();
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    private record Listener(ServerSocketChannel channel) implements ListenerSocket {
        @Override
        public StreamSocket accept() throws IOException {
            return new Stream(channel.accept());
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

    private record Messages(DatagramChannel channel) implements MessageSocket {
        @Override
        public void send(byte[] message, InetSocketAddress target) throws IOException {
            channel.send(ByteBuffer.wrap(message), target);
        }

        @Override
        public int receive() throws IOException {
            ByteBuffer received = ByteBuffer.allocate(2048);
            channel.receive(received);
            return received.position();
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
