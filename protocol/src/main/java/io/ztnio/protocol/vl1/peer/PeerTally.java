package io.ztnio.protocol.vl1.peer;

import io.ztnio.protocol.vl1.PeerStatus.Tally;
import java.util.ArrayList;
import java.util.List;

/** What is counted of one peer for as long as it is known. Thread: confined to the node. */
public final class PeerTally {
    private static final int[] BOUNDS =
            Tally.LATENCY_BOUNDS.stream().mapToInt(Integer::intValue).toArray();

    private long packetsIn;
    private long packetsOut;
    private long damaged;
    private long latencySumMillis;

    /** One for each bound and one for what is above; made by the first latency, for most peers of a root have none. */
    private long[] latencies;

    PeerTally() {}

    /** An authentic packet came. */
    public void received() {
        packetsIn++;
    }

    /** A packet to it was sent. */
    public void sent() {
        packetsOut++;
    }

    /** A packet came in its name that was not authentic. */
    public void damaged() {
        damaged++;
    }

    /** Counts how long a round trip takes now; nothing while that is not known. */
    public void latency(int millis) {
        if (millis < 0) {
            return;
        }
        if (latencies == null) {
            latencies = new long[BOUNDS.length + 1];
        }
        int bucket = 0;
        while (bucket < BOUNDS.length && millis > BOUNDS[bucket]) {
            bucket++;
        }
        latencies[bucket]++;
        latencySumMillis += millis;
    }

    /** As it is now. */
    public Tally snapshot() {
        List<Long> atMost = new ArrayList<>();
        long total = 0;
        for (int i = 0; latencies != null && i < latencies.length; i++) {
            total += latencies[i];
            atMost.add(total);
        }
        return new Tally(packetsIn, packetsOut, damaged, atMost, latencySumMillis);
    }
}
