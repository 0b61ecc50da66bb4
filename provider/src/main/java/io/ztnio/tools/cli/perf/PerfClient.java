package io.ztnio.tools.cli.perf;

import io.ztnio.tools.cli.command.CommandFailure;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;

/** Runs one measurement over parallel streams, each on a thread of its own. Thread: confined to its creator. */
final class PerfClient {
    private final InetSocketAddress server;
    private final PerfRequest request;
    private final Opener opener;
    private final LongAdder live = new LongAdder();

    /** When the first stream had its connection: a warm-up begins there, so what is reported does too. */
    private final CompletableFuture<Long> began = new CompletableFuture<>();

    /** What one stream brings back; round trips and connects have latencies, the others a measurement. */
    record StreamResult(Measurement measurement, Latencies latencies) {}

    /** Opens the connection of a stream. */
    interface Opener {
        SocketChannel open(InetSocketAddress server) throws IOException;
    }

    /** Told of the bytes that were transferred in an interval. */
    interface IntervalListener {
        void onInterval(double fromSeconds, double toSeconds, long bytes);
    }

    PerfClient(InetSocketAddress server, PerfRequest request) {
        this(server, request, SocketChannel::open);
    }

    PerfClient(InetSocketAddress server, PerfRequest request, Opener opener) {
        this.server = server;
        this.request = request;
        this.opener = opener;
    }

    /**
     * Measures.
     *
     * @param intervalMillis between reports; round trips and connects have none
     */
    List<StreamResult> run(int parallel, long intervalMillis, IntervalListener listener)
            throws IOException, InterruptedException {
        List<FutureTask<StreamResult>> streams = new ArrayList<>();
        for (int i = 0; i < parallel; i++) {
            FutureTask<StreamResult> stream = new FutureTask<>(this::runStream);
            streams.add(stream);
            Thread thread = new Thread(stream, "perf-client-" + i);
            thread.setDaemon(true);
            thread.start();
        }
        List<StreamResult> results = new ArrayList<>();
        double fromSeconds = 0;
        for (FutureTask<StreamResult> stream : streams) {
            while (true) {
                try {
                    results.add(stream.get(intervalMillis, TimeUnit.MILLISECONDS));
                    break;
                } catch (TimeoutException e) {
                    long nowNanos = System.nanoTime();
                    double now = (nowNanos - began.getNow(nowNanos)) / 1e9;
                    if (now > fromSeconds) {
                        listener.onInterval(fromSeconds, now, live.sumThenReset());
                        fromSeconds = now;
                    }
                } catch (ExecutionException e) {
                    throw failure(e.getCause());
                }
            }
        }
        return results;
    }

    private IOException failure(Throwable cause) {
        String detail = cause.getMessage() == null ? cause.toString() : cause.getMessage();
        if (cause instanceof IOException) {
            return new IOException(server.getHostString() + " port " + server.getPort() + ": " + detail, cause);
        }
        throw new CommandFailure(cause.toString(), cause);
    }

    private StreamResult runStream() throws IOException {
        try (SocketChannel channel = opener.open(server)) {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            request.send(channel);
            began.complete(System.nanoTime());
            return switch (request.kind()) {
                case STREAM -> {
                    Streams.send(channel, request, live);
                    yield new StreamResult(Measurement.receive(channel), null);
                }
                case STREAM_REVERSE -> new StreamResult(Streams.receive(channel, request, live), null);
                case STREAM_ROUND_TRIP -> {
                    Latencies latencies = new Latencies();
                    Streams.roundTrips(channel, request, latencies);
                    yield new StreamResult(null, latencies);
                }
                case CONNECT -> {
                    Latencies latencies = new Latencies();
                    int port = Streams.readFully(channel, Integer.BYTES).getInt();
                    Connects.run(new InetSocketAddress(server.getAddress(), port), request, latencies);
                    yield new StreamResult(null, latencies);
                }
                case DATAGRAM, DATAGRAM_REVERSE, DATAGRAM_ROUND_TRIP -> runDatagrams(channel);
            };
        }
    }

    private StreamResult runDatagrams(SocketChannel control) throws IOException {
        int port = Streams.readFully(control, Integer.BYTES).getInt();
        try (DatagramChannel channel = DatagramChannel.open()) {
            channel.connect(new InetSocketAddress(server.getAddress(), port));
            return switch (request.kind()) {
                case DATAGRAM -> {
                    Datagrams.send(channel, null, control, request, live);
                    yield new StreamResult(Measurement.receive(control), null);
                }
                case DATAGRAM_REVERSE ->
                    new StreamResult(Datagrams.receive(channel, control, request, true, live), null);
                default -> {
                    Latencies latencies = new Latencies();
                    Datagrams.roundTrips(channel, request, latencies);
                    yield new StreamResult(null, latencies);
                }
            };
        }
    }
}
