package io.ztnio.it.lab;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;

/**
 * The IPv6 addresses that a member has by rule ({@code protocol.md} 7.5), computed here apart from the code under test.
 *
 * <p>Thread: thread-safe.
 */
public final class Addresses {
    private Addresses() {}

    /**
     * The RFC 4193 address.
     *
     * @param network 16 hexadecimal digits
     * @param member 10 hexadecimal digits
     */
    public static String rfc4193(String network, String member) {
        return literal("fd" + network + "9993" + member);
    }

    /** The 6PLANE address, the first of the member's /80. */
    public static String sixPlane(String network, String member) {
        int folded = Integer.parseUnsignedInt(network.substring(0, 8), 16)
                ^ Integer.parseUnsignedInt(network.substring(8), 16);
        return literal("fc" + HexFormat.of().toHexDigits(folded) + member + "000000000001");
    }

    /** An address literal in the one form that these tests compare. */
    public static String normal(String literal) {
        try {
            return InetAddress.getByName(literal).getHostAddress();
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(literal, e);
        }
    }

    private static String literal(String hex) {
        try {
            return InetAddress.getByAddress(HexFormat.of().parseHex(hex)).getHostAddress();
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(hex, e);
        }
    }
}
