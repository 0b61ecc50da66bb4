package io.ztnio.provider;

import java.util.List;

/**
 * What {@link ZeroTier#install()} could do. Immutable.
 *
 * @param steps one for each part of the JDK that could be put on the networks
 */
public record InstallReport(List<Step> steps) {
    /** A part of the JDK that opens sockets or looks up names. */
    public enum Part {
        /** Channels and selectors. */
        CHANNELS,
        /** Asynchronous channels. */
        ASYNCHRONOUS_CHANNELS,
        /** Look-ups of {@code InetAddress}. */
        NAMES,
        /** {@code Socket}, {@code ServerSocket} and {@code DatagramSocket}, and what stands on them. */
        JAVA_NET_SOCKETS,
        /** The place behind the shutdown hooks of the program. */
        SHUTDOWN_SLOT
    }

    /**
     * A part with its outcome.
     *
     * @param installed whether it is on the networks now
     * @param reason why not, and what to do; empty if it is
     */
    public record Step(Part part, boolean installed, String reason) {}

    public InstallReport {
        steps = List.copyOf(steps);
    }

    /** Whether a part is on the networks now. */
    public boolean isInstalled(Part part) {
        return steps.stream().anyMatch(step -> step.part() == part && step.installed());
    }

    /** A line for each part, for a log. */
    @Override
    public String toString() {
        return String.join(
                System.lineSeparator(),
                steps.stream()
                        .map(step -> step.part() + ": " + (step.installed() ? "installed" : "not, " + step.reason()))
                        .toList());
    }
}
