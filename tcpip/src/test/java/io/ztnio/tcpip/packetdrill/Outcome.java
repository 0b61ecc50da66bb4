package io.ztnio.tcpip.packetdrill;

import java.util.List;

/**
 * What came of a script.
 *
 * @param kind one of three
 * @param line of the first difference, else 0
 * @param reason the first difference, or what is not ours; empty for a pass
 * @param skipped fields of {@code tcp_info} that this stack does not have, whose assertions were not evaluated
 * @param unexpected packets that were sent and that no line spoke of, behind the last line of the script
 */
record Outcome(Kind kind, int line, String reason, List<String> skipped, List<String> unexpected) {
    enum Kind {
        PASS("pass"),
        DIFFERS("differs"),
        OUT_OF_SCOPE("out of scope");

        private final String text;

        Kind(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    Outcome {
        skipped = List.copyOf(skipped);
        unexpected = List.copyOf(unexpected);
    }

    static Outcome outOfScope(String feature) {
        return new Outcome(Kind.OUT_OF_SCOPE, 0, feature, List.of(), List.of());
    }

    /** The reason with its line, or what a pass did without. */
    String detail() {
        if (kind == Kind.DIFFERS) {
            return "line " + line + ": " + reason;
        }
        return kind == Kind.PASS && !skipped.isEmpty() ? "without " + String.join(", ", skipped) : reason;
    }
}
