package io.ztnio.provider.instance;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.spi.SelectorProvider;
import javax.net.SocketFactory;

/** Sockets that are views of a provider's channels. Thread: thread-safe. */
public final class ChannelSocketFactory extends SocketFactory {
    private final SelectorProvider provider;
    private final NameLookup names;

    /** A factory whose sockets' hosts are looked up with {@code names}. */
    public ChannelSocketFactory(SelectorProvider provider, NameLookup names) {
        this.provider = provider;
        this.names = names;
    }

    @Override
    public Socket createSocket() throws IOException {
        return provider.openSocketChannel().socket();
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return connected(address(host), port, null);
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return connected(host, port, null);
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
        return connected(address(host), port, new InetSocketAddress(localHost, localPort));
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) throws IOException {
        return connected(host, port, new InetSocketAddress(localHost, localPort));
    }

    /** No host is this one, as with {@link Socket}. */
    private InetAddress address(String host) throws UnknownHostException {
        return host == null
                ? InetAddress.getLoopbackAddress()
                : names.resolve(host).get(0);
    }

    private Socket connected(InetAddress host, int port, SocketAddress local) throws IOException {
        InetSocketAddress remote = new InetSocketAddress(host, port);
        Socket socket = createSocket();
        try {
            if (local != null) {
                socket.bind(local);
            }
            socket.connect(remote);
            return socket;
        } catch (IOException | RuntimeException e) {
            try (socket) {
                throw e;
            }
        }
    }
}
