package io.ztnio.tcpip.link;

import java.util.random.RandomGenerator;

/**
 * Loses, doubles, damages and reorders frames, and lets only so many bytes a second pass: in each direction as its {@link
 * LinkFaults} say. Nothing is delayed, so it needs no timer: a frame that is to come later waits for the next one of its
 * direction. The same random numbers do the same to the same frames.
 *
 * <p>Thread: confined to the {@link io.ztnio.tcpip.Gate} of the stack.
 */
public final class FaultInjector extends WrappedLink {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final RandomGenerator random;
    private final Direction outbound = new Direction();
    private final Direction inbound = new Direction();
    private LinkPort port;

    /** Without faults yet. */
    public FaultInjector(Link link, RandomGenerator random) {
        super(link);
        this.random = random;
    }

    /** Sets the faults of what the stack sends. */
    public FaultInjector outbound(LinkFaults faults) {
        outbound.faults = faults;
        return this;
    }

    /** Sets the faults of what comes in. */
    public FaultInjector inbound(LinkFaults faults) {
        inbound.faults = faults;
        return this;
    }

    /** Frames lost, those beyond the rate not counted. Both directions, as in all counts. */
    public long lost() {
        return outbound.lost + inbound.lost;
    }

    /** Frames lost that were beyond the rate. */
    public long beyondRate() {
        return outbound.beyondRate + inbound.beyondRate;
    }

    /** Frames that came twice. */
    public long duplicated() {
        return outbound.duplicated + inbound.duplicated;
    }

    /** Frames with a wrong bit. */
    public long corrupted() {
        return outbound.corrupted + inbound.corrupted;
    }

    /** Frames that were overtaken, or still wait for the next one. */
    public long reordered() {
        return outbound.reordered + inbound.reordered;
    }

    @Override
    public void send(long destinationMac, int etherType, byte[] buffer, int offset, int length, long nowNanos) {
        outbound.take(mac(), destinationMac, etherType, buffer, offset, length, nowNanos);
    }

    @Override
    protected void onFrame(
            LinkPort to,
            long sourceMac,
            long destinationMac,
            int etherType,
            byte[] buffer,
            int offset,
            int length,
            long ingressNanos) {
        port = to;
        inbound.take(sourceMac, destinationMac, etherType, buffer, offset, length, ingressNanos);
    }

    private void pass(Frame frame, Direction direction, long nanos) {
        // A copy, as whoever takes it may overwrite it.
        byte[] bytes = direction.scratch(frame.length);
        System.arraycopy(frame.bytes, 0, bytes, HEADROOM, frame.length);
        if (direction == outbound) {
            super.send(frame.destinationMac, frame.etherType, bytes, HEADROOM, frame.length, nanos);
        } else {
            super.onFrame(
                    port, frame.sourceMac, frame.destinationMac, frame.etherType, bytes, HEADROOM, frame.length, nanos);
        }
    }

    private static final class Frame {
        private long sourceMac;
        private long destinationMac;
        private int etherType;
        private int length;
        private byte[] bytes = new byte[0];
    }

    /** The frames of one direction: the one at hand and the one that waits. */
    private final class Direction {
        private LinkFaults faults = LinkFaults.NONE;
        private Frame current = new Frame();
        private Frame waiting = new Frame();
        private boolean waits;
        private byte[] scratch = new byte[0];

        /** What may pass now, in bytes, and since when; the first frame finds all that may pass at once. */
        private double credit;

        private long creditNanos;
        private boolean begun;

        private long lost;
        private long beyondRate;
        private long duplicated;
        private long corrupted;
        private long reordered;

        private void take(
                long sourceMac, long destinationMac, int etherType, byte[] buffer, int offset, int length, long nanos) {
            if (!isWithinRate(length, nanos)) {
                beyondRate++;
                return;
            }
            if (happens(faults.loss())) {
                lost++;
                return;
            }
            current.sourceMac = sourceMac;
            current.destinationMac = destinationMac;
            current.etherType = etherType;
            current.length = length;
            if (current.bytes.length < length) {
                current.bytes = new byte[length];
            }
            System.arraycopy(buffer, offset, current.bytes, 0, length);
            if (length > 0 && happens(faults.corruption())) {
                corrupted++;
                current.bytes[random.nextInt(length)] ^= (byte) (1 << random.nextInt(8));
            }
            if (!waits && happens(faults.reordering())) {
                reordered++;
                waits = true;
                Frame other = waiting;
                waiting = current;
                current = other;
                return;
            }
            pass(current, this, nanos);
            if (happens(faults.duplication())) {
                duplicated++;
                pass(current, this, nanos);
            }
            if (waits) {
                waits = false;
                pass(waiting, this, nanos);
            }
        }

        private boolean happens(double probability) {
            return probability > 0 && random.nextDouble() < probability;
        }

        private boolean isWithinRate(int length, long nanos) {
            if (faults.bytesPerSecond() == 0) {
                begun = false;
                return true;
            }
            double earned = begun
                    ? credit + (double) Math.max(0, nanos - creditNanos) * faults.bytesPerSecond() / NANOS_PER_SECOND
                    : faults.burstBytes();
            begun = true;
            credit = Math.min(faults.burstBytes(), earned);
            creditNanos = nanos;
            if (credit < length) {
                return false;
            }
            credit -= length;
            return true;
        }

        private byte[] scratch(int length) {
            int needed = HEADROOM + length + TAILROOM;
            if (scratch.length < needed) {
                scratch = new byte[needed];
            }
            return scratch;
        }
    }
}
