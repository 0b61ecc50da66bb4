package io.ztnio.provider.dns;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;

/**
 * A query over TCP: each message has its length in front of it, 16 bits (RFC 1035 4.2.2).
 *
 * <p>Thread: confined.
 */
final class StreamQuery {
    private static final int LENGTH_BYTES = 2;

    private final InetAddress server;
    private final SocketChannel channel;
    private final SelectionKey key;
    private final ByteBuffer query;
    private ByteBuffer incoming = ByteBuffer.allocate(LENGTH_BYTES);
    private boolean hasLength;

    private StreamQuery(SocketChannel channel, Selector selector, DnsSend send) throws IOException {
        this.server = send.server();
        this.channel = channel;
        this.query = ByteBuffer.allocate(LENGTH_BYTES + send.message().length)
                .putShort((short) send.message().length)
                .put(send.message())
                .flip();
        this.key = channel.register(selector, SelectionKey.OP_CONNECT, this);
    }

    /** Begins to connect; the key's attachment is the query. */
    static void open(SelectorProvider channels, Selector selector, InetAddress source, DnsSend send)
            throws IOException {
        SocketChannel channel = channels.openSocketChannel();
        try {
            channel.bind(new InetSocketAddress(source, 0));
            channel.configureBlocking(false);
            StreamQuery query = new StreamQuery(channel, selector, send);
            if (channel.connect(new InetSocketAddress(send.server(), DnsTransport.PORT))) {
                query.key.interestOps(SelectionKey.OP_WRITE);
            }
        } catch (IOException | RuntimeException | Error e) {
            channel.close();
            throw e;
        }
    }

    InetAddress server() {
        return server;
    }

    /** Goes on as far as it can; the answer when it is whole, else {@code null}. */
    ByteBuffer advance() throws IOException {
        if (channel.isConnectionPending() && !channel.finishConnect()) {
            return null;
        }
        if (query.hasRemaining()) {
            channel.write(query);
            key.interestOps(query.hasRemaining() ? SelectionKey.OP_WRITE : SelectionKey.OP_READ);
            return null;
        }
        while (true) {
            int read = channel.read(incoming);
            if (incoming.hasRemaining()) {
                if (read < 0) {
                    throw new EOFException("the connection ended before the answer");
                }
                return null;
            }
            incoming.flip();
            if (hasLength) {
                return incoming;
            }
            hasLength = true;
            incoming = ByteBuffer.allocate(Math.max(1, incoming.getShort() & 0xffff));
        }
    }

    void close() {
        try {
            channel.close();
        } catch (IOException e) {
            System.getLogger("io.ztnio").log(System.Logger.Level.DEBUG, "closing failed", e);
        }
    }
}
