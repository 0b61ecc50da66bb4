package io.ztnio.tcpip.tcp.congestion;

import java.util.Locale;

/** The congestion controls to choose from, per process and per socket. */
public enum CongestionAlgorithm {
    /** CUBIC (RFC 9438) with HyStart++ (RFC 9406). */
    CUBIC,
    /** NewReno (RFC 5681, 6582). */
    RENO,
    /** BBR version 3 (draft-ietf-ccwg-bbr). */
    BBR;

    /** The name that the socket option uses: lower case. */
    public String optionName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The algorithm of a name, whatever its case.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static CongestionAlgorithm of(String name) {
        for (CongestionAlgorithm algorithm : values()) {
            if (algorithm.name().equalsIgnoreCase(name)) {
                return algorithm;
            }
        }
        throw new IllegalArgumentException("Invalid value '" + name + "'");
    }

    /**
     * The control of a new connection.
     *
     * @param initialSegments the initial window (RFC 6928)
     * @param restartsIdle whether a connection that was idle starts with that window again (RFC 5681 4.1)
     * @param seed of what an algorithm does at random
     */
    public CongestionControl create(int initialSegments, boolean restartsIdle, long seed) {
        return switch (this) {
            case CUBIC -> new CubicCongestionControl(initialSegments, restartsIdle);
            case RENO -> new NewReno(initialSegments, restartsIdle);
            case BBR -> new BbrCongestionControl(initialSegments, seed);
        };
    }
}
