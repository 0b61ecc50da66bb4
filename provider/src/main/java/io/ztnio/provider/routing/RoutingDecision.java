package io.ztnio.provider.routing;

import java.util.Objects;

/**
 * Which stack an address is for, and why if that is neither. Immutable.
 *
 * @param reason a sentence: for {@link Verdict#UNAVAILABLE} what is wrong and what to do, for {@link Verdict#PENDING}
 *     what is waited for; else empty
 */
public record RoutingDecision(Verdict verdict, String reason) {
    public static final RoutingDecision HOST = new RoutingDecision(Verdict.HOST, "");
    public static final RoutingDecision VIRTUAL = new RoutingDecision(Verdict.VIRTUAL, "");

    public RoutingDecision {
        Objects.requireNonNull(verdict, "verdict");
        Objects.requireNonNull(reason, "reason");
    }

    public static RoutingDecision pending(String reason) {
        return new RoutingDecision(Verdict.PENDING, reason);
    }

    public static RoutingDecision unavailable(String reason) {
        return new RoutingDecision(Verdict.UNAVAILABLE, reason);
    }

    /** Whether this is the last word for now: anything but {@link Verdict#PENDING}. */
    public boolean isDecided() {
        return verdict != Verdict.PENDING;
    }
}
