package io.ztnio.protocol.limit;

import io.ztnio.protocol.wire.BigEndian;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * Who counts as one source of datagrams: an IPv4 address, an IPv6 /64, which is what one subscriber has, and on the loopback
 * interface a port, because there all nodes share an address. Thread-safe.
 */
public final class SourceKey {
    private static final long IPV4 = 0xffffL << 32;
    private static final long LOOPBACK = 0xfffeL << 32;

    private SourceKey() {}

    /** The source's number; sources that are not the same have different ones. */
    public static long of(InetSocketAddress from) {
        InetAddress ip = from.getAddress();
        if (ip.isLoopbackAddress()) {
            return LOOPBACK | from.getPort();
        }
        byte[] bytes = ip.getAddress();
        return bytes.length == 4 ? IPV4 | (BigEndian.getInt(bytes, 0) & 0xffff_ffffL) : BigEndian.getLong(bytes, 0);
    }
}
