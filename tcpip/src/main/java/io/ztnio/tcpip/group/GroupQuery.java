package io.ztnio.tcpip.group;

import io.ztnio.tcpip.wire.BigEndian;
import io.ztnio.tcpip.wire.IpAddresses;
import java.net.InetAddress;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * A router's question.
 *
 * <pre>
 *  IGMP: 0 type   1 max resp code   2 checksum   4 group
 *        version 3: 8 flags   9 querier's interval   10 number of sources   12 sources
 *  MLD:  0 type   1 code   2 checksum   4 max resp code   6 reserved   8 group
 *        version 2: 24 flags   25 querier's interval   26 number of sources   28 sources
 * </pre>
 *
 * <p>Thread: immutable.
 *
 * @param version what the router speaks
 * @param group the group asked for, or {@code null} for all of them
 * @param sources the sources asked for, or none for all of them
 * @param mostNanos within which time to answer
 */
public record GroupQuery(QuerierVersion version, InetAddress group, Set<InetAddress> sources, long mostNanos) {
    private static final int IGMP_BYTES = 8;
    private static final int IGMP3_BYTES = 12;
    private static final int MLD_BYTES = 24;
    private static final int MLD2_BYTES = 28;
    private static final long TENTH_NANOS = 100_000_000L;
    private static final long MILLI_NANOS = 1_000_000L;

    /** What version 1, which gives no time, stands for (RFC 3376 7.2.1). */
    private static final long DEFAULT_NANOS = 100 * TENTH_NANOS;

    /** Reads an IGMP query; {@code null} if its length is none of any version (RFC 3376 7.1). */
    public static GroupQuery ofIgmp(byte[] buffer, int offset, int length) {
        if (length != IGMP_BYTES && length < IGMP3_BYTES) {
            return null;
        }
        int code = BigEndian.u8(buffer, offset + 1);
        int bits = BigEndian.i32(buffer, offset + 4);
        InetAddress group = bits == 0 ? null : IpAddresses.ofIpv4(bits);
        if (length == IGMP_BYTES) {
            return code == 0
                    ? new GroupQuery(QuerierVersion.OLDEST, null, Set.of(), DEFAULT_NANOS)
                    : new GroupQuery(QuerierVersion.OLDER, group, Set.of(), code * TENTH_NANOS);
        }
        Set<InetAddress> sources = sources(buffer, offset + IGMP3_BYTES, length - IGMP3_BYTES, 4);
        return sources == null
                ? null
                : new GroupQuery(QuerierVersion.CURRENT, group, sources, floating(code, 7) * TENTH_NANOS);
    }

    /** Reads an MLD query; {@code null} if its length is none of any version (RFC 3810 8.1). */
    public static GroupQuery ofMld(byte[] buffer, int offset, int length) {
        if (length != MLD_BYTES && length < MLD2_BYTES) {
            return null;
        }
        int code = BigEndian.u16(buffer, offset + 4);
        InetAddress group =
                IpAddresses.isUnspecified(buffer, offset + 8) ? null : IpAddresses.ofIpv6(buffer, offset + 8);
        if (length == MLD_BYTES) {
            return new GroupQuery(QuerierVersion.OLDER, group, Set.of(), code * MILLI_NANOS);
        }
        Set<InetAddress> sources = sources(buffer, offset + MLD2_BYTES, length - MLD2_BYTES, 16);
        return sources == null
                ? null
                : new GroupQuery(QuerierVersion.CURRENT, group, sources, floating(code, 15) * MILLI_NANOS);
    }

    /** Their number stands in the two bytes before them; {@code null} if they do not fit in. */
    private static Set<InetAddress> sources(byte[] buffer, int offset, int length, int addressBytes) {
        int count = BigEndian.u16(buffer, offset - 2);
        if (count * addressBytes > length) {
            return null;
        }
        Set<InetAddress> sources = new LinkedHashSet<>();
        for (int i = 0; i < count; i++) {
            int at = offset + i * addressBytes;
            sources.add(
                    addressBytes == 4 ? IpAddresses.ofIpv4(BigEndian.i32(buffer, at)) : IpAddresses.ofIpv6(buffer, at));
        }
        return sources;
    }

    /** The floating point of RFC 3376 4.1.1 (8 bits) and RFC 3810 5.1.3 (16 bits). */
    private static int floating(int code, int highBit) {
        if (code < 1 << highBit) {
            return code;
        }
        int mantissaBits = highBit - 3;
        int exponent = (code >>> mantissaBits) & 7;
        int mantissa = (code & ((1 << mantissaBits) - 1)) | (1 << mantissaBits);
        return mantissa << (exponent + 3);
    }
}
