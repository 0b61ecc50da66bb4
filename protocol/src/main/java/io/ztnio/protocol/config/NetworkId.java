package io.ztnio.protocol.config;

import java.util.HexFormat;

/** Network IDs: 64 bits in a {@code long}, the controller's address above 24 bits of its choice. Thread-safe. */
public final class NetworkId {
    private NetworkId() {}

    /** Address of the network's controller. */
    public static long controller(long networkId) {
        return networkId >>> 24;
    }

    /** The network number {@code number}, 24 bits, of a controller. */
    public static long of(long controller, int number) {
        return controller << 24 | (number & 0xffffff);
    }

    /** Whether the network has no controller ({@code protocol.md} 6.10). */
    public static boolean isAdHoc(long networkId) {
        return networkId >>> 56 == 0xff;
    }

    /** Sixteen lower-case hexadecimal digits. */
    public static String format(long networkId) {
        return HexFormat.of().toHexDigits(networkId);
    }

    /**
     * Reads sixteen hexadecimal digits.
     *
     * @throws IllegalArgumentException if {@code text} is anything else, or zero
     */
    public static long parse(String text) {
        if (!text.matches("[0-9a-fA-F]{16}") || text.matches("0+")) {
            throw new IllegalArgumentException("'" + text + "' is not a network ID (16 hexadecimal digits)");
        }
        return Long.parseUnsignedLong(text, 16);
    }
}
