package io.ztnio.protocol.portmap;

/**
 * Tells by a gateway's clock whether it has lost its mappings: it counts from 0 then (RFC 6887 section 8.5; RFC 6886 section 3.6 has the
 * same with less tolerance). Thread: confined to its owner.
 */
final class EpochWatch {
    private static final long SLACK_SECONDS = 2;
    private static final long DRIFT_PARTS = 16;

    private long lastEpochSeconds = -1;
    private long lastMillis;

    /**
     * Takes the epoch of an answer.
     *
     * @param nowMillis of any clock that goes forward
     * @return whether the gateway began anew since the last one
     */
    boolean isReset(long epochSeconds, long nowMillis) {
        long server = epochSeconds - lastEpochSeconds;
        long client = (nowMillis - lastMillis) / 1000;
        // A second backwards is an answer that was overtaken.
        boolean reset = lastEpochSeconds >= 0
                && (server < -1
                        || client + SLACK_SECONDS < server - server / DRIFT_PARTS
                        || server + SLACK_SECONDS < client - client / DRIFT_PARTS);
        lastEpochSeconds = epochSeconds;
        lastMillis = nowMillis;
        return reset;
    }
}
