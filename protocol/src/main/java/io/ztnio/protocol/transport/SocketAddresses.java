package io.ztnio.protocol.transport;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/**
 * Linux's {@code sockaddr_in} (16 bytes: family, port, address, 8 unused) and {@code sockaddr_in6} (28 bytes: family,
 * port, flow, address, scope), at the beginning of buffers in the platform's byte order. Sockets of family IPv6 show IPv4 addresses as
 * {@code ::ffff:a.b.c.d}.
 *
 * <p>Thread: an object with its cache belongs to one thread.
 */
final class SocketAddresses {
    static final int AF_INET = 2;
    static final int IPV4_LENGTH = 16;
    static final int IPV6_LENGTH = 28;

    /** Room for either, in whole words. */
    static final int ROOM = 32;

    private static final int PORT = 2;
    private static final int IPV4_ADDRESS = 4;
    private static final int IPV6_ADDRESS = 8;
    private static final int SCOPE = 24;
    private static final int CACHE_SLOTS = 256;

    /** The raw addresses seen lately and their objects, so that nothing is allocated for each datagram. */
    private final long[] cachedWords = new long[CACHE_SLOTS * 4];

    private final InetSocketAddress[] cached = new InetSocketAddress[CACHE_SLOTS];

    /**
     * Writes an address for a socket of a family.
     *
     * @return its length, or 0 if a socket of that family cannot reach it
     */
    static int write(ByteBuffer raw, int family, InetSocketAddress address) {
        byte[] ip = address.getAddress().getAddress();
        for (int word = 0; word < ROOM; word += Long.BYTES) {
            raw.putLong(word, 0);
        }
        raw.putShort(0, (short) family);
        raw.put(PORT, (byte) (address.getPort() >>> 8));
        raw.put(PORT + 1, (byte) address.getPort());
        if (family == AF_INET) {
            if (ip.length != 4) {
                return 0;
            }
            raw.put(IPV4_ADDRESS, ip);
            return IPV4_LENGTH;
        }
        if (ip.length == 4) {
            if (!address.getAddress().isAnyLocalAddress()) {
                raw.putShort(IPV6_ADDRESS + 10, (short) 0xffff);
                raw.put(IPV6_ADDRESS + 12, ip);
            }
        } else {
            raw.put(IPV6_ADDRESS, ip);
            raw.putInt(SCOPE, ((Inet6Address) address.getAddress()).getScopeId());
        }
        return IPV6_LENGTH;
    }

    /** Reads an address that the system has written, from the cache if it is there. The rest of the room is 0. */
    InetSocketAddress read(ByteBuffer raw) {
        long a = raw.getLong(0);
        long b = raw.getLong(8);
        long c = raw.getLong(16);
        long d = raw.getLong(24);
        long hash = (a ^ b * 31 ^ c * 0x9e37 ^ d) * 0x9e3779b97f4a7c15L;
        int slot = (int) (hash >>> 56) & (CACHE_SLOTS - 1);
        int word = slot * 4;
        InetSocketAddress known = cached[slot];
        if (known != null
                && cachedWords[word] == a
                && cachedWords[word + 1] == b
                && cachedWords[word + 2] == c
                && cachedWords[word + 3] == d) {
            return known;
        }
        InetSocketAddress address = parse(raw);
        cachedWords[word] = a;
        cachedWords[word + 1] = b;
        cachedWords[word + 2] = c;
        cachedWords[word + 3] = d;
        cached[slot] = address;
        return address;
    }

    private static InetSocketAddress parse(ByteBuffer raw) {
        int port = ((raw.get(PORT) & 0xff) << 8) | (raw.get(PORT + 1) & 0xff);
        try {
            if (raw.getShort(0) == AF_INET) {
                return new InetSocketAddress(Inet4Address.getByAddress(bytes(raw, IPV4_ADDRESS, 4)), port);
            }
            boolean mapped = raw.getLong(IPV6_ADDRESS) == 0
                    && raw.getShort(IPV6_ADDRESS + 8) == 0
                    && raw.getShort(IPV6_ADDRESS + 10) == (short) 0xffff;
            if (mapped) {
                return new InetSocketAddress(Inet4Address.getByAddress(bytes(raw, IPV6_ADDRESS + 12, 4)), port);
            }
            int scope = raw.getInt(SCOPE);
            byte[] ip = bytes(raw, IPV6_ADDRESS, 16);
            InetAddress address =
                    scope == 0 ? Inet6Address.getByAddress(null, ip, -1) : Inet6Address.getByAddress(null, ip, scope);
            return new InetSocketAddress(address, port);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("4 and 16 bytes are addresses", e);
        }
    }

    private static byte[] bytes(ByteBuffer raw, int offset, int length) {
        byte[] bytes = new byte[length];
        raw.get(offset, bytes);
        return bytes;
    }
}
