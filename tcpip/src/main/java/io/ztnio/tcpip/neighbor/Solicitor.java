package io.ztnio.tcpip.neighbor;

/** Asks for a neighbour's MAC address. */
interface Solicitor {
    /** Returned by {@link #impliedMac} when an address says nothing of its MAC. */
    long UNKNOWN_MAC = -1;

    /** Sends one request; to the neighbour's known MAC address if {@code unicast}, else to everyone concerned. */
    void solicit(Neighbor neighbor, boolean unicast, long nowNanos);

    /** The MAC address that follows from the IP address alone, or {@link #UNKNOWN_MAC}. */
    long impliedMac(Neighbor neighbor);
}
