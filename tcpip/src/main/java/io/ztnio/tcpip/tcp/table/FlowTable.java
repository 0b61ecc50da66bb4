package io.ztnio.tcpip.tcp.table;

import io.ztnio.tcpip.share.SourceShares;
import io.ztnio.tcpip.share.TrafficSource;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Finds flows by their four addresses: open addressing with linear probing under a keyed hash, so that nobody outside can
 * choose addresses that collide.
 *
 * <p>Thread: confined to the gate.
 */
public final class FlowTable {
    private static final int LEAST_SLOTS = 64;

    private final TupleHash keyed;
    private final PortUse ports;
    private Flow[] slots = new Flow[LEAST_SLOTS];

    /** In the table, or {@code null}: what comes next is mostly of the same flow. */
    private Flow lastFound;

    private int size;
    private final SourceShares timeWaits = new SourceShares();
    private long probes;

    /** @param ports counts what the flows use */
    public FlowTable(TupleHash keyed, PortUse ports) {
        this.keyed = keyed;
        this.ports = ports;
    }

    int hash(InetAddress local, int localPort, InetAddress remote, int remotePort) {
        return (int) keyed.hash(local, localPort, remote, remotePort);
    }

    /** Slots looked at since the table was made: what finding, adding and removing cost. */
    public long probes() {
        return probes;
    }

    /** The flow of these addresses, or {@code null}. */
    public Flow find(InetAddress local, int localPort, InetAddress remote, int remotePort) {
        if (lastFound != null && lastFound.matches(local, localPort, remote, remotePort)) {
            return lastFound;
        }
        int mask = slots.length - 1;
        int at = hash(local, localPort, remote, remotePort) & mask;
        for (Flow flow = slots[at]; flow != null; flow = slots[at]) {
            probes++;
            if (flow.matches(local, localPort, remote, remotePort)) {
                lastFound = flow;
                return flow;
            }
            at = (at + 1) & mask;
        }
        return null;
    }

    /** Adds a flow whose addresses are not in the table. */
    public void add(Flow flow) {
        // A quarter full at most: then a look-up takes hardly more than one slot, however many flows there are.
        if (size * 4 >= slots.length) {
            resize(slots.length * 2);
        }
        // What may fail comes first.
        ports.add(flow.use);
        place(flow);
        size++;
        if (flow instanceof TimeWait) {
            timeWaits.add(flow.source());
        }
    }

    private void resize(int length) {
        Flow[] old = slots;
        slots = new Flow[length];
        for (Flow each : old) {
            if (each != null) {
                place(each);
            }
        }
    }

    /** Takes a flow out, if it is in the table. */
    public void remove(Flow flow) {
        if (flow == lastFound) {
            lastFound = null;
        }
        int mask = slots.length - 1;
        int at = flow.hash & mask;
        while (slots[at] != flow) {
            if (slots[at] == null) {
                return;
            }
            probes++;
            at = (at + 1) & mask;
        }
        size--;
        if (flow instanceof TimeWait) {
            timeWaits.remove(flow.source());
        }
        // Close the gap: what follows moves up unless that would take it before its own place.
        int gap = at;
        for (int i = (at + 1) & mask; slots[i] != null; i = (i + 1) & mask) {
            probes++;
            int distanceFromHome = (i - slots[i].hash) & mask;
            int distanceFromGap = (i - gap) & mask;
            if (distanceFromHome >= distanceFromGap) {
                slots[gap] = slots[i];
                gap = i;
            }
        }
        slots[gap] = null;
        ports.remove(flow.use);
        shrink();
    }

    /** After a flood the table is as small as before. */
    private void shrink() {
        if (slots.length > LEAST_SLOTS && size * 16 < slots.length) {
            try {
                resize(slots.length / 2);
            } catch (OutOfMemoryError e) {
                // It does as it is.
            }
        }
    }

    /** Slots of the table. */
    public int slots() {
        return slots.length;
    }

    /** Flows in TIME-WAIT. */
    public int timeWaits() {
        return timeWaits.total();
    }

    /** Whether a source may have one more flow in TIME-WAIT if there may be so many of all. */
    public boolean mayWait(TrafficSource source, int most) {
        return timeWaits.mayAdd(source, most);
    }

    /** Flows, those in TIME-WAIT included. */
    public int size() {
        return size;
    }

    /** Visits a snapshot, so the visitor may add and remove. */
    public void forEach(Consumer<Flow> visitor) {
        List<Flow> snapshot = new ArrayList<>(size);
        for (Flow flow : slots) {
            if (flow != null) {
                snapshot.add(flow);
            }
        }
        snapshot.forEach(visitor);
    }

    private void place(Flow flow) {
        int mask = slots.length - 1;
        int at = flow.hash & mask;
        while (slots[at] != null) {
            probes++;
            at = (at + 1) & mask;
        }
        slots[at] = flow;
    }
}
