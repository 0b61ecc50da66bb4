package io.ztnio.tcpip.tcp;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Finds flows by their four addresses: open addressing with linear probing. */
final class FlowTable {
    private final int seed;
    private Flow[] slots = new Flow[64];
    private int size;

    FlowTable(int seed) {
        this.seed = seed;
    }

    int hash(InetAddress local, int localPort, InetAddress remote, int remotePort) {
        long h = seed ^ (local.hashCode() * 0x9E3779B97F4A7C15L + remote.hashCode());
        h = (h ^ h >>> 32) * 0xD6E8FEB86659FD93L;
        h ^= (long) localPort << 16 | remotePort;
        h = (h ^ h >>> 32) * 0xD6E8FEB86659FD93L;
        return (int) (h ^ h >>> 32);
    }

    Flow find(InetAddress local, int localPort, InetAddress remote, int remotePort) {
        int mask = slots.length - 1;
        int at = hash(local, localPort, remote, remotePort) & mask;
        for (Flow flow = slots[at]; flow != null; flow = slots[at]) {
            if (flow.matches(local, localPort, remote, remotePort)) {
                return flow;
            }
            at = (at + 1) & mask;
        }
        return null;
    }

    /** Adds a flow whose addresses are not in the table. */
    void add(Flow flow) {
        if (size * 2 >= slots.length) {
            Flow[] old = slots;
            slots = new Flow[old.length * 2];
            for (Flow each : old) {
                if (each != null) {
                    place(each);
                }
            }
        }
        place(flow);
        size++;
    }

    void remove(Flow flow) {
        int mask = slots.length - 1;
        int at = flow.hash & mask;
        while (slots[at] != flow) {
            if (slots[at] == null) {
                return;
            }
            at = (at + 1) & mask;
        }
        size--;
        // Close the gap: what follows moves up unless that would take it before its own place.
        int gap = at;
        for (int i = (at + 1) & mask; slots[i] != null; i = (i + 1) & mask) {
            int distanceFromHome = (i - slots[i].hash) & mask;
            int distanceFromGap = (i - gap) & mask;
            if (distanceFromHome >= distanceFromGap) {
                slots[gap] = slots[i];
                gap = i;
            }
        }
        slots[gap] = null;
    }

    int size() {
        return size;
    }

    /** Visits a snapshot, so the visitor may add and remove. */
    void forEach(Consumer<Flow> visitor) {
        List<Flow> snapshot = new ArrayList<>(size);
        for (Flow flow : slots) {
            if (flow != null) {
                snapshot.add(flow);
            }
        }
        snapshot.forEach(visitor);
    }

    /** Whether a flow uses a port with an address that overlaps. */
    boolean usesPort(InetAddress address, int port) {
        for (Flow flow : slots) {
            if (flow != null && flow.localPort == port && (address.isAnyLocalAddress() || flow.local.equals(address))) {
                return true;
            }
        }
        return false;
    }

    private void place(Flow flow) {
        int mask = slots.length - 1;
        int at = flow.hash & mask;
        while (slots[at] != null) {
            at = (at + 1) & mask;
        }
        slots[at] = flow;
    }
}
