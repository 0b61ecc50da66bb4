package io.ztnio.tcpip.packetdrill.script;

import java.util.ArrayList;
import java.util.List;

/** An option of a TCP segment, with the numbers it carries: those of a script, or those on the wire. */
public record TcpOption(Kind kind, List<Long> numbers) {
    public enum Kind {
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

    public TcpOption {
        numbers = List.copyOf(numbers);
    }

    /** Whether it is there for the alignment of others only. */
    public boolean isPadding() {
        return kind == Kind.NO_OPERATION || kind == Kind.END;
    }

    public static List<TcpOption> withoutPadding(List<TcpOption> options) {
        return options.stream().filter(option -> !option.isPadding()).toList();
    }

    @Override
    public String toString() {
        if (kind == Kind.TIMESTAMP) {
            return kind.text + " val " + numbers.get(0) + " ecr " + numbers.get(1);
        }
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < numbers.size(); i += kind == Kind.SACK ? 2 : 1) {
            parts.add(numbers.get(i) + (kind == Kind.SACK ? ":" + numbers.get(i + 1) : ""));
        }
        return parts.isEmpty() ? kind.text : kind.text + " " + String.join(" ", parts);
    }
}
