package io.ztnio.provider.config;

import io.ztnio.protocol.vl1.PathRules;
import java.util.List;
import java.util.OptionalInt;

/**
 * How a node's packets find their ways outside, as {@code local.conf} of its home says. Immutable.
 *
 * @param rules about physical addresses
 * @param ignoredInterfaces beginnings of the names of interfaces whose addresses peers are not told
 * @param secondPort a second UDP port, 0 for a free one; empty for none
 */
public record PathSettings(PathRules rules, List<String> ignoredInterfaces, OptionalInt secondPort) {
    /** Nothing is said. */
    public static final PathSettings NONE = new PathSettings(PathRules.NONE, List.of(), OptionalInt.empty());

    public PathSettings {
        ignoredInterfaces = List.copyOf(ignoredInterfaces);
    }
}
