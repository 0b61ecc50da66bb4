package io.ztnio.tcpip.endpoint;

import java.net.InetAddress;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * From which senders multicasts to a group are wanted: from all but some, or from some only (RFC 3376 2).
 *
 * <p>Thread: immutable.
 *
 * @param exclude whether {@code sources} are those not wanted; else they are the only ones wanted
 * @param sources unicast addresses of the group's IP version
 */
public record SourceFilter(boolean exclude, Set<InetAddress> sources) {
    /** Nothing is wanted: not a member. */
    public static final SourceFilter NONE = new SourceFilter(false, Set.of());

    /** Everything is wanted. */
    public static final SourceFilter ANY = new SourceFilter(true, Set.of());

    public SourceFilter {
        sources = Collections.unmodifiableSet(new LinkedHashSet<>(sources));
    }

    /** Every source but these. */
    public static SourceFilter except(Set<InetAddress> sources) {
        return new SourceFilter(true, sources);
    }

    /** These sources. */
    public static SourceFilter only(Set<InetAddress> sources) {
        return new SourceFilter(false, sources);
    }

    /** Whether no source at all is wanted. */
    public boolean isNone() {
        return !exclude && sources.isEmpty();
    }

    /** Whether multicasts of a source are wanted. */
    public boolean accepts(InetAddress source) {
        return exclude != sources.contains(source);
    }

    /** The filter that accepts what at least one of two accepts (RFC 3376 3.2). */
    public SourceFilter or(SourceFilter other) {
        Set<InetAddress> joined = new LinkedHashSet<>(exclude || !other.exclude ? sources : other.sources);
        if (exclude && other.exclude) {
            joined.retainAll(other.sources);
        } else if (exclude) {
            joined.removeAll(other.sources);
        } else if (other.exclude) {
            joined.removeAll(sources);
        } else {
            joined.addAll(other.sources);
        }
        return new SourceFilter(exclude || other.exclude, joined);
    }
}
