package io.ztnio.jmh;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;

/** What a benchmark measures of channels that are connected, and the threads at their other ends. Thread: one at a time. */
final class ChannelRounds implements AutoCloseable {
    private static final int MESSAGE = 64;
    private static final int PIECE = 64 << 10;

    private final ByteBuffer message = ByteBuffer.allocateDirect(MESSAGE);
    private final ByteBuffer piece = ByteBuffer.allocateDirect(PIECE);
    private final SelectorProvider client;
    private final ServerSocketChannel listener;
    private final SocketChannel echoed;
    private final SocketChannel echoing;
    private final SocketChannel drained;
    private final SocketChannel draining;
    private final DatagramChannel asking;
    private final DatagramChannel answering;

    /**
     * Connects.
     *
     * @param client whose channels are measured
     * @param server whose the other ends are
     * @param address of the server
     */
    ChannelRounds(SelectorProvider client, SelectorProvider server, InetAddress address) throws IOException {
        this.client = client;
        listener = server.openServerSocketChannel().bind(new InetSocketAddress(address, 0));
        echoed = open();
        echoing = accept();
        OtherEnd.echo(echoing, PIECE);
        drained = open();
        draining = accept();
        OtherEnd.drain(draining, PIECE);
        answering = server.openDatagramChannel().bind(new InetSocketAddress(address, 0));
        OtherEnd.answer(answering, MESSAGE);
        asking = client.openDatagramChannel();
        asking.connect(answering.getLocalAddress());
    }

    private SocketChannel open() throws IOException {
        SocketChannel channel = client.openSocketChannel();
        channel.connect(listener.getLocalAddress());
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        return channel;
    }

    private SocketChannel accept() throws IOException {
        return listener.accept().setOption(StandardSocketOptions.TCP_NODELAY, true);
    }

    /** 64 bytes of a stream and their answer. */
    int pingPong() throws IOException {
        echoed.write(message.clear());
        message.clear();
        while (message.hasRemaining()) {
            echoed.read(message);
        }
        return message.position();
    }

    /** A datagram of 64 bytes and its answer. */
    int datagram() throws IOException {
        asking.write(message.clear());
        return asking.read(message.clear());
    }

    /** 64 KiB of a stream. */
    int stream() throws IOException {
        piece.clear();
        while (piece.hasRemaining()) {
            drained.write(piece);
        }
        return piece.position();
    }

    /** A connection, both of its ends, and their closes. */
    int connectAndAccept() throws IOException {
        try (SocketChannel one = client.openSocketChannel()) {
            one.connect(listener.getLocalAddress());
            try (SocketChannel other = listener.accept()) {
                return one.hashCode() + other.hashCode();
            }
        }
    }

    @Override
    public void close() throws IOException {
        echoed.close();
        echoing.close();
        drained.close();
        draining.close();
        asking.close();
        answering.close();
        listener.close();
    }
}
