package io.ztnio.provider.runtime;

import io.ztnio.protocol.transport.DatagramSender;
import io.ztnio.protocol.transport.DatagramTransport;
import io.ztnio.protocol.vl1.SendStage;
import io.ztnio.provider.sender.SenderWorkers;
import io.ztnio.tcpip.Gate;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * An engine's way out: its sockets, and the threads that seal and send for it if it has any.
 *
 * <p>Thread: confined to the gate, except {@link #close}.
 */
final class Outbound implements DatagramSender {
    private final DatagramTransport transport;
    private final Optional<SenderWorkers> workers;

    /**
     * A way out over open sockets; starts the threads.
     *
     * @param threads how many seal and send; as many further senders {@code transport} has
     * @param onDrained called by one of them when those who were held back may go on
     * @param onFailure told of a packet that could not be sealed
     */
    Outbound(DatagramTransport transport, int threads, Runnable onDrained, Consumer<Throwable> onFailure) {
        this.transport = transport;
        this.workers = threads == 0
                ? Optional.empty()
                : Optional.of(new SenderWorkers(threads, transport, onDrained, onFailure));
    }

    Optional<? extends SendStage> stage() {
        return workers;
    }

    @Override
    public void send(int socket, InetSocketAddress to, byte[] buffer, int offset, int length) {
        transport.send(socket, to, buffer, offset, length);
    }

    @Override
    public void sendShort(int socket, InetSocketAddress to, byte[] bytes, int ttl) {
        transport.sendShort(socket, to, bytes, ttl);
    }

    @Override
    public boolean canSendWhole() {
        return transport.canSendWhole();
    }

    @Override
    public boolean sendWhole(int socket, InetSocketAddress to, byte[] buffer, int offset, int length) {
        return transport.sendWhole(socket, to, buffer, offset, length);
    }

    /** A turn is over. */
    @Override
    public void flush() {
        transport.flush();
        if (workers.isPresent()) {
            workers.get().endTurn();
        }
    }

    /** Takes no more data, and waits until what was taken is sent. Outside the gate. */
    void close(Gate gate) {
        if (workers.isPresent()) {
            gate.run(now -> workers.get().stop());
            workers.get().join();
        }
    }
}
