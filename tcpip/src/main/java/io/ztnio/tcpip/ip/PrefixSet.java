package io.ztnio.tcpip.ip;

import io.ztnio.tcpip.link.IpPrefix;
import io.ztnio.tcpip.wire.BigEndian;
import java.util.List;

/** Prefixes of one IP version, compiled for matching addresses as they stand in packets. Thread: immutable. */
final class PrefixSet {
    private final long[] high;
    private final long[] low;
    private final long[] highMask;
    private final long[] lowMask;

    PrefixSet(List<IpPrefix> prefixes, int addressLength) {
        List<IpPrefix> mine = prefixes.stream()
                .filter(prefix -> prefix.address().getAddress().length == addressLength)
                .toList();
        high = new long[mine.size()];
        low = new long[mine.size()];
        highMask = new long[mine.size()];
        lowMask = new long[mine.size()];
        for (int i = 0; i < mine.size(); i++) {
            byte[] bytes = mine.get(i).address().getAddress();
            int bits = mine.get(i).bits();
            if (addressLength == 4) {
                highMask[i] = ones(bits + 32) & 0xffff_ffffL;
                high[i] = BigEndian.i32(bytes, 0) & highMask[i];
            } else {
                highMask[i] = ones(Math.min(bits, 64));
                lowMask[i] = ones(Math.max(bits - 64, 0));
                high[i] = BigEndian.i64(bytes, 0) & highMask[i];
                low[i] = BigEndian.i64(bytes, 8) & lowMask[i];
            }
        }
    }

    boolean containsIpv4(int address) {
        return contains(address & 0xffff_ffffL, 0);
    }

    boolean containsIpv6(byte[] buffer, int offset) {
        return contains(BigEndian.i64(buffer, offset), BigEndian.i64(buffer, offset + 8));
    }

    private boolean contains(long addressHigh, long addressLow) {
        for (int i = 0; i < high.length; i++) {
            if ((addressHigh & highMask[i]) == high[i] && (addressLow & lowMask[i]) == low[i]) {
                return true;
            }
        }
        return false;
    }

    /** A mask of the first {@code bits} bits, 0 to 64. */
    private static long ones(int bits) {
        return bits == 0 ? 0 : -1L << (64 - bits);
    }
}
