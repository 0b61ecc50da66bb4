package io.ztnio.tcpip.neighbor;

import io.ztnio.tcpip.link.Link;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Which addresses in a cache are of one MAC address; those that are not resolved count as one station's,
 * {@link Link#UNKNOWN_MAC}.
 *
 * <p>Thread: confined to the gate.
 */
final class Stations {
    /** How many addresses a station may have before it makes room for others. */
    static final int SHARE = 16;

    /** Each with its addresses, those it has had for longest first. */
    private final Map<Long, Set<Neighbor>> stations = new HashMap<>();

    /** Resolved ones with more than their share. */
    private int heavy;

    void add(Neighbor neighbor) {
        Set<Neighbor> its = stations.computeIfAbsent(neighbor.mac(), mac -> new LinkedHashSet<>(4));
        its.add(neighbor);
        if (its.size() == SHARE + 1 && neighbor.mac() != Link.UNKNOWN_MAC) {
            heavy++;
        }
    }

    void remove(Neighbor neighbor) {
        Set<Neighbor> its = stations.get(neighbor.mac());
        if (its == null || !its.remove(neighbor)) {
            return;
        }
        if (its.size() == SHARE && neighbor.mac() != Link.UNKNOWN_MAC) {
            heavy--;
        }
        if (its.isEmpty()) {
            stations.remove(neighbor.mac());
        }
    }

    /** A station's addresses. */
    Set<Neighbor> of(long mac) {
        return stations.getOrDefault(mac, Set.of());
    }

    /** Whether a resolved station has more than its share. */
    boolean isAnyHeavy() {
        return heavy > 0;
    }

    /** The addresses of the one with most. */
    Set<Neighbor> largest(boolean resolved) {
        Set<Neighbor> largest = Set.of();
        for (Map.Entry<Long, Set<Neighbor>> each : stations.entrySet()) {
            boolean counts = !resolved || each.getKey() != Link.UNKNOWN_MAC;
            if (counts && each.getValue().size() > largest.size()) {
                largest = each.getValue();
            }
        }
        return largest;
    }
}
