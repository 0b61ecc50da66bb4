package io.ztnio.tools.tunnel;

/**
 * What a datagram tunnel has done so far. Immutable.
 *
 * @param sessions clients that came
 * @param open sessions now
 * @param dropped datagrams for which there was no room, no route or no receiver
 */
public record DatagramCounts(
        long sessions,
        long open,
        long datagramsToTarget,
        long datagramsToClients,
        long bytesToTarget,
        long bytesToClients,
        long dropped) {}
