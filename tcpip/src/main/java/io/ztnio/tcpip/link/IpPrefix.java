package io.ztnio.tcpip.link;

import java.net.InetAddress;

/**
 * An IP address with the length of its network prefix. Host bits may be set: an own address is written this way too.
 *
 * @param address IPv4 or IPv6
 * @param bits prefix length, 0 to 32 or 0 to 128
 */
public record IpPrefix(InetAddress address, int bits) {
    public IpPrefix {
        int width = address.getAddress().length * 8;
        if (bits < 0 || bits > width) {
            throw new IllegalArgumentException("prefix length " + bits + " is not within 0 to " + width);
        }
    }

    /** Whether the first {@link #bits} bits of {@code other} are this prefix's; false for the other IP version. */
    public boolean contains(InetAddress other) {
        byte[] mine = address.getAddress();
        byte[] theirs = other.getAddress();
        if (mine.length != theirs.length) {
            return false;
        }
        int whole = bits / 8;
        for (int i = 0; i < whole; i++) {
            if (mine[i] != theirs[i]) {
                return false;
            }
        }
        int rest = bits % 8;
        return rest == 0 || ((mine[whole] ^ theirs[whole]) & 0xff & (0xff << (8 - rest))) == 0;
    }

    @Override
    public String toString() {
        return address.getHostAddress() + "/" + bits;
    }
}
