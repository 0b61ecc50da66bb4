package io.ztnio.junit;

import io.ztnio.overlay.transport.MemoryPort;
import io.ztnio.protocol.transport.DatagramBatch;
import io.ztnio.protocol.transport.DatagramSender;
import io.ztnio.protocol.transport.DatagramTransport;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/** A node's place in the test's memory, as its UDP sockets. Thread: as {@link DatagramTransport} says. */
final class MemoryTransport implements DatagramTransport {
    private static final long AWAKE = Long.MAX_VALUE;

    private final MemoryPort port;
    private final MemoryAddresses addresses;

    /** Receiving thread only: what has come, from the address on the hub, and how much of it has been taken. */
    private final DatagramBatch arrived = new DatagramBatch();

    private int taken;

    /** What is told of sleep and of sending; {@code null} in real time. */
    private final VirtualTime time;

    /** In virtual time: until when the node's thread sleeps; {@link #AWAKE} while it does not. */
    private volatile long asleepUntilNanos = AWAKE;

    private final boolean sendsWhole;
    private final LongAdder sent;

    /**
     * A place in memory.
     *
     * @param sendsWhole whether the node is to find out how long datagrams may be
     * @param sent counts what it sends
     */
    MemoryTransport(MemoryPort port, MemoryAddresses addresses, VirtualTime time, boolean sendsWhole, LongAdder sent) {
        this.port = port;
        this.addresses = addresses;
        this.time = time;
        this.sendsWhole = sendsWhole;
        this.sent = sent;
        if (time != null) {
            time.opened(this);
        }
    }

    boolean isAsleep() {
        return asleepUntilNanos != AWAKE;
    }

    /** When the node wants to wake up by itself. */
    long asleepUntilNanos() {
        return asleepUntilNanos;
    }

    long nextArrivalNanos() {
        return port.nextArrivalNanos();
    }

    @Override
    public List<InetSocketAddress> localAddresses() {
        return List.of(addresses.shown(port.address()));
    }

    @Override
    public void awaitReadable(long timeoutMillis) {
        if (taken < arrived.size()) {
            return;
        }
        if (time == null) {
            port.awaitReadable(timeoutMillis);
            return;
        }
        asleepUntilNanos = time.nanos() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
        port.awaitReadable(timeoutMillis);
        asleepUntilNanos = AWAKE;
    }

    @Override
    public void wakeup() {
        port.wakeup();
    }

    @Override
    public void receive(DatagramBatch batch) {
        if (taken == arrived.size()) {
            arrived.clear();
            taken = 0;
            port.receive(arrived);
        }
        for (; taken < arrived.size() && !batch.isFull(); taken++) {
            batch.add(0, addresses.shown(arrived.source(taken)), arrived.buffer(taken), 0, arrived.length(taken));
        }
    }

    @Override
    public void send(int socket, InetSocketAddress to, byte[] buffer, int offset, int length) {
        InetSocketAddress target = addresses.onHub(to);
        if (target != null) {
            sent.increment();
            port.send(socket, target, buffer, offset, length);
            if (time != null) {
                time.sent();
            }
        }
    }

    @Override
    public boolean canSendWhole() {
        return sendsWhole;
    }

    /** As any other: nobody fragments on a hub. */
    @Override
    public boolean sendWhole(int socket, InetSocketAddress to, byte[] buffer, int offset, int length) {
        send(socket, to, buffer, offset, length);
        return true;
    }

    /** Any thread may send from the port. */
    @Override
    public DatagramSender sender(int index) {
        return this;
    }

    @Override
    public long sendFailures() {
        return 0;
    }

    @Override
    public long receiveFailures() {
        return 0;
    }

    @Override
    public String description() {
        return "memory";
    }

    @Override
    public void close() {
        port.close();
        if (time != null) {
            time.closed(this);
        }
    }
}
