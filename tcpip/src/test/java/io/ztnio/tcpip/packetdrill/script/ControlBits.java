package io.ztnio.tcpip.packetdrill.script;

/** The control bits of TCP as scripts write them. */
public final class ControlBits {
    /** Their letters, the lowest bit first. */
    static final String LETTERS = "FSRP.UEW";

    /** The order in which scripts have them. */
    private static final String ORDER = "SFRPEWU.";

    private ControlBits() {}

    /** The bits of letters; {@code -} is none. */
    public static int of(String letters) {
        int bits = 0;
        for (int i = 0; i < letters.length(); i++) {
            if (letters.charAt(i) != '-') {
                bits |= of(letters.charAt(i));
            }
        }
        return bits;
    }

    /** The bit of a letter. */
    public static int of(char letter) {
        return 1 << LETTERS.indexOf(letter);
    }

    /** The letters of bits. */
    public static String text(int bits) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < ORDER.length(); i++) {
            if ((bits & of(ORDER.charAt(i))) != 0) {
                out.append(ORDER.charAt(i));
            }
        }
        return out.isEmpty() ? "-" : out.toString();
    }
}
