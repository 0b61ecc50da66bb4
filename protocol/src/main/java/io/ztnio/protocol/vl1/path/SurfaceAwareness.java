package io.ztnio.protocol.vl1.path;

import io.ztnio.protocol.limit.SourceKey;
import io.ztnio.protocol.wire.IpScope;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How others see our address ({@code protocol.md} 8.6). Bounded: whom we trust, the roots, has places of his own, and of the others
 * whoever says most makes room, by his physical address.
 *
 * <p>Thread: confined to the node.
 */
public final class SurfaceAwareness {
    static final int MAX_REPORTS = 256;

    /** Of one source that is not trusted. */
    static final int MAX_OF_SOURCE = 8;

    private static final long REPORT_LIFE_MILLIS = 600_000;

    private record Reporter(long address, int socket, InetSocketAddress physical, IpScope scope) {}

    private record Report(InetSocketAddress surface, long atMillis) {}

    private final Map<Reporter, Report> trustedReports = new LinkedHashMap<>();
    private final Map<Reporter, Report> otherReports = new LinkedHashMap<>();
    private final boolean loopback;
    private List<InetSocketAddress> mapped = List.of();

    /** @param loopback whether loopback addresses count as seen from outside */
    public SurfaceAwareness(boolean loopback) {
        this.loopback = loopback;
    }

    /**
     * Notes that {@code reporter} sees us as {@code surface}.
     *
     * @param reporter ZeroTier address of whom says so
     * @param path the way its packet came
     * @param trusted whether its word counts against what it said before
     * @return whether a trusted reporter says that our IP address of this scope is another one than before, so that
     *     the paths of that scope have to prove themselves again
     */
    public boolean report(long reporter, Path path, InetSocketAddress surface, boolean trusted, long nowMillis) {
        IpScope scope = IpScope.of(surface.getAddress());
        if (scope != path.scope || !isReportable(scope)) {
            return false;
        }
        Reporter key = new Reporter(reporter, path.socket, path.remote, scope);
        Report previous = otherReports.remove(key);
        boolean hadPlace = previous != null && !trusted;
        if (previous == null) {
            previous = trustedReports.remove(key);
        }
        boolean changed = trusted
                && previous != null
                && nowMillis - previous.atMillis < REPORT_LIFE_MILLIS
                && !previous.surface.getAddress().equals(surface.getAddress());
        if (changed) {
            trustedReports.keySet().removeIf(other -> other.scope == scope && !other.physical.equals(path.remote));
            otherReports.keySet().removeIf(other -> other.scope == scope && !other.physical.equals(path.remote));
        }
        Map<Reporter, Report> reports = trusted ? trustedReports : otherReports;
        reports.put(key, new Report(surface, nowMillis));
        if (trusted && trustedReports.size() > MAX_REPORTS) {
            trustedReports.remove(trustedReports.keySet().iterator().next());
        } else if (!trusted && !hadPlace) {
            makeRoom(key);
        }
        return changed;
    }

    /** Who has said too much, or if all together have, most, forgets what he said first. */
    private void makeRoom(Reporter newest) {
        Map<Long, Integer> counts = new HashMap<>();
        long largest = SourceKey.of(newest.physical);
        for (Reporter each : otherReports.keySet()) {
            long source = SourceKey.of(each.physical);
            if (counts.merge(source, 1, Integer::sum) > counts.getOrDefault(largest, 0)) {
                largest = source;
            }
        }
        if (counts.get(largest) <= MAX_OF_SOURCE && otherReports.size() <= MAX_REPORTS) {
            return;
        }
        Iterator<Reporter> oldest = otherReports.keySet().iterator();
        boolean removed = false;
        while (!removed) {
            removed = SourceKey.of(oldest.next().physical) == largest;
        }
        oldest.remove();
    }

    /** Sets what our router has mapped for us. */
    public void mapped(List<InetSocketAddress> external) {
        mapped = List.copyOf(external);
    }

    /** Our addresses as seen from outside, each once; first what is mapped, then those of whom we trust. */
    public List<InetSocketAddress> surfaces() {
        Set<InetSocketAddress> distinct = new LinkedHashSet<>();
        distinct.addAll(mapped);
        trustedReports.values().forEach(report -> distinct.add(report.surface));
        otherReports.values().forEach(report -> distinct.add(report.surface));
        return new ArrayList<>(distinct);
    }

    public void purge(long nowMillis) {
        trustedReports.values().removeIf(report -> nowMillis - report.atMillis >= REPORT_LIFE_MILLIS);
        otherReports.values().removeIf(report -> nowMillis - report.atMillis >= REPORT_LIFE_MILLIS);
    }

    private boolean isReportable(IpScope scope) {
        return switch (scope) {
            case NONE, MULTICAST -> false;
            case LOOPBACK -> loopback;
            default -> true;
        };
    }
}
