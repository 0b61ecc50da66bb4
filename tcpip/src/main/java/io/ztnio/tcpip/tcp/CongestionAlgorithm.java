package io.ztnio.tcpip.tcp;

import java.util.Locale;

/** The congestion controls to choose from, per process ({@link TcpConfig}) and per socket. */
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

    CongestionControl create(TcpConfig config, long seed) {
        return switch (this) {
            case CUBIC -> new CubicCongestionControl(config);
            case RENO -> new NewReno(config);
            case BBR -> new BbrCongestionControl(config.initialWindowSegments, seed);
        };
    }
}
