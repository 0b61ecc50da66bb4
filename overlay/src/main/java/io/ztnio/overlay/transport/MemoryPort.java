package io.ztnio.overlay.transport;

import io.ztnio.overlay.session.Datagrams;
import io.ztnio.protocol.transport.Carrier;
import io.ztnio.protocol.transport.DatagramBatch;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.locks.LockSupport;

/** A node's place on a {@link MemoryHub}. Datagrams wait in it until their time has come. */
public final class MemoryPort implements Carrier {
    /** Datagrams that may wait; more are lost, as in a socket's buffer. */
    static final int CAPACITY = 16_384;

    private static final long NANOS_PER_MILLI = 1_000_000;

    private final MemoryHub hub;
    private final InetSocketAddress address;

    /** Guarded by {@link #lock}. */
    private final PriorityQueue<Parcel> inbox = new PriorityQueue<>();

    /** Guarded by {@link #lock}: parcels to use again. */
    private final ArrayList<Parcel> free = new ArrayList<>();

    private final Object lock = new Object();

    /** Guarded by {@link #lock}: when the last datagram that keeps its order arrives. */
    private long lastInOrderNanos = Long.MIN_VALUE;

    private long sequence;
    private volatile Thread sleeper;
    private volatile boolean awake;
    private volatile boolean closed;

    MemoryPort(MemoryHub hub, InetSocketAddress address) {
        this.hub = hub;
        this.address = address;
    }

    /** Where others send to. */
    public InetSocketAddress address() {
        return address;
    }

    /** When the next datagram arrives, {@link Long#MAX_VALUE} if none is under way. */
    public long nextArrivalNanos() {
        synchronized (lock) {
            Parcel first = inbox.peek();
            return first == null ? Long.MAX_VALUE : first.arrivalNanos;
        }
    }

    boolean offer(InetSocketAddress from, byte[] buffer, int offset, int length, long arrivalNanos, boolean inOrder) {
        synchronized (lock) {
            if (closed || inbox.size() >= CAPACITY) {
                return false;
            }
            Parcel parcel = free.isEmpty() ? new Parcel() : free.remove(free.size() - 1);
            if (parcel.bytes.length < length) {
                // Only where a hub takes longer ones than the overlay's.
                parcel.bytes = new byte[length];
            }
            parcel.source = from;
            parcel.length = length;
            System.arraycopy(buffer, offset, parcel.bytes, 0, length);
            parcel.arrivalNanos = arrivalNanos;
            if (inOrder) {
                parcel.arrivalNanos = Math.max(arrivalNanos, lastInOrderNanos);
                lastInOrderNanos = parcel.arrivalNanos;
            }
            parcel.order = sequence++;
            inbox.add(parcel);
            return true;
        }
    }

    @Override
    public List<InetSocketAddress> localAddresses() {
        return List.of(address);
    }

    /** Where the others on the hub are. */
    public List<InetSocketAddress> neighbours() {
        return hub.others(address);
    }

    @Override
    public void awaitReadable(long timeoutMillis) {
        long end = hub.nanos() + timeoutMillis * NANOS_PER_MILLI;
        sleeper = Thread.currentThread();
        try {
            while (!awake && !closed) {
                long now = hub.nanos();
                long until = Math.min(end, nextArrivalNanos());
                if (until <= now) {
                    break;
                }
                LockSupport.parkNanos(this, until - now);
                if (Thread.currentThread().isInterrupted()) {
                    break;
                }
            }
        } finally {
            sleeper = null;
            awake = false;
        }
    }

    @Override
    public void wakeup() {
        awake = true;
        LockSupport.unpark(sleeper);
    }

    /** Something was put into the inbox. */
    private void arrived() {
        Thread waiting = sleeper;
        if (waiting != null) {
            LockSupport.unpark(waiting);
        }
    }

    @Override
    public void receive(DatagramBatch batch) {
        long now = hub.nanos();
        synchronized (lock) {
            for (Parcel first = inbox.peek();
                    first != null && first.arrivalNanos <= now && !batch.isFull();
                    first = inbox.peek()) {
                inbox.remove();
                batch.add(0, first.source, first.bytes, 0, first.length);
                free.add(first);
            }
        }
    }

    @Override
    public void send(int socket, InetSocketAddress to, byte[] buffer, int offset, int length) {
        if (closed || length > DatagramBatch.SLOT_LENGTH) {
            return;
        }
        MemoryPort target = hub.carry(this, to, buffer, offset, length);
        if (target != null) {
            target.arrived();
        }
    }

    @Override
    public void close() {
        closed = true;
        hub.detach(this);
        synchronized (lock) {
            inbox.clear();
            free.clear();
        }
        wakeup();
    }

    private static final class Parcel implements Comparable<Parcel> {
        private byte[] bytes = new byte[Datagrams.MAX_LENGTH];
        private InetSocketAddress source;
        private int length;
        private long arrivalNanos;
        private long order;

        @Override
        public int compareTo(Parcel other) {
            int byTime = Long.compare(arrivalNanos, other.arrivalNanos);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }
}
