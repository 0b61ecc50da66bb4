package io.ztnio.protocol.vl1;

import io.ztnio.protocol.identity.Address;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * A peer as it was at one moment, for people to look at. Immutable.
 *
 * @param version {@code major.minor.revision}, or empty while unknown
 * @param protocolVersion 0 while unknown
 * @param latencyMillis round trip, -1 while unknown
 * @param direct whether a direct path is usable; otherwise packets go through a root
 * @param lastReceiveMillis epoch milliseconds, or -1 if nothing has come yet
 */
public record PeerStatus(
        long address,
        String version,
        int protocolVersion,
        Role role,
        int latencyMillis,
        boolean direct,
        long lastReceiveMillis,
        List<PathStatus> paths) {
    /**
     * One physical path.
     *
     * @param lastSendMillis epoch milliseconds, or -1 if nothing has gone yet
     * @param lastReceiveMillis epoch milliseconds
     * @param preferred whether packets take this path
     */
    public record PathStatus(
            int socket,
            InetSocketAddress remote,
            long lastSendMillis,
            long lastReceiveMillis,
            int latencyMillis,
            boolean usable,
            boolean preferred) {}

    public PeerStatus {
        paths = List.copyOf(paths);
    }

    @Override
    public String toString() {
        return Address.format(address) + " " + version + " " + role + " " + latencyMillis + " ms "
                + (direct ? "DIRECT" : "RELAY") + " " + paths;
    }
}
