package io.ztnio.tools.cli.perf;

import io.ztnio.tools.cli.command.FailureText;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/** Serves perf clients, a thread for each. Thread: {@link #run} on one thread, {@link #close} on any. */
final class PerfServer implements AutoCloseable {
    private final ServerSocketChannel listener;
    private final Consumer<String> log;
    private final AtomicLong connections = new AtomicLong();

    /**
     * Opens a server.
     *
     * @param log receives a line for each client
     */
    PerfServer(InetSocketAddress local, Consumer<String> log) throws IOException {
        this.listener = ServerSocketChannel.open();
        this.log = log;
        try {
            listener.bind(local);
        } catch (IOException e) {
            listener.close();
            throw FailureText.cannotBind("cannot listen on", local, e);
        }
    }

    InetSocketAddress localAddress() throws IOException {
        return (InetSocketAddress) listener.getLocalAddress();
    }

    /**
     * Accepts clients until closed.
     *
     * @param limit end after so many connections, 0 for never; their threads are waited for
     */
    void run(int limit) throws IOException, InterruptedException {
        Thread last = null;
        for (int accepted = 0; limit == 0 || accepted < limit; accepted++) {
            SocketChannel channel;
            try {
                channel = listener.accept();
            } catch (ClosedChannelException e) {
                return;
            }
            last = new Thread(() -> serve(channel), "perf-server-" + connections.incrementAndGet());
            last.setDaemon(true);
            last.start();
        }
        if (last != null) {
            last.join();
        }
    }

    private void serve(SocketChannel channel) {
        String client = "?";
        try (channel) {
            client = FailureText.text((InetSocketAddress) channel.getRemoteAddress());
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            Optional<PerfRequest> received = PerfRequest.receive(channel);
            if (received.isEmpty()) {
                return;
            }
            PerfRequest request = received.get();
            log.accept(client + " " + request.kind());
            LongAdder live = new LongAdder();
            switch (request.kind()) {
                case STREAM -> Streams.receive(channel, request, live).send(channel);
                case STREAM_REVERSE -> Streams.send(channel, request, live);
                case STREAM_ROUND_TRIP -> Streams.echo(channel, request);
                case CONNECT -> ConnectAnswers.serve(channel);
                case DATAGRAM, DATAGRAM_REVERSE, DATAGRAM_ROUND_TRIP -> serveDatagrams(channel, request, live);
            }
        } catch (IOException e) {
            log.accept(client + ": " + e);
        }
    }

    private static void serveDatagrams(SocketChannel control, PerfRequest request, LongAdder live) throws IOException {
        InetSocketAddress local = (InetSocketAddress) control.getLocalAddress();
        try (DatagramChannel channel = DatagramChannel.open()) {
            channel.bind(new InetSocketAddress(local.getAddress(), 0));
            int port = ((InetSocketAddress) channel.getLocalAddress()).getPort();
            Streams.writeFully(
                    control, ByteBuffer.allocate(Integer.BYTES).putInt(port).flip());
            switch (request.kind()) {
                case DATAGRAM ->
                    Datagrams.receive(channel, control, request, false, live).send(control);
                case DATAGRAM_REVERSE ->
                    Datagrams.send(channel, Datagrams.awaitGreeting(channel, request), control, request, live);
                default -> Datagrams.echo(channel, control, request);
            }
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
