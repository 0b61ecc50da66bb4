package io.ztnio.tcpip.ip;

import io.ztnio.tcpip.DropReason;
import io.ztnio.tcpip.checksum.InternetChecksum;
import io.ztnio.tcpip.wire.BigEndian;
import java.net.Inet4Address;
import java.net.InetAddress;

/**
 * Takes in IGMP (RFC 3376): queries are answered; reports of other hosts do not concern us since version 3.
 *
 * <p>Thread: confined to the gate.
 */
final class IgmpInput implements TransportInput {
    private static final int QUERY = 0x11;
    private static final int LEAST_BYTES = 8;
    private static final int GROUP = 4;
    private static final long TENTH_NANOS = 100_000_000L;

    /** What version 1, which gives no time, stands for. */
    private static final int DEFAULT_TENTHS = 100;

    private final IpCore core;

    IgmpInput(IpCore core) {
        this.core = core;
    }

    @Override
    public void onPacket(
            InetAddress source,
            InetAddress destination,
            boolean unicast,
            int trafficClass,
            byte[] buffer,
            int offset,
            int length,
            long pseudoHeaderSum,
            long ingressNanos,
            long nowNanos) {
        if (length < LEAST_BYTES || !(source instanceof Inet4Address)) {
            core.drops().count(DropReason.MALFORMED_GROUP_MESSAGE);
        } else if (InternetChecksum.sum(buffer, offset, length) != 0xffff) {
            core.drops().count(DropReason.ICMP_CHECKSUM);
        } else if (BigEndian.u8(buffer, offset) == QUERY && !core.ingress().isLooped()) {
            int code = BigEndian.u8(buffer, offset + 1);
            int tenths = code == 0 ? DEFAULT_TENTHS : floating(code, 7);
            InetAddress group = GroupReports.group(buffer, offset + GROUP, false);
            core.ingress().link().onGroupQuery(group, false, tenths * TENTH_NANOS, nowNanos);
        }
    }

    @Override
    public void onError(
            IcmpError error,
            InetAddress local,
            InetAddress remote,
            byte[] buffer,
            int offset,
            int length,
            int mtuBytes,
            long nowNanos) {
        core.drops().count(DropReason.ICMP_UNRELATED);
    }

    /** The floating point of RFC 3376 4.1.1 (8 bits) and RFC 3810 5.1.3 (16 bits). */
    static int floating(int code, int highBit) {
        if (code < 1 << highBit) {
            return code;
        }
        int mantissaBits = highBit - 3;
        int exponent = (code >>> mantissaBits) & 7;
        int mantissa = (code & ((1 << mantissaBits) - 1)) | (1 << mantissaBits);
        return mantissa << (exponent + 3);
    }
}
