package io.ztnio.tcpip.tcp.table;

import java.net.InetAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * How many flows use each local address and port, over all stacks of a node.
 *
 * <p>Thread: thread-safe.
 */
public final class PortUse {
    private static final int PORTS = 1 << 16;
    private static final int PORTS_OF_PAGE = 1 << 8;

    /** A local address and port: what a flow uses. */
    record Local(InetAddress address, int port) {}

    private final AtomicReferenceArray<AtomicIntegerArray> flowsOfPort =
            new AtomicReferenceArray<>(PORTS / PORTS_OF_PAGE);
    private final ConcurrentHashMap<Local, AtomicInteger> flowsOfAddress = new ConcurrentHashMap<>();

    /** One more flow uses it, or this throws and nothing has changed. */
    void add(Local local) {
        AtomicIntegerArray page = page(local.port);
        flowsOfAddress.compute(local, (key, count) -> {
            AtomicInteger used = count == null ? new AtomicInteger() : count;
            used.incrementAndGet();
            return used;
        });
        page.incrementAndGet(local.port % PORTS_OF_PAGE);
    }

    /** One that was {@linkplain #add added} uses it no more. Allocates nothing. */
    void remove(Local local) {
        flowsOfAddress.computeIfPresent(local, (key, count) -> count.decrementAndGet() == 0 ? null : count);
        page(local.port).decrementAndGet(local.port % PORTS_OF_PAGE);
    }

    /** Whether a flow uses a port with an address that overlaps. */
    boolean uses(InetAddress address, int port) {
        AtomicIntegerArray page = flowsOfPort.get(port / PORTS_OF_PAGE);
        return page != null
                && page.get(port % PORTS_OF_PAGE) > 0
                && (address.isAnyLocalAddress() || flowsOfAddress.containsKey(new Local(address, port)));
    }

    private AtomicIntegerArray page(int port) {
        int index = port / PORTS_OF_PAGE;
        AtomicIntegerArray page = flowsOfPort.get(index);
        if (page == null) {
            flowsOfPort.compareAndSet(index, null, new AtomicIntegerArray(PORTS_OF_PAGE));
            page = flowsOfPort.get(index);
        }
        return page;
    }
}
