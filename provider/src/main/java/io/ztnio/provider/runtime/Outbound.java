package io.ztnio.provider.runtime;

import io.ztnio.protocol.transport.DatagramTransport;
import io.ztnio.protocol.vl1.DatagramSink;
import io.ztnio.protocol.vl1.SendStage;
import io.ztnio.provider.sender.SenderWorkers;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * An engine's way out: its sockets, and the threads that seal and send for it if it has any.
 *
 * <p>Thread: confined to the gate, except {@link #awaitSent}.
 */
final class Outbound implements DatagramSink {
    private static final System.Logger LOG = System.getLogger("io.ztnio.engine");

    private final DatagramTransport transport;
    private final Optional<SenderWorkers> workers;

    /**
     * A way out over open sockets; starts the threads.
     *
     * @param threads how many seal and send; as many further senders {@code transport} has
     * @param onDrained called by one of them when those who were held back may go on
     * @param onFailure told of a packet that could not be sealed
     */
    Outbound(DatagramTransport transport, int threads, Runnable onDrained, Consumer<RuntimeException> onFailure) {
        this.transport = transport;
        this.workers = threads == 0
                ? Optional.empty()
                : Optional.of(new SenderWorkers(threads, transport, onDrained, onFailure));
    }

    Optional<? extends SendStage> stage() {
        return workers;
    }

    @Override
    public void send(int socket, InetSocketAddress to, byte[] buffer, int offset, int length, int ttl) {
        // A short-lived datagram only opens a NAT on the way; Java cannot set a unicast TTL, and the packet that
        // follows
        // opens it as well.
        if (ttl == 0) {
            transport.send(socket, to, buffer, offset, length);
        }
    }

    /** A turn is over. */
    void flush() {
        transport.flush();
        if (workers.isPresent()) {
            workers.get().endTurn();
        }
    }

    /** Takes no more data. */
    void stop() {
        workers.ifPresent(SenderWorkers::stop);
    }

    /** After {@link #stop}: waits until what was taken is sent. Outside the gate. */
    void awaitSent() {
        workers.ifPresent(SenderWorkers::join);
    }

    /** Last of all. */
    void close() {
        try {
            transport.close();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "closing the UDP sockets: " + e.getMessage());
        }
    }
}
