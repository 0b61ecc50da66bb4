package io.ztnio.tcpip.packetdrill;

import io.ztnio.tcpip.packetdrill.script.OutOfScope;
import io.ztnio.tcpip.packetdrill.script.Value;
import java.util.Map;

/** Numbers of constants that scripts name. */
final class Numbers {
    private static final Map<String, Long> NAMED = Map.ofEntries(
            Map.entry("IPTOS_LOWDELAY", 0x10L), Map.entry("IPTOS_DSCP_CS1", 0x20L), Map.entry("IPTOS_DSCP_CS7", 0xe0L));

    private Numbers() {}

    /** @throws OutOfScope for a constant that is not known here */
    static long of(Value value) {
        if (value instanceof Value.Int number) {
            return number.number();
        }
        if (value instanceof Value.Flags flags) {
            return flags.parts().stream().mapToLong(Numbers::of).reduce(0, (a, b) -> a | b);
        }
        if (value instanceof Value.Name name && NAMED.containsKey(name.word())) {
            return NAMED.get(name.word());
        }
        throw new OutOfScope("constant " + value);
    }
}
