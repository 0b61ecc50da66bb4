package io.ztnio.provider.instance;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.spi.SelectorProvider;
import javax.net.ServerSocketFactory;

/** Listeners that are views of a provider's channels. Thread: thread-safe. */
public final class ChannelServerSocketFactory extends ServerSocketFactory {
    private static final int DEFAULT_BACKLOG = 50;

    private final SelectorProvider provider;

    /** A factory of listeners. */
    public ChannelServerSocketFactory(SelectorProvider provider) {
        this.provider = provider;
    }

    @Override
    public ServerSocket createServerSocket() throws IOException {
        return provider.openServerSocketChannel().socket();
    }

    @Override
    public ServerSocket createServerSocket(int port) throws IOException {
        return createServerSocket(port, DEFAULT_BACKLOG, null);
    }

    @Override
    public ServerSocket createServerSocket(int port, int backlog) throws IOException {
        return createServerSocket(port, backlog, null);
    }

    @Override
    public ServerSocket createServerSocket(int port, int backlog, InetAddress local) throws IOException {
        InetSocketAddress address = new InetSocketAddress(local, port);
        ServerSocket listener = createServerSocket();
        try {
            listener.bind(address, backlog);
            return listener;
        } catch (IOException | RuntimeException e) {
            try (listener) {
                throw e;
            }
        }
    }
}
