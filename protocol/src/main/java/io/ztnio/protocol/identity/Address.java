package io.ztnio.protocol.identity;

import java.util.HexFormat;

/** ZeroTier addresses: 40 bits in a {@code long} ({@code protocol.md} 1.2). Thread-safe. */
public final class Address {
    /** Bytes on the wire. */
    public static final int LENGTH = 5;

    private Address() {}

    /** Zero, and every address whose first byte is 0xff, belong to nobody. */
    public static boolean isReserved(long address) {
        return address == 0 || address >>> 32 == 0xff;
    }

    /** Ten lower-case hexadecimal digits. */
    public static String format(long address) {
        return HexFormat.of().toHexDigits(address, 2 * LENGTH);
    }

    /**
     * Reads ten hexadecimal digits.
     *
     * @throws IllegalArgumentException if {@code text} is anything else, or a reserved address
     */
    public static long parse(String text) {
        if (!text.matches("[0-9a-fA-F]{10}")) {
            throw new IllegalArgumentException("'" + text + "' is not a ZeroTier address (10 hexadecimal digits)");
        }
        long address = Long.parseLong(text, 16);
        if (isReserved(address)) {
            throw new IllegalArgumentException("'" + text + "' is a reserved address");
        }
        return address;
    }
}
