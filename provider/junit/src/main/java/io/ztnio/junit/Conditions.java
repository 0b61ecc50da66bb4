package io.ztnio.junit;

import java.time.Duration;
import java.util.Objects;

/**
 * How bad a test's network is. Immutable.
 *
 * @param loss share of datagrams that are lost, 0 to 1
 * @param delay how long each datagram travels
 * @param jitter how much longer at most, equally spread
 * @param seed what loss and jitter follow from
 */
public record Conditions(double loss, Duration delay, Duration jitter, long seed) {
    /** Everything arrives at once. */
    public static final Conditions PERFECT = new Conditions(0, Duration.ZERO, Duration.ZERO, 1);

    public Conditions {
        Objects.requireNonNull(delay, "delay");
        Objects.requireNonNull(jitter, "jitter");
        if (!(loss >= 0 && loss <= 1) || delay.isNegative() || jitter.isNegative()) {
            throw new IllegalArgumentException("a loss of " + loss + ", a delay of " + delay + ", a jitter of " + jitter
                    + ": losses are 0 to 1, and times are not negative");
        }
    }
}
