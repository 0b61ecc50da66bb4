package io.ztnio.protocol.vl1.path;

import io.ztnio.protocol.wire.IpScope;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How others see our address ({@code protocol.md} 8.6). Bounded: whom we trust, the roots, has places of his own, and what the others say
 * is in {@link UntrustedReports}.
 *
 * <p>Thread: confined to the node.
 */
public final class SurfaceAwareness {
    static final int MAX_REPORTS = 256;

    /** Of one source that is not trusted. */
    static final int MAX_OF_SOURCE = 8;

    private static final long REPORT_LIFE_MILLIS = 600_000;

    record Reporter(long address, int socket, InetSocketAddress physical, IpScope scope) {}

    record Report(InetSocketAddress surface, long atMillis) {}

    private final Map<Reporter, Report> trustedReports = new LinkedHashMap<>();
    private final UntrustedReports otherReports = new UntrustedReports();
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
        if (previous == null) {
            previous = trustedReports.remove(key);
        }
        boolean changed = trusted
                && previous != null
                && nowMillis - previous.atMillis < REPORT_LIFE_MILLIS
                && !previous.surface.getAddress().equals(surface.getAddress());
        if (changed) {
            trustedReports.keySet().removeIf(other -> other.scope == scope && !other.physical.equals(path.remote));
            otherReports.removeIf((other, said) -> other.scope == scope && !other.physical.equals(path.remote));
        }
        Report report = new Report(surface, nowMillis);
        if (!trusted) {
            otherReports.add(key, report);
            return changed;
        }
        trustedReports.put(key, report);
        if (trustedReports.size() > MAX_REPORTS) {
            trustedReports.remove(trustedReports.keySet().iterator().next());
        }
        return changed;
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
        otherReports.removeIf((reporter, report) -> nowMillis - report.atMillis >= REPORT_LIFE_MILLIS);
    }

    private boolean isReportable(IpScope scope) {
        return switch (scope) {
            case NONE, MULTICAST -> false;
            case LOOPBACK -> loopback;
            default -> true;
        };
    }
}
