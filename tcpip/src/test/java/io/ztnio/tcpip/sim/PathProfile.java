package io.ztnio.tcpip.sim;

import java.util.function.IntToLongFunction;
import java.util.function.LongPredicate;
import java.util.function.LongUnaryOperator;

/**
 * A path to simulate. Built once by chaining, then read only.
 *
 * <p>Level 1 carries IP packets as they are. Level 2 carries each in one or two UDP datagrams of a virtual network: 38
 * bytes of headers in front, at most 1432 bytes in the first datagram and 16 + 1416 in the second, split evenly, and 28
 * bytes of outer headers each.
 */
final class PathProfile {
    private static final int OVERLAY_BYTES = 38;
    private static final int FRAGMENT_BYTES = 16;
    private static final int OUTER_BYTES = 28;
    private static final int DATAGRAM_BYTES = 1432;

    final double forwardBitsPerSecond;
    double reverseBitsPerSecond;
    final long rttNanos;
    long bufferBytes;
    boolean overlay = true;
    double loss;
    double reverseLoss;
    double duplication;
    double reordering;
    long holdBackNanos;
    long holdBackSpreadNanos;
    long jitterNanos;
    boolean keepsOrder;
    boolean controlsDelay;
    double burstEntry;
    int burstDatagrams;
    int mostPieces = 2;
    int mtuBytes = 2800;
    private LongUnaryOperator rttAt;
    private LongPredicate blackout = time -> false;
    private IntToLongFunction extraDelay = port -> 0;

    PathProfile(double megabits, double rttMillis) {
        forwardBitsPerSecond = megabits * 1e6;
        reverseBitsPerSecond = forwardBitsPerSecond;
        rttNanos = (long) (rttMillis * 1e6);
        rttAt = time -> rttNanos;
        bufferBytes = Math.max(1, bdpBytes());
    }

    long bdpBytes() {
        return (long) (forwardBitsPerSecond / 8 * rttNanos / 1e9);
    }

    PathProfile reverseMegabits(double megabits) {
        reverseBitsPerSecond = megabits * 1e6;
        return this;
    }

    PathProfile bufferBdps(double times) {
        bufferBytes = (long) (bdpBytes() * times);
        return this;
    }

    PathProfile bufferBytes(long bytes) {
        bufferBytes = bytes;
        return this;
    }

    PathProfile plain(int mtu) {
        overlay = false;
        mtuBytes = mtu;
        return this;
    }

    /** Of each datagram, as a fraction. */
    PathProfile loss(double fraction) {
        loss = fraction;
        return this;
    }

    PathProfile duplication(double fraction) {
        duplication = fraction;
        return this;
    }

    PathProfile reordering(double fraction, double holdMillis, double spreadMillis) {
        reordering = fraction;
        holdBackNanos = (long) (holdMillis * 1e6);
        holdBackSpreadNanos = (long) (spreadMillis * 1e6);
        return this;
    }

    /** Uniform, both ways of the mean; packets overtake each other unless {@link #inOrder}. */
    PathProfile jitterMillis(double millis) {
        jitterNanos = (long) (millis * 1e6);
        return this;
    }

    PathProfile inOrder() {
        keepsOrder = true;
        return this;
    }

    /** The bottleneck drops by {@link CoDel} too, both ways. */
    PathProfile controlledDelay() {
        controlsDelay = true;
        return this;
    }

    PathProfile bursts(double entry, int datagrams) {
        burstEntry = entry;
        burstDatagrams = datagrams;
        return this;
    }

    PathProfile mostPieces(int pieces) {
        mostPieces = pieces;
        return this;
    }

    PathProfile rttAt(LongUnaryOperator function) {
        rttAt = function;
        return this;
    }

    PathProfile blackout(LongPredicate when) {
        blackout = when;
        return this;
    }

    PathProfile extraDelay(IntToLongFunction nanosOfFlow) {
        extraDelay = nanosOfFlow;
        return this;
    }

    long oneWayNanos(long time, int flowPort) {
        return rttAt.applyAsLong(time) / 2 + extraDelay.applyAsLong(flowPort) / 2;
    }

    boolean isBlackout(long time) {
        return blackout.test(time);
    }

    /** The impairments of the way back: the same delays, no loss and nothing held back. */
    PathProfile reverse() {
        PathProfile other = new PathProfile(forwardBitsPerSecond / 1e6, rttNanos / 1e6);
        other.reverseBitsPerSecond = reverseBitsPerSecond;
        other.bufferBytes = bufferBytes;
        other.overlay = overlay;
        other.mtuBytes = mtuBytes;
        other.loss = reverseLoss;
        other.mostPieces = mostPieces;
        other.jitterNanos = jitterNanos;
        other.keepsOrder = keepsOrder;
        other.controlsDelay = controlsDelay;
        other.rttAt = rttAt;
        other.blackout = blackout;
        other.extraDelay = extraDelay;
        return other;
    }

    int pieces(int ipBytes) {
        return !overlay || ipBytes + OVERLAY_BYTES <= DATAGRAM_BYTES ? 1 : 2;
    }

    /** Largest IP packet that goes in so many datagrams. */
    int packetBytes(int datagrams) {
        return overlay ? datagrams * DATAGRAM_BYTES - OVERLAY_BYTES - (datagrams - 1) * FRAGMENT_BYTES : mtuBytes;
    }

    int wireBytes(int ipBytes) {
        if (!overlay) {
            return ipBytes;
        }
        int pieces = pieces(ipBytes);
        return ipBytes + OVERLAY_BYTES + pieces * OUTER_BYTES + (pieces - 1) * FRAGMENT_BYTES;
    }

    /** Payload per second of full segments at the bottleneck. */
    double efficiency() {
        int payload = mtuBytes - 52;
        return (double) payload / wireBytes(mtuBytes);
    }
}
