package io.ztnio.tcpip;

/**
 * The ports of sockets that chose none (RFC 6056).
 *
 * @param first 1 to 65,535
 * @param last {@code first} to 65,535
 */
public record EphemeralPorts(int first, int last) {
    /** What Linux has: 32768 to 60999. */
    public static final EphemeralPorts DEFAULT = new EphemeralPorts(32_768, 60_999);

    public EphemeralPorts {
        if (first < 1 || last < first || last > 65_535) {
            throw new IllegalArgumentException("ports " + first + " to " + last);
        }
    }

    /** How many there are. */
    public int count() {
        return last - first + 1;
    }
}
