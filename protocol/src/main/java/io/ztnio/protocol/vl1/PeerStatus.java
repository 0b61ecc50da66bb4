package io.ztnio.protocol.vl1;

import io.ztnio.protocol.identity.Address;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/**
 * A peer as it was at one moment, for people to look at. Immutable.
 *
 * @param version {@code major.minor.revision}, or empty while unknown
 * @param protocolVersion 0 while unknown
 * @param latencyMillis round trip, -1 while unknown
 * @param direct whether a direct path is usable; otherwise packets go through a root
 * @param lastReceiveMillis epoch milliseconds, or -1 if nothing has come yet
 * @param bond if several links are used together
 * @param tally counts since it is known
 */
public record PeerStatus(
        long address,
        String version,
        int protocolVersion,
        Role role,
        int latencyMillis,
        boolean direct,
        long lastReceiveMillis,
        List<PathStatus> paths,
        Optional<BondStatus> bond,
        Tally tally) {
    /**
     * What was counted for as long as the peer has been known.
     *
     * @param packetsIn authentic ones
     * @param damaged packets in its name that were not authentic
     * @param latencies for each of {@link #LATENCY_BOUNDS} how often the round trip was at most that, and how often it was known;
     *     empty for never
     * @param latencySumMillis of these all together
     */
    public record Tally(long packetsIn, long packetsOut, long damaged, List<Long> latencies, long latencySumMillis) {
        /** Nothing has been counted. */
        public static final Tally NONE = new Tally(0, 0, 0, List.of(), 0);

        /** In milliseconds, rising: those of the daemon's metrics. */
        public static final List<Integer> LATENCY_BOUNDS = List.of(1, 3, 6, 10, 30, 60, 100, 300, 600, 1000);

        public Tally {
            latencies = List.copyOf(latencies);
        }
    }

    /**
     * One physical path.
     *
     * @param lastSendMillis epoch milliseconds, or -1 if nothing has gone yet
     * @param lastReceiveMillis epoch milliseconds
     * @param preferred whether packets take this path; of a bond's, one of those that they take
     * @param mtuBytes longest datagram by it at the moment
     */
    public record PathStatus(
            int socket,
            InetSocketAddress remote,
            long lastSendMillis,
            long lastReceiveMillis,
            int latencyMillis,
            boolean usable,
            boolean preferred,
            int mtuBytes) {}

    /**
     * How several links are used together.
     *
     * @param watched how many paths are watched
     * @param eligible how many of these work
     * @param links in the order of the paths, those that are not watched too
     */
    public record BondStatus(Bonding.Terms terms, int watched, int eligible, List<LinkStatus> links) {
        public BondStatus {
            links = List.copyOf(links);
        }
    }

    /**
     * A path as part of a bond.
     *
     * @param name of the local interface; empty while unknown
     * @param inUse whether packets may take it
     * @param eligible whether it works, used or not
     * @param latencyMillis one way; 0 while unknown
     * @param jitterMillis mean deviation of the latency
     * @param loss share of the last 64 heartbeats, 0 to 1
     * @param share of the packets that it is worth, 0 to 1
     * @param flows that are on it, as far as they are told apart
     * @param capacity as configured, or 0
     */
    public record LinkStatus(
            String name,
            boolean inUse,
            boolean eligible,
            double latencyMillis,
            double jitterMillis,
            double loss,
            double share,
            int flows,
            int capacity) {
        /** Of a path more than are watched. */
        public static final LinkStatus UNWATCHED = new LinkStatus("", false, false, 0, 0, 0, 0, 0, 0);
    }

    public PeerStatus {
        paths = List.copyOf(paths);
    }

    @Override
    public String toString() {
        return Address.format(address) + " " + version + " " + role + " " + latencyMillis + " ms "
                + (direct ? "DIRECT" : "RELAY") + " " + paths;
    }
}
