package io.ztnio.overlay.transport;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Carries datagrams between the nodes of one process, with a fault injector. What it does follows from its clock, its seed
 * and the order of the calls; on a virtual clock with one thread it is deterministic.
 *
 * <p>Ports have addresses in 100::/64, which no network has (RFC 6666).
 *
 * <p>Thread: thread-safe.
 */
public final class MemoryHub {
    private static final Map<String, MemoryHub> NAMED = new ConcurrentHashMap<>();
    private static final int ADDRESS_LENGTH = 16;
    private static final int PORT = 1;
    private static final long REORDER_NANOS = 1_000_000;

    private final LongSupplier clock;
    private final SplittableRandom random;

    /** Guarded by this. */
    private final Map<InetSocketAddress, MemoryPort> ports = new HashMap<>();

    /** Guarded by this: by port, the side of the partition that it is on. */
    private final Map<InetSocketAddress, Integer> sides = new HashMap<>();

    private Faults faults = Faults.NONE;
    private int attached;
    private long lost;

    /**
     * A hub with nobody on it.
     *
     * @param clock nanoseconds that never go back
     * @param seed of the faults
     */
    public MemoryHub(LongSupplier clock, long seed) {
        this.clock = clock;
        this.random = new SplittableRandom(seed);
    }

    /** The hub of this process with this name, in real time; made when first asked for. */
    public static MemoryHub named(String name) {
        return NAMED.computeIfAbsent(name, key -> new MemoryHub(System::nanoTime, key.hashCode()));
    }

    /** A new port. */
    public synchronized MemoryPort attach() {
        MemoryPort port = new MemoryPort(this, address(++attached));
        ports.put(port.address(), port);
        return port;
    }

    private static InetSocketAddress address(int number) {
        byte[] bytes = new byte[ADDRESS_LENGTH];
        bytes[0] = 1;
        for (int i = 0; i < Integer.BYTES; i++) {
            bytes[ADDRESS_LENGTH - 1 - i] = (byte) (number >>> (8 * i));
        }
        try {
            return new InetSocketAddress(InetAddress.getByAddress(bytes), PORT);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("16 bytes are an IPv6 address", e);
        }
    }

    /** Replaces the faults, for what is sent from now on. */
    public synchronized void faults(Faults value) {
        faults = value;
    }

    /** Puts ports on one side of a partition: datagrams between sides are lost. All ports are on side 0 at first. */
    public synchronized void side(int side, List<InetSocketAddress> addresses) {
        addresses.forEach(address -> sides.put(address, side));
    }

    /** Ends the partition. */
    public synchronized void heal() {
        sides.clear();
    }

    /** Datagrams that did not arrive, whatever the reason. */
    public synchronized long lost() {
        return lost;
    }

    synchronized List<InetSocketAddress> others(InetSocketAddress me) {
        List<InetSocketAddress> others = new ArrayList<>(ports.keySet());
        others.remove(me);
        others.sort(Comparator.comparing(InetSocketAddress::toString));
        return others;
    }

    synchronized void detach(MemoryPort port) {
        ports.remove(port.address());
        sides.remove(port.address());
    }

    long nanos() {
        return clock.getAsLong();
    }

    /** The port that it wakes, if it sleeps; {@code null} if nothing arrives. */
    synchronized MemoryPort carry(MemoryPort from, InetSocketAddress to, byte[] buffer, int offset, int length) {
        MemoryPort target = ports.get(to);
        if (target == null
                || length > faults.mtuBytes()
                || !sides.getOrDefault(from.address(), 0).equals(sides.getOrDefault(to, 0))
                || happens(faults.lossRate())) {
            lost++;
            return null;
        }
        int copies = happens(faults.duplicateRate()) ? 2 : 1;
        for (int i = 0; i < copies; i++) {
            long travel = faults.delayNanos();
            if (faults.jitterNanos() > 0) {
                travel += random.nextLong(faults.jitterNanos());
            }
            boolean late = happens(faults.reorderRate());
            if (late) {
                travel += random.nextLong(faults.jitterNanos() + REORDER_NANOS);
            }
            // Only jitter and lateness may change the order.
            boolean inOrder = faults.jitterNanos() == 0 && !late;
            if (!target.offer(from.address(), buffer, offset, length, nanos() + travel, inOrder)) {
                lost++;
            }
        }
        return target;
    }

    private boolean happens(double rate) {
        return rate > 0 && random.nextDouble() < rate;
    }
}
