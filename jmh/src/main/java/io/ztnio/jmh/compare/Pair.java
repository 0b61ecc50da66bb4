package io.ztnio.jmh.compare;

/** One benchmark, measured before and after. Both have the same unit. */
record Pair(Measured before, Measured after) {
    /** What can be said of a pair. */
    enum Verdict {
        FASTER("faster"),
        SLOWER("slower"),
        /** The intervals of both overlap. */
        SAME("no difference that is beyond the errors"),
        /** JMH gives no errors for less than three iterations. */
        UNKNOWN("errors are not known: three iterations are needed, in all forks together");

        private final String words;

        Verdict(String words) {
            this.words = words;
        }

        @Override
        public String toString() {
            return words;
        }
    }

    String name() {
        return before.name();
    }

    /** How fast it is now, where it was 1. */
    double speed() {
        return before.higherIsBetter() ? after.score() / before.score() : before.score() / after.score();
    }

    /** As for {@link Measured#error}, of {@link #speed}; the errors of both are independent. */
    double error() {
        return speed() * Math.hypot(before.error() / before.score(), after.error() / after.score());
    }

    Verdict verdict() {
        double margin = before.error() + after.error();
        if (Double.isNaN(margin)) {
            return Verdict.UNKNOWN;
        }
        if (Math.abs(after.score() - before.score()) <= margin) {
            return Verdict.SAME;
        }
        return speed() > 1 ? Verdict.FASTER : Verdict.SLOWER;
    }
}
