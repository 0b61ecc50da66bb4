package io.ztnio.tcpip.packetdrill;

import java.util.ArrayList;
import java.util.List;

/** An option of a TCP segment, with the numbers it carries: those of a script, or those on the wire. */
record TcpOption(Kind kind, List<Long> numbers) {
    enum Kind {
        END("eol"),
        NO_OPERATION("nop"),
        SEGMENT_SIZE("mss"),
        WINDOW_SCALE("wscale"),
        SACK_PERMITTED("sackOK"),
        SACK("sack"),
        TIMESTAMP("TS"),
        OTHER("kind");

        private final String text;

        Kind(String text) {
            this.text = text;
        }
    }

    TcpOption {
        numbers = List.copyOf(numbers);
    }

    /** Whether it is there for the alignment of others only. */
    boolean isPadding() {
        return kind == Kind.NO_OPERATION || kind == Kind.END;
    }

    static List<TcpOption> withoutPadding(List<TcpOption> options) {
        return options.stream().filter(option -> !option.isPadding()).toList();
    }

    @Override
    public String toString() {
        StringBuilder out = new StringBuilder(kind.text);
        if (kind == Kind.TIMESTAMP) {
            return out + " val " + numbers.get(0) + " ecr " + numbers.get(1);
        }
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < numbers.size(); i += kind == Kind.SACK ? 2 : 1) {
            parts.add(numbers.get(i) + (kind == Kind.SACK ? ":" + numbers.get(i + 1) : ""));
        }
        return parts.isEmpty() ? out.toString() : out + " " + String.join(" ", parts);
    }
}
