package io.ztnio.tcpip.tcp.listen;

import io.ztnio.tcpip.tcp.config.Offer;
import io.ztnio.tcpip.tcp.config.TcpConfig;
import io.ztnio.tcpip.tcp.segment.TcpSegment;
import io.ztnio.tcpip.tcp.table.TupleHash;
import java.net.InetAddress;
import java.util.random.RandomGenerator;

/**
 * Handshakes that we remember nothing of (RFC 4987 3.6): what we would remember is in our initial sequence number and,
 * if the peer offers timestamps, in ours, and both come back with its acknowledgment.
 *
 * <pre>
 *  sequence number: bits 31-30 period   29-27 index of the MSS   26-0 keyed hash of both, addresses and peer's number
 *  timestamp:       bits 31-6 the clock   5 ECN   4 SACK   3-0 window scale, 15 for none
 * </pre>
 *
 * <p>Thread: confined to the gate.
 */
public final class SynCookies {
    /** A cookie holds in the period that it was made in and in the next. */
    static final long PERIOD_NANOS = 64_000_000_000L;

    private static final int PERIOD_SHIFT = 30;
    private static final int INDEX_SHIFT = 27;
    private static final int HASH_MASK = (1 << INDEX_SHIFT) - 1;
    private static final int OPTIONS_MASK = 0x3f;
    private static final int SACK = 0x10;
    private static final int ECN = 0x20;
    private static final int NO_SCALE = 0xf;

    /** The last is what a network of ZeroTier's default MTU offers over IPv4, the one before over IPv6. */
    private static final int[] SIZES = {216, 536, 1220, 1342, 1440, 2694, 2740, 2760};

    private final TupleHash keyed;

    /** @param random cryptographically strong */
    public SynCookies(RandomGenerator random) {
        keyed = new TupleHash(random);
    }

    /**
     * Our initial sequence number for a SYN.
     *
     * @param defaultMss what a peer takes that names no MSS
     */
    int make(InetAddress local, InetAddress remote, TcpSegment syn, int defaultMss, long nowNanos) {
        int mss = syn.mss == 0 ? defaultMss : syn.mss;
        int index = SIZES.length - 1;
        while (index > 0 && SIZES[index] > mss) {
            index--;
        }
        long period = Math.floorDiv(nowNanos, PERIOD_NANOS);
        return (int) period << PERIOD_SHIFT
                | index << INDEX_SHIFT
                | hash(local, remote, syn, syn.sequence, period, index);
    }

    /**
     * The MSS in the cookie that a segment acknowledges.
     *
     * @return 0 if it is none of ours, or too old
     */
    int segmentBytes(InetAddress local, InetAddress remote, TcpSegment segment, long nowNanos) {
        int cookie = segment.acknowledgment - 1;
        long current = Math.floorDiv(nowNanos, PERIOD_NANOS);
        int age = ((int) current - (cookie >>> PERIOD_SHIFT)) & 3;
        int index = cookie >>> INDEX_SHIFT & 7;
        boolean valid = age <= 1
                && hash(local, remote, segment, segment.sequence - 1, current - age, index) == (cookie & HASH_MASK);
        return valid ? SIZES[index] : 0;
    }

    /** The clock with what a SYN offered in it; never ahead of the clock. */
    static int timestamp(int millis, Offer offer) {
        int options = (offer.windowScaling() ? offer.peerShift() : NO_SCALE)
                | (offer.selectiveAcks() ? SACK : 0)
                | (offer.congestionNotification() ? ECN : 0);
        int made = (millis & ~OPTIONS_MASK) | options;
        return made - millis > 0 ? made - OPTIONS_MASK - 1 : made;
    }

    /** What the SYN offered, by {@link #timestamp}. */
    static Offer offer(TcpConfig config, int timestamp) {
        int shift = timestamp & NO_SCALE;
        boolean scaling = shift != NO_SCALE;
        return new Offer(
                config.selectiveAcks && (timestamp & SACK) != 0,
                true,
                scaling,
                scaling ? config.windowShift() : 0,
                scaling ? shift : 0,
                config.congestionNotification && (timestamp & ECN) != 0);
    }

    /** What holds without timestamps: nothing of the options but the MSS. */
    static Offer nothing() {
        return new Offer(false, false, false, 0, 0, false);
    }

    private int hash(InetAddress local, InetAddress remote, TcpSegment segment, int sequence, long period, int index) {
        long more = (long) sequence << 32 | (period << 3 & 0xffff_fff8L) | index;
        return (int) keyed.hash(local, segment.destinationPort, remote, segment.sourcePort, more) & HASH_MASK;
    }
}
