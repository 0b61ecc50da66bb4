package io.ztnio.protocol.transport;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;

/**
 * Linux's {@code sockaddr_in} (16 bytes: family, port, address, 8 unused) and {@code sockaddr_in6} (28 bytes: family,
 * port, flow, address, scope). Sockets of family IPv6 show IPv4 addresses as {@code ::ffff:a.b.c.d}.
 *
 * <p>Thread: an object with its cache belongs to one thread.
 */
final class SocketAddresses {
    static final int IPV4_LENGTH = 16;
    static final int IPV6_LENGTH = 28;

    /** Room for either, in whole words. */
    static final int ROOM = 32;

    private static final int PORT = 2;
    private static final int IPV4_ADDRESS = 4;
    private static final int IPV6_ADDRESS = 8;
    private static final int SCOPE = 24;
    private static final int CACHE_SLOTS = 256;
    private static final long MAPPED = 0xffff;

    private static final ValueLayout.OfShort NATIVE_SHORT = ValueLayout.JAVA_SHORT;
    private static final ValueLayout.OfInt NATIVE_INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong NATIVE_LONG = ValueLayout.JAVA_LONG;
    private static final ValueLayout.OfShort BIG_SHORT = NATIVE_SHORT.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong BIG_LONG = NATIVE_LONG.withOrder(ByteOrder.BIG_ENDIAN);

    /** The raw addresses seen lately and their objects, so that nothing is allocated for each datagram. */
    private final long[] cachedWords = new long[CACHE_SLOTS * 4];

    private final InetSocketAddress[] cached = new InetSocketAddress[CACHE_SLOTS];

    static MemorySegment allocate(Arena arena) {
        return arena.allocate(ROOM, Long.BYTES);
    }

    /**
     * Writes an address for a socket of a family.
     *
     * @return its length, or 0 if a socket of that family cannot reach it
     */
    static int write(MemorySegment raw, int family, InetSocketAddress address) {
        byte[] ip = address.getAddress().getAddress();
        raw.fill((byte) 0);
        raw.set(NATIVE_SHORT, 0, (short) family);
        raw.set(BIG_SHORT, PORT, (short) address.getPort());
        if (family == LinuxSockets.AF_INET) {
            if (ip.length != 4) {
                return 0;
            }
            MemorySegment.copy(ip, 0, raw, ValueLayout.JAVA_BYTE, IPV4_ADDRESS, 4);
            return IPV4_LENGTH;
        }
        if (ip.length == 4) {
            if (!address.getAddress().isAnyLocalAddress()) {
                raw.set(BIG_SHORT, IPV6_ADDRESS + 10, (short) 0xffff);
                MemorySegment.copy(ip, 0, raw, ValueLayout.JAVA_BYTE, IPV6_ADDRESS + 12, 4);
            }
        } else {
            MemorySegment.copy(ip, 0, raw, ValueLayout.JAVA_BYTE, IPV6_ADDRESS, 16);
            raw.set(NATIVE_INT, SCOPE, ((Inet6Address) address.getAddress()).getScopeId());
        }
        return IPV6_LENGTH;
    }

    /** Reads an address that the system has written, from the cache if it is there. The rest of the room is 0. */
    InetSocketAddress read(MemorySegment raw) {
        long a = raw.get(NATIVE_LONG, 0);
        long b = raw.get(NATIVE_LONG, 8);
        long c = raw.get(NATIVE_LONG, 16);
        long d = raw.get(NATIVE_LONG, 24);
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

    private static InetSocketAddress parse(MemorySegment raw) {
        int port = raw.get(BIG_SHORT, PORT) & 0xffff;
        try {
            if (raw.get(NATIVE_SHORT, 0) == LinuxSockets.AF_INET) {
                return new InetSocketAddress(Inet4Address.getByAddress(bytes(raw, IPV4_ADDRESS, 4)), port);
            }
            if (raw.get(BIG_LONG, IPV6_ADDRESS) == 0 && raw.get(BIG_LONG, IPV6_ADDRESS + 8) >>> 32 == MAPPED) {
                return new InetSocketAddress(Inet4Address.getByAddress(bytes(raw, IPV6_ADDRESS + 12, 4)), port);
            }
            int scope = raw.get(NATIVE_INT, SCOPE);
            byte[] ip = bytes(raw, IPV6_ADDRESS, 16);
            InetAddress address =
                    scope == 0 ? Inet6Address.getByAddress(null, ip, -1) : Inet6Address.getByAddress(null, ip, scope);
            return new InetSocketAddress(address, port);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("4 and 16 bytes are addresses", e);
        }
    }

    private static byte[] bytes(MemorySegment raw, int offset, int length) {
        return raw.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE);
    }
}
