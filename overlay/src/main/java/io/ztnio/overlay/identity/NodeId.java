package io.ztnio.overlay.identity;

import java.util.HexFormat;
import java.util.Locale;

/** The text form of a node id: ten hexadecimal digits for 40 bits in a {@code long}. Stateless. */
public final class NodeId {
    /** Bytes of a node id. */
    public static final int LENGTH = 5;

    private static final int DIGITS = 2 * LENGTH;
    private static final int FIRST_BYTE_SHIFT = 32;
    private static final int RESERVED_FIRST_BYTE = 0xff;

    private NodeId() {}

    /** Whether a node may have this id: 40 bits, not 0, the first byte not 0xff. */
    public static boolean isValid(long id) {
        long first = id >>> FIRST_BYTE_SHIFT;
        return id != 0 && first < RESERVED_FIRST_BYTE;
    }

    /** Ten digits. */
    public static String format(long id) {
        return HexFormat.of().toHexDigits(id, DIGITS);
    }

    /**
     * Reads ten digits, with or without {@code 0x} in front.
     *
     * @throws IllegalArgumentException saying what is expected
     */
    public static long parse(String text) {
        String digits = text.strip().toLowerCase(Locale.ROOT);
        if (digits.startsWith("0x")) {
            digits = digits.substring(2);
        }
        if (digits.length() == DIGITS && digits.chars().allMatch(HexFormat::isHexDigit)) {
            long id = Long.parseLong(digits, 16);
            if (isValid(id)) {
                return id;
            }
        }
        throw new IllegalArgumentException(
                "'" + text + "' is not a node id: ten hexadecimal digits such as 8e4df28b72, not beginning with ff");
    }
}
