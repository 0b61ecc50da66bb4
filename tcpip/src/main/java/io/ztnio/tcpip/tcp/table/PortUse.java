package io.ztnio.tcpip.tcp.table;

import java.net.InetAddress;
import java.util.concurrent.ConcurrentHashMap;
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

    private record Local(InetAddress address, int port) {}

    private final AtomicReferenceArray<AtomicIntegerArray> flowsOfPort =
            new AtomicReferenceArray<>(PORTS / PORTS_OF_PAGE);
    private final ConcurrentHashMap<Local, Integer> flowsOfAddress = new ConcurrentHashMap<>();

    void add(InetAddress address, int port) {
        page(port).incrementAndGet(port % PORTS_OF_PAGE);
        flowsOfAddress.merge(new Local(address, port), 1, Integer::sum);
    }

    void remove(InetAddress address, int port) {
        flowsOfAddress.computeIfPresent(new Local(address, port), (key, count) -> count == 1 ? null : count - 1);
        page(port).decrementAndGet(port % PORTS_OF_PAGE);
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
