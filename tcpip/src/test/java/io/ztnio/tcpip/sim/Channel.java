package io.ztnio.tcpip.sim;

import java.util.Random;

/**
 * One direction of a simulated path: a drop-tail bottleneck in bytes, with {@link CoDel} if asked for, then delay and jitter, loss, duplication and
 * hold-back. A packet is lost when any of the datagrams that carry it is.
 */
final class Channel {
    private static final long DROPPED = -1;

    final PathProfile profile;
    private final double bitsPerNano;
    private final long bufferBytes;
    private final Random random;
    private final CoDel delayControl = new CoDel();
    private double busyUntilNanos;
    private long lastArrivalNanos;
    private boolean inBurst;
    private int burstLeft;

    long offeredPackets;
    long overflowDrops;
    long delayDrops;
    long lossDrops;
    long largestQueueNanos;
    private double queueNanosSum;

    Channel(PathProfile profile, boolean forward, long seed) {
        this.profile = profile;
        this.bitsPerNano = (forward ? profile.forwardBitsPerSecond : profile.reverseBitsPerSecond) / 1e9;
        this.bufferBytes = profile.bufferBytes;
        this.random = new Random(seed);
    }

    /** Mean time in the queue of the packets that were accepted. */
    double meanQueueMillis() {
        return queueNanosSum / Math.max(1, offeredPackets - overflowDrops - delayDrops) / 1e6;
    }

    /** When a packet arrives, or a negative number if it does not. */
    long arrival(long nowNanos, int ipBytes, int flowPort) {
        offeredPackets++;
        double start = Math.max((double) nowNanos, busyUntilNanos);
        int wireBytes = profile.wireBytes(ipBytes);
        double waitNanos = start - nowNanos;
        if (waitNanos * bitsPerNano / 8 + wireBytes > bufferBytes) {
            overflowDrops++;
            return DROPPED;
        }
        if (profile.controlsDelay && delayControl.drops((long) waitNanos, (long) start)) {
            delayDrops++;
            return DROPPED;
        }
        queueNanosSum += waitNanos;
        largestQueueNanos = Math.max(largestQueueNanos, (long) waitNanos);
        busyUntilNanos = start + wireBytes * 8 / bitsPerNano;
        long departure = (long) busyUntilNanos;
        if (isLost(profile.pieces(ipBytes), departure)) {
            lossDrops++;
            return DROPPED;
        }
        return departure + delay(departure, flowPort);
    }

    private long delay(long departure, int flowPort) {
        long delay = profile.oneWayNanos(departure, flowPort);
        if (profile.jitterNanos > 0) {
            delay += (long) ((random.nextDouble() * 2 - 1) * profile.jitterNanos);
        }
        if (profile.reordering > 0 && random.nextDouble() < profile.reordering) {
            delay += profile.holdBackNanos + (long) (random.nextDouble() * profile.holdBackSpreadNanos);
        } else if (profile.keepsOrder) {
            lastArrivalNanos = Math.max(lastArrivalNanos, departure + delay);
            delay = lastArrivalNanos - departure;
        }
        return delay;
    }

    private boolean isLost(int pieces, long departure) {
        if (profile.isBlackout(departure) || pieces > profile.mostPieces) {
            return true;
        }
        boolean lost = false;
        for (int i = 0; i < pieces; i++) {
            lost |= isDatagramLost();
        }
        return lost;
    }

    private boolean isDatagramLost() {
        if (profile.burstEntry > 0) {
            if (!inBurst && random.nextDouble() < profile.burstEntry) {
                inBurst = true;
                burstLeft = profile.burstDatagrams;
            }
            if (inBurst) {
                inBurst = --burstLeft > 0;
                return true;
            }
        }
        return profile.loss > 0 && random.nextDouble() < profile.loss;
    }

    /** Whether a packet arrives twice. */
    boolean duplicates() {
        return profile.duplication > 0 && random.nextDouble() < profile.duplication;
    }
}
