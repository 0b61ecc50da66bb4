package io.ztnio.tcpip.tcp;

import io.ztnio.tcpip.tcp.config.ScenarioConfig;
import io.ztnio.tcpip.tcp.config.TcpConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * Where both ends of a connection start to count, so that the numbers pass 2^31 or 2^32 (which is 0) while data flows.
 *
 * @param name for reports
 * @param own our initial sequence number, or empty for the one of RFC 6528
 * @param peer the peer's
 * @param ownTimestamp our first timestamp, or empty for the one of RFC 7323 5.4
 * @param peerTimestamp what the peer's timestamps are counted from
 */
record SequenceStart(String name, OptionalInt own, int peer, OptionalInt ownTimestamp, int peerTimestamp) {
    /** Numbers as they come. */
    static final SequenceStart ORDINARY =
            new SequenceStart("no crossing", OptionalInt.empty(), 10_000, OptionalInt.empty(), 0);

    private static final int SIGN = 1 << 31;

    /**
     * The starts of a scenario: its SYN is the last number before the crossing, or the crossing is behind it, in the first
     * segment, between the first and the second (their payload is 1000 bytes), or well inside a flight. Timestamps cross
     * too; ours only 2^31, as scripts write 0 for an echo that says nothing.
     */
    static List<SequenceStart> all() {
        List<SequenceStart> starts = new ArrayList<>();
        starts.add(ORDINARY);
        starts.add(crossing(SIGN, SIGN, 0, 1));
        starts.add(crossing(0, 0, 0, 100));
        for (int before : new int[] {1, 2, 100, 1000, 5500}) {
            starts.add(crossing(SIGN, SIGN, before, before == 1 ? 6 : before));
            starts.add(crossing(0, 0, before, before == 1 ? 6 : before));
        }
        starts.add(crossing(0, SIGN, 100, 8));
        starts.add(crossing(SIGN, 0, 1000, 15));
        return starts;
    }

    /** Some of {@link #all()} with each kind of crossing; all with {@code -Dztnio.sequence.starts=all}. */
    static List<SequenceStart> ofABuild() {
        if ("all".equals(System.getProperty("ztnio.sequence.starts"))) {
            return all();
        }
        return List.of(
                ORDINARY,
                crossing(SIGN, SIGN, 0, 1),
                crossing(0, 0, 100, 100),
                crossing(0, SIGN, 100, 8),
                crossing(SIGN, 0, 1000, 15));
    }

    private static SequenceStart crossing(int own, int peer, int before, int timestampsBefore) {
        String name = "%d before %s, the peer before %s".formatted(before, name(own), name(peer));
        return new SequenceStart(
                name,
                OptionalInt.of(own - before),
                peer - before,
                OptionalInt.of(SIGN - timestampsBefore),
                peer - timestampsBefore);
    }

    private static String name(int number) {
        return number == 0 ? "2^32" : "2^31";
    }

    @Override
    public String toString() {
        return name;
    }

    /** The settings of our end, with a clock that shows {@code nowNanos} at its start. */
    TcpConfig own(TcpConfig.Builder config, long nowNanos) {
        own.ifPresent(number -> ScenarioConfig.firstSequence(config, number));
        ownTimestamp.ifPresent(
                first -> ScenarioConfig.timestampOffset(config, first - (int) (nowNanos / ScriptedPeer.MILLISECOND)));
        return config.build();
    }

    /** The settings of the peer's end where that is a stack too. */
    TcpConfig peer(TcpConfig.Builder config, long nowNanos) {
        if (own.isPresent()) {
            ScenarioConfig.firstSequence(config, peer);
            ScenarioConfig.timestampOffset(config, peerTimestamp - (int) (nowNanos / ScriptedPeer.MILLISECOND));
        }
        return config.build();
    }
}
