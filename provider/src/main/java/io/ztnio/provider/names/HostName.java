package io.ztnio.provider.names;

import java.net.IDN;
import java.util.Locale;

/**
 * A host name in the form in which names are compared: ASCII (RFC 5891), small letters, no dot at its end. Immutable.
 *
 * @param text the name
 * @param isAbsolute whether there was a dot at its end: it is not to be completed
 */
record HostName(String text, boolean isAbsolute) {
    static HostName of(String name) {
        String ascii = ascii(name).toLowerCase(Locale.ROOT);
        return ascii.endsWith(".")
                ? new HostName(ascii.substring(0, ascii.length() - 1), true)
                : new HostName(ascii, false);
    }

    private static String ascii(String name) {
        if (name.chars().allMatch(c -> c < 0x80)) {
            return name;
        }
        try {
            return IDN.toASCII(name, IDN.ALLOW_UNASSIGNED);
        } catch (IllegalArgumentException e) {
            // No domain name: it is compared as it is.
            return name;
        }
    }

    /** Whether it is a single label. */
    boolean isBare() {
        return !isAbsolute && text.indexOf('.') < 0;
    }

    /** Whether it is {@code domain} or below it. */
    boolean isWithin(String domain) {
        return text.equals(domain) || text.endsWith("." + domain);
    }

    /** RFC 6761 6.3: it is always this machine. */
    boolean isLocalHost() {
        return isWithin("localhost");
    }
}
