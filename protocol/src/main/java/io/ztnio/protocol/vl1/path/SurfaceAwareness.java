package io.ztnio.protocol.vl1.path;

import io.ztnio.protocol.wire.IpScope;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** How others see our address ({@code protocol.md} 8.6). Bounded. Thread: confined to the node. */
public final class SurfaceAwareness {
    private static final int MAX_REPORTS = 256;
    private static final long REPORT_LIFE_MILLIS = 600_000;

    private record Reporter(long address, int socket, InetSocketAddress physical, IpScope scope) {}

    private record Report(InetSocketAddress surface, long atMillis) {}

    private final Map<Reporter, Report> reports = new LinkedHashMap<>();
    private final boolean loopback;

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
        Report previous = reports.remove(key);
        boolean changed = trusted
                && previous != null
                && nowMillis - previous.atMillis < REPORT_LIFE_MILLIS
                && !previous.surface.getAddress().equals(surface.getAddress());
        if (changed) {
            reports.keySet().removeIf(other -> other.scope == scope && !other.physical.equals(path.remote));
        }
        reports.put(key, new Report(surface, nowMillis));
        if (reports.size() > MAX_REPORTS) {
            Iterator<Reporter> oldest = reports.keySet().iterator();
            oldest.next();
            oldest.remove();
        }
        return changed;
    }

    /** Our addresses as seen from outside, each once. */
    public List<InetSocketAddress> surfaces() {
        Set<InetSocketAddress> distinct = new LinkedHashSet<>();
        for (Report report : reports.values()) {
            distinct.add(report.surface);
        }
        return new ArrayList<>(distinct);
    }

    public void purge(long nowMillis) {
        reports.values().removeIf(report -> nowMillis - report.atMillis >= REPORT_LIFE_MILLIS);
    }

    private boolean isReportable(IpScope scope) {
        return switch (scope) {
            case NONE, MULTICAST -> false;
            case LOOPBACK -> loopback;
            default -> true;
        };
    }
}
