package io.ztnio.provider.channel;

import io.ztnio.tcpip.endpoint.StreamEndpoint;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.channels.SocketChannel;

/**
 * What a socket channel has before its world is decided: options, and perhaps a port in both worlds.
 *
 * <p>Thread: the channel's state lock.
 */
final class UndecidedStream {
    private static final int BIND_ATTEMPTS = 16;

    private final Worlds worlds;
    private final ProtocolFamily family;
    private final RecordedOptions options = new RecordedOptions();
    private SocketChannel candidate;
    private StreamEndpoint reserved;

    UndecidedStream(Worlds worlds, ProtocolFamily family) {
        this.worlds = worlds;
        this.family = family;
    }

    <T> void setOption(SocketOption<T> name, T value) throws IOException {
        candidate().setOption(name, value);
        options.put(name, value);
    }

    <T> T getOption(SocketOption<T> name) throws IOException {
        return candidate().getOption(name);
    }

    SocketAddress localAddress() throws IOException {
        return candidate == null ? null : candidate.getLocalAddress();
    }

    /** Takes the same port in both worlds, to keep it whichever the connect chooses. */
    void reserve(InetSocketAddress wildcard) throws IOException {
        for (int attempt = 1; ; attempt++) {
            candidate().bind(wildcard);
            int port = ((InetSocketAddress) candidate.getLocalAddress()).getPort();
            try {
                reserved = openVirtual(new InetSocketAddress(wildcard.getAddress(), port));
                return;
            } catch (BindException e) {
                Worlds.discard(candidate);
                candidate = null;
                if (wildcard.getPort() != 0 || attempt == BIND_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    /** The operating system's channel, bound to {@code address}; the decision is made. */
    SocketChannel bindOs(InetSocketAddress address, boolean blocking) throws IOException {
        candidate().bind(address);
        return takeOs(blocking);
    }

    /** The operating system's channel; the decision is made. */
    SocketChannel takeOs(boolean blocking) throws IOException {
        SocketChannel os = candidate();
        os.configureBlocking(blocking);
        candidate = null;
        discard();
        return os;
    }

    /** An endpoint bound to {@code address}; the decision is made. */
    StreamEndpoint bindVirtual(InetSocketAddress address) throws IOException {
        StreamEndpoint endpoint = openVirtual(address);
        discard();
        return endpoint;
    }

    /** An endpoint, bound if a port was reserved; the decision is made. */
    StreamEndpoint takeVirtual() throws IOException {
        StreamEndpoint endpoint = reserved == null ? openVirtual(null) : reserved;
        reserved = null;
        discard();
        return endpoint;
    }

    void discard() {
        Worlds.discard(candidate);
        candidate = null;
        if (reserved != null) {
            reserved.close();
            reserved = null;
        }
    }

    private StreamEndpoint openVirtual(InetSocketAddress address) throws IOException {
        StreamEndpoint endpoint = worlds.networks().openStream();
        try {
            options.replay(endpoint);
            if (address != null) {
                endpoint.bind(address);
            }
            return endpoint;
        } catch (IOException | RuntimeException e) {
            endpoint.close();
            throw e;
        }
    }

    private SocketChannel candidate() throws IOException {
        if (candidate == null) {
            candidate = worlds.openOsSocket(family);
            options.replay(candidate);
        }
        return candidate;
    }
}
