package io.ztnio.tcpip.tcp.segment;

import io.ztnio.tcpip.ip.IpPath;

/**
 * How large segments to a peer may be: what the peer takes, what the path carries, and the largest that goes in two
 * datagrams of the network below, because there a third costs more than it carries ({@code protocol.md}
 * 2.6).
 *
 * <p>A path that loses every datagram but the first of a packet, or large ones altogether, and says nothing, shows as
 * timeouts of large segments only. After three of them segments shrink to one datagram (RFC 4821 7.7); later the larger
 * size is tried again.
 *
 * <p>Thread: confined to the gate.
 */
public final class SegmentSize {
    static final long FIRST_PROBE_NANOS = 600_000_000_000L;
    private static final long LAST_PROBE_NANOS = 12 * FIRST_PROBE_NANOS;
    private static final long REFRESH_NANOS = 1_000_000_000L;

    /** The least MSS we believe: with 40 bytes of options there is still room for payload. */
    private static final int LEAST_PEER_BYTES = 48;

    private static final int USUAL_DATAGRAMS = 2;
    private static final int SUSPICIOUS_TIMEOUTS = 3;

    /** Where a link does not split packets, this passes everywhere (RFC 8200 5). */
    private static final int SAFE_PACKET_BYTES = 1280;

    private static final int LEAST_PACKET_IPV4 = 552;
    private static final int LEAST_PACKET_IPV6 = 1280;

    /** RFC 9293 3.7.1: what a peer that names no MSS takes. */
    private static final int DEFAULT_MSS_IPV4 = 536;

    private static final int DEFAULT_MSS_IPV6 = 1220;

    private final TcpCounters counters;
    private final int mostBytes;
    private IpPath path;
    private int peerBytes;
    private int mtuBytes;
    private int reportedBytes = Integer.MAX_VALUE;
    private int usualBytes;
    private long refreshedNanos;
    private int timeouts;
    private boolean small;
    private boolean smallFailed;
    private boolean wary;
    private long probeNanos;
    private long probeIntervalNanos = FIRST_PROBE_NANOS;

    /** @param mostBytes the largest MSS to offer and to use */
    public SegmentSize(IpPath path, int mostBytes, TcpCounters counters) {
        this.path = path;
        this.counters = counters;
        this.mostBytes = mostBytes;
        this.peerBytes = defaultBytes(path);
        this.mtuBytes = path.mtuBytes();
        this.usualBytes = path.packetBytes(USUAL_DATAGRAMS);
    }

    /** What a peer takes that names no MSS. */
    public static int defaultBytes(IpPath path) {
        return path.headerLength() == 20 ? DEFAULT_MSS_IPV4 : DEFAULT_MSS_IPV6;
    }

    /** The MSS that the peer named; 0 if it did not. */
    public void onPeerSize(int mss) {
        if (mss > 0) {
            peerBytes = Math.max(LEAST_PEER_BYTES, mss);
        }
    }

    /** Payload of the largest segment if it carried no options. */
    public int bytes() {
        int packet = Math.min(Math.min(mtuBytes, reportedBytes), usualBytes);
        if (small) {
            packet = Math.min(packet, smallPacketBytes());
        }
        return Math.min(peerBytes, payload(packet));
    }

    /** The MSS to offer: what we can receive does not depend on how the peer's packets are split. */
    public int offeredBytes() {
        return payload(mtuBytes);
    }

    /** Looks at the path again; true if segments are smaller now because larger ones would be lost. */
    public boolean refresh(long nowNanos) {
        int before = bytes();
        int known = path.mtuBytes();
        boolean less = known < mtuBytes;
        mtuBytes = known;
        if (nowNanos - refreshedNanos >= REFRESH_NANOS) {
            refreshedNanos = nowNanos;
            usualBytes = path.packetBytes(USUAL_DATAGRAMS);
            if (small && nowNanos >= probeNanos) {
                enlarge();
                wary = true;
            }
        }
        return less && bytes() < before;
    }

    /** ICMP reports an MTU; true if segments are smaller now. */
    public boolean onPacketTooBig(int bytes) {
        int before = bytes();
        mtuBytes = path.mtuBytes();
        int least = path.headerLength() == 20 ? LEAST_PACKET_IPV4 : LEAST_PACKET_IPV6;
        reportedBytes = Math.max(least, bytes);
        return bytes() < before;
    }

    /** The path is another one. */
    public void onPathChanged(IpPath other) {
        path = other;
        reportedBytes = Integer.MAX_VALUE;
        refreshedNanos = 0;
        enlarge();
        wary = false;
    }

    /**
     * The retransmission timer has expired.
     *
     * @param lengthBytes of the segment that was not acknowledged
     * @return whether segments are smaller now
     */
    public boolean onTimeout(int lengthBytes, long nowNanos) {
        if (small) {
            smallFailed = true;
            return false;
        }
        if (lengthBytes <= payload(smallPacketBytes())) {
            timeouts = 0;
            return false;
        }
        timeouts++;
        if (timeouts < (wary ? 1 : SUSPICIOUS_TIMEOUTS)) {
            return false;
        }
        small = true;
        smallFailed = false;
        probeNanos = nowNanos + probeIntervalNanos;
        probeIntervalNanos = Math.min(LAST_PROBE_NANOS, 2 * probeIntervalNanos);
        counters.blackHoles++;
        return true;
    }

    /** New data was acknowledged. */
    public void onProgress() {
        timeouts = 0;
        if (small && smallFailed) {
            // Small segments were lost too: that was an outage, and it is over.
            enlarge();
            wary = true;
        }
    }

    private void enlarge() {
        small = false;
        smallFailed = false;
        timeouts = 0;
    }

    private int smallPacketBytes() {
        int one = path.packetBytes(1);
        return one < mtuBytes ? one : Math.min(mtuBytes, SAFE_PACKET_BYTES);
    }

    private int payload(int packetBytes) {
        return Math.min(mostBytes, packetBytes - path.headerLength() - TcpSegment.HEADER_BYTES);
    }
}
