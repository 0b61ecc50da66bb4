package io.ztnio.protocol.vl1.path;

import io.ztnio.protocol.limit.SourceKey;
import io.ztnio.protocol.vl1.path.SurfaceAwareness.Report;
import io.ztnio.protocol.vl1.path.SurfaceAwareness.Reporter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;

/**
 * What those say of our address whose word is not trusted. Bounded: who has said too much by his physical address, or if all together
 * have, most, forgets what he said first. Who that is costs the same however many there are, because each HELLO to a root asks.
 *
 * <p>Thread: confined to the node.
 */
final class UntrustedReports {
    /** What was said last comes last. */
    private final Map<Reporter, Report> reports = new LinkedHashMap<>();

    private final Map<Long, Source> sources = new HashMap<>();

    /** Sources by how much they have said; whose number changed last, or who spoke last, comes last. */
    private final List<Set<Source>> bySize = new ArrayList<>();

    /** Where reports come from. Compared as an object. */
    private static final class Source {
        final long key;
        final Set<Reporter> reporters = new LinkedHashSet<>();

        Source(long key) {
            this.key = key;
        }
    }

    UntrustedReports() {
        for (int size = 0; size <= SurfaceAwareness.MAX_OF_SOURCE + 1; size++) {
            bySize.add(new LinkedHashSet<>());
        }
    }

    Collection<Report> values() {
        return reports.values();
    }

    /** What a reporter said before, which is forgotten; {@code null} if nothing. */
    Report remove(Reporter reporter) {
        Report removed = reports.remove(reporter);
        if (removed != null) {
            forget(reporter);
        }
        return removed;
    }

    private void forget(Reporter reporter) {
        Source source = sources.get(SourceKey.of(reporter.physical()));
        leaveSize(source);
        source.reporters.remove(reporter);
        if (source.reporters.isEmpty()) {
            sources.remove(source.key);
        } else {
            joinSize(source);
        }
    }

    private void leaveSize(Source source) {
        bySize.get(source.reporters.size()).remove(source);
    }

    private void joinSize(Source source) {
        bySize.get(source.reporters.size()).add(source);
    }

    /** Forgets what matches. */
    void removeIf(BiPredicate<Reporter, Report> condition) {
        Iterator<Map.Entry<Reporter, Report>> each = reports.entrySet().iterator();
        while (each.hasNext()) {
            Map.Entry<Reporter, Report> entry = each.next();
            if (condition.test(entry.getKey(), entry.getValue())) {
                each.remove();
                forget(entry.getKey());
            }
        }
    }

    /** Notes what a reporter says that has nothing here. */
    void add(Reporter reporter, Report report) {
        reports.put(reporter, report);
        Source source = sources.computeIfAbsent(SourceKey.of(reporter.physical()), Source::new);
        leaveSize(source);
        source.reporters.add(reporter);
        joinSize(source);
        if (source.reporters.size() > SurfaceAwareness.MAX_OF_SOURCE) {
            remove(source.reporters.iterator().next());
        } else if (reports.size() > SurfaceAwareness.MAX_REPORTS) {
            remove(largest().reporters.iterator().next());
        }
    }

    private Source largest() {
        for (int size = SurfaceAwareness.MAX_OF_SOURCE; size > 0; size--) {
            Iterator<Source> first = bySize.get(size).iterator();
            if (first.hasNext()) {
                return first.next();
            }
        }
        throw new IllegalStateException("nobody has said anything");
    }
}
