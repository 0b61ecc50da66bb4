package io.ztnio.tcpip.tcp.config;

import io.ztnio.tcpip.EphemeralPorts;
import io.ztnio.tcpip.tcp.congestion.CongestionAlgorithm;
import io.ztnio.tcpip.tcp.congestion.CongestionControl;
import java.util.OptionalInt;
import java.util.function.Supplier;

/**
 * Settings of a {@code TcpLayer}; the defaults are those of Linux where it has one. Immutable.
 *
 * <p>Use: {@code TcpConfig.builder().delayedAckNanos(0).build()}.
 */
public final class TcpConfig {
    private static final long MILLISECOND = 1_000_000L;
    private static final long SECOND = 1_000 * MILLISECOND;

    final int initialBufferBytes;
    public final int maximumBufferBytes;
    public final int maximumSegmentBytes;
    public final int minimumPeerSegmentBytes;
    public final int initialWindowSegments;
    public final int synRetries;
    public final int synAckRetries;
    public final int dataRetries;
    public final int orphanRetries;
    public final int maximumOrphans;
    public final int quickAckSegments;
    public final int maximumHalfOpen;
    public final int maximumTimeWaits;
    public final long memoryBytes;

    /** Whether {@link #key0} and {@link #key1} are given; otherwise each layer draws its own. */
    public final boolean continuous;

    public final long key0;
    public final long key1;
    public final long originMillis;

    /** Where the sequence numbers of every connection begin; otherwise RFC 6528 decides. */
    public final OptionalInt firstSequence;

    /** What every connection's timestamps are ahead of the clock; otherwise RFC 7323 5.4 decides. */
    public final OptionalInt timestampOffset;

    public final EphemeralPorts ephemeralPorts;
    final CongestionAlgorithm congestion;
    private final Supplier<CongestionControl> congestionControl;
    public final boolean pacing;
    final boolean idleRestart;
    public final boolean timestamps;
    public final boolean selectiveAcks;
    public final boolean timeBasedLossDetection;
    public final boolean tailLossProbes;
    public final boolean undo;
    public final boolean verifyChecksums;
    public final boolean synCookies;
    public final boolean congestionNotification;
    public final long initialRtoNanos;
    public final long minimumRtoNanos;
    public final long maximumRtoNanos;
    public final long delayedAckNanos;
    public final long timeWaitNanos;
    public final long finWait2Nanos;
    public final long challengeAckNanos;
    final long userTimeoutNanos;

    private TcpConfig(Builder b) {
        initialBufferBytes = Math.min(b.initialBufferBytes, b.maximumBufferBytes);
        maximumBufferBytes = b.maximumBufferBytes;
        maximumSegmentBytes = b.maximumSegmentBytes;
        minimumPeerSegmentBytes = b.minimumPeerSegmentBytes;
        initialWindowSegments = b.initialWindowSegments;
        synRetries = b.synRetries;
        synAckRetries = b.synAckRetries;
        dataRetries = b.dataRetries;
        orphanRetries = b.orphanRetries;
        maximumOrphans = b.maximumOrphans;
        quickAckSegments = b.quickAckSegments;
        maximumHalfOpen = b.maximumHalfOpen;
        maximumTimeWaits = b.maximumTimeWaits;
        memoryBytes = b.memoryBytes;
        continuous = b.continuous;
        key0 = b.key0;
        key1 = b.key1;
        originMillis = b.originMillis;
        firstSequence = b.firstSequence;
        timestampOffset = b.timestampOffset;
        ephemeralPorts = b.ephemeralPorts;
        congestion = b.congestion;
        congestionControl = b.congestionControl;
        pacing = b.pacing;
        idleRestart = b.idleRestart;
        timestamps = b.timestamps;
        selectiveAcks = b.selectiveAcks;
        timeBasedLossDetection = b.timeBasedLossDetection;
        tailLossProbes = b.tailLossProbes;
        undo = b.undo;
        verifyChecksums = b.verifyChecksums;
        synCookies = b.synCookies;
        congestionNotification = b.congestionNotification;
        initialRtoNanos = b.initialRtoNanos;
        minimumRtoNanos = b.minimumRtoNanos;
        maximumRtoNanos = b.maximumRtoNanos;
        delayedAckNanos = b.delayedAckNanos;
        timeWaitNanos = b.timeWaitNanos;
        finWait2Nanos = b.finWait2Nanos;
        challengeAckNanos = b.challengeAckNanos;
        userTimeoutNanos = b.userTimeoutNanos;
    }

    /** The defaults. */
    public static TcpConfig defaults() {
        return builder().build();
    }

    /** A builder that holds the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** The congestion control of a connection whose socket has chosen {@code algorithm}. */
    public CongestionControl congestionControl(CongestionAlgorithm algorithm, long seed) {
        return congestionControl != null
                ? congestionControl.get()
                : algorithm.create(initialWindowSegments, idleRestart, seed);
    }

    /** The window scale that lets the window reach {@link Builder#maximumBufferBytes} (RFC 7323 2.3), 0 to 14. */
    public int windowShift() {
        int shift = 0;
        while (shift < 14 && (65_535L << shift) < maximumBufferBytes) {
            shift++;
        }
        return shift;
    }

    /** The window for a SYN, which is never scaled: leaves room for what rounding the window up will add. */
    public int synWindow(int bufferBytes) {
        return Math.min(65_535, bufferBytes - (1 << windowShift()) + 1);
    }

    /** Collects settings. Not thread-safe. */
    public static final class Builder {
        private int initialBufferBytes = 256 << 10;
        private int maximumBufferBytes = 16 << 20;
        private int maximumSegmentBytes = 65_495;
        private int minimumPeerSegmentBytes = 216;
        private int initialWindowSegments = 10;
        private int synRetries = 6;
        private int synAckRetries = 5;
        private int dataRetries = 15;
        private int orphanRetries = 8;
        private int quickAckSegments = 16;
        private int maximumHalfOpen = 1024;
        private int maximumOrphans = 16_384;
        private int maximumTimeWaits = 65_536;
        private long memoryBytes = 256L << 20;
        private boolean continuous;
        private long key0;
        private long key1;
        private long originMillis;
        private OptionalInt firstSequence = OptionalInt.empty();
        private OptionalInt timestampOffset = OptionalInt.empty();
        private EphemeralPorts ephemeralPorts = EphemeralPorts.DEFAULT;
        private CongestionAlgorithm congestion = CongestionAlgorithm.CUBIC;
        private Supplier<CongestionControl> congestionControl;
        private boolean pacing = true;
        private boolean idleRestart = true;
        private boolean timestamps = true;
        private boolean selectiveAcks = true;
        private boolean timeBasedLossDetection = true;
        private boolean tailLossProbes = true;
        private boolean undo = true;
        private boolean verifyChecksums = true;
        private boolean synCookies = true;
        private boolean congestionNotification = true;
        private long initialRtoNanos = SECOND;
        private long minimumRtoNanos = 200 * MILLISECOND;
        private long maximumRtoNanos = 120 * SECOND;
        private long delayedAckNanos = 40 * MILLISECOND;
        private long timeWaitNanos = 60 * SECOND;
        private long finWait2Nanos = 60 * SECOND;
        private long challengeAckNanos = 500 * MILLISECOND;
        private long userTimeoutNanos;

        private Builder() {}

        /** Send and receive buffer that a connection starts with, 4096 to {@link #maximumBufferBytes}. */
        public Builder initialBufferBytes(int bytes) {
            initialBufferBytes = inRange(bytes, 4096, 64 << 20);
            return this;
        }

        /** What a buffer may grow to, by itself or by {@code SO_SNDBUF} and {@code SO_RCVBUF}; 4096 to 64 MiB. */
        public Builder maximumBufferBytes(int bytes) {
            maximumBufferBytes = inRange(bytes, 4096, 64 << 20);
            return this;
        }

        /** Largest MSS to offer and to use, where the path has room for more. */
        public Builder maximumSegmentBytes(int bytes) {
            maximumSegmentBytes = inRange(bytes, 88, 65_495);
            return this;
        }

        /**
         * The least MSS of a peer that is believed, 48 to 536; of a peer that names less, this is used. Every segment costs
         * memory and work whatever its size, and every host takes packets of 576 bytes (RFC 1122 3.3.2).
         */
        public Builder minimumPeerSegmentBytes(int bytes) {
            minimumPeerSegmentBytes = inRange(bytes, 48, 536);
            return this;
        }

        /** Initial congestion window (RFC 6928), in segments. */
        public Builder initialWindowSegments(int segments) {
            initialWindowSegments = inRange(segments, 1, 1000);
            return this;
        }

        /** Retransmissions of a SYN before connecting fails. */
        public Builder synRetries(int retries) {
            synRetries = inRange(retries, 0, 30);
            return this;
        }

        /** Retransmissions of a SYN-ACK before the half-open connection is dropped. */
        public Builder synAckRetries(int retries) {
            synAckRetries = inRange(retries, 0, 30);
            return this;
        }

        /** Retransmissions of data, and unanswered window probes, before the connection fails. */
        public Builder dataRetries(int retries) {
            dataRetries = inRange(retries, 1, 100);
            return this;
        }

        /** Retransmissions of what an application has left behind by closing, before the connection is dropped. */
        public Builder orphanRetries(int retries) {
            orphanRetries = inRange(retries, 1, 100);
            return this;
        }

        /** Received segments at the start of a connection that are acknowledged without delay; 0 switches it off. */
        public Builder quickAckSegments(int segments) {
            quickAckSegments = inRange(segments, 0, 1 << 20);
            return this;
        }

        /**
         * Half-open connections per listener, half of them with one remote address. A SYN beyond is answered with a cookie;
         * without cookies it takes the place of the oldest that has not answered our first SYN-ACK, or is dropped.
         */
        public Builder maximumHalfOpen(int connections) {
            maximumHalfOpen = inRange(connections, 1, 1 << 20);
            return this;
        }

        /**
         * Connections that may go on after their application has closed them, three quarters of them with one remote address,
         * and a quarter as many if memory is tight. One more has one of the address with most of them reset, an old one that holds
         * much memory; with 0 every one is reset.
         */
        public Builder maximumOrphans(int connections) {
            maximumOrphans = inRange(connections, 0, 1 << 20);
            return this;
        }

        /** Connections that may be in TIME-WAIT; more end without it. */
        public Builder maximumTimeWaits(int connections) {
            maximumTimeWaits = inRange(connections, 0, 1 << 20);
            return this;
        }

        /**
         * What the buffers of all connections, and their records of segments in flight, may take together, half of it with one
         * remote address; 1 MiB or more.
         */
        public Builder memoryBytes(long bytes) {
            if (bytes < 1 << 20) {
                throw new IllegalArgumentException(bytes + " bytes of memory");
            }
            memoryBytes = bytes;
            return this;
        }

        /**
         * The secret of initial sequence numbers and timestamps, and the epoch time when the clock shows 0: a stack that
         * gets the same secret at its next start goes on where it ended.
         */
        public Builder continuity(long firstKey, long secondKey, long epochMillis) {
            continuous = true;
            key0 = firstKey;
            key1 = secondKey;
            originMillis = epochMillis;
            return this;
        }

        /** Where the sequence numbers of every connection begin: for scenarios, as anybody could guess them. */
        Builder firstSequence(int number) {
            firstSequence = OptionalInt.of(number);
            return this;
        }

        /** What every connection's timestamps are ahead of the clock, in milliseconds: for scenarios. */
        Builder timestampOffset(int millis) {
            timestampOffset = OptionalInt.of(millis);
            return this;
        }

        /** The range of ports for connections that did not bind (RFC 6056). */
        public Builder ephemeralPorts(EphemeralPorts ports) {
            ephemeralPorts = ports;
            return this;
        }

        /** The congestion control of sockets that choose none. */
        public Builder congestion(CongestionAlgorithm algorithm) {
            congestion = algorithm;
            return this;
        }

        /** The congestion control of all sockets, whatever they choose. */
        Builder congestionControl(Supplier<CongestionControl> supplier) {
            congestionControl = supplier;
            return this;
        }

        /** Whether to spread what is sent over time; false sends in bursts as acknowledgments allow. */
        public Builder pacing(boolean enabled) {
            pacing = enabled;
            return this;
        }

        /** Whether a connection that was idle starts with its initial window again (RFC 5681 4.1). */
        public Builder idleRestart(boolean enabled) {
            idleRestart = enabled;
            return this;
        }

        /** Whether to offer and accept timestamps (RFC 7323). */
        public Builder timestamps(boolean enabled) {
            timestamps = enabled;
            return this;
        }

        /** Whether to offer and accept selective acknowledgments (RFC 2018). */
        public Builder selectiveAcks(boolean enabled) {
            selectiveAcks = enabled;
            return this;
        }

        /** Whether to find losses by time (RACK, RFC 8985) rather than by count (RFC 6675), with selective ACKs. */
        public Builder timeBasedLossDetection(boolean enabled) {
            timeBasedLossDetection = enabled;
            return this;
        }

        /** Whether to probe for the loss of the end of a flight (TLP, RFC 8985 7), with selective ACKs. */
        public Builder tailLossProbes(boolean enabled) {
            tailLossProbes = enabled;
            return this;
        }

        /** Whether the window comes back when what was found lost had only been late. */
        Builder undo(boolean enabled) {
            undo = enabled;
            return this;
        }

        /** Whether to verify checksums of input; false trusts the link. */
        public Builder verifyChecksums(boolean enabled) {
            verifyChecksums = enabled;
            return this;
        }

        /** Whether a flood of SYNs is answered with SYN cookies (RFC 4987 3.6). */
        public Builder synCookies(boolean enabled) {
            synCookies = enabled;
            return this;
        }

        /** Whether to accept ECN when a peer offers it (RFC 3168). */
        public Builder congestionNotification(boolean enabled) {
            congestionNotification = enabled;
            return this;
        }

        /** Retransmission timeout before the first RTT sample. */
        public Builder initialRtoNanos(long nanos) {
            initialRtoNanos = positive(nanos);
            return this;
        }

        /** Lower bound of the retransmission timeout, and of what it adds to the smoothed round-trip time. */
        public Builder minimumRtoNanos(long nanos) {
            minimumRtoNanos = positive(nanos);
            return this;
        }

        /** Upper bound of the retransmission timeout and of the interval of window probes. */
        public Builder maximumRtoNanos(long nanos) {
            maximumRtoNanos = positive(nanos);
            return this;
        }

        /** How long an acknowledgment may wait for data to ride on; 0 for never. */
        public Builder delayedAckNanos(long nanos) {
            delayedAckNanos = nanos == 0 ? 0 : positive(nanos);
            return this;
        }

        /** Time in TIME-WAIT. */
        public Builder timeWaitNanos(long nanos) {
            timeWaitNanos = positive(nanos);
            return this;
        }

        /** Time that a closed connection waits in FIN-WAIT-2 for the peer's FIN. */
        public Builder finWait2Nanos(long nanos) {
            finWait2Nanos = positive(nanos);
            return this;
        }

        /** Least time between two challenge ACKs of a connection (RFC 5961 7). */
        public Builder challengeAckNanos(long nanos) {
            challengeAckNanos = positive(nanos);
            return this;
        }

        /** How long data may be unacknowledged, or held back by a closed window (RFC 5482); 0 for no limit. */
        public Builder userTimeoutNanos(long nanos) {
            userTimeoutNanos = nanos == 0 ? 0 : positive(nanos);
            return this;
        }

        /** The settings. */
        public TcpConfig build() {
            return new TcpConfig(this);
        }

        private static int inRange(int value, int least, int most) {
            if (value < least || value > most) {
                throw new IllegalArgumentException(value + " is not within " + least + " to " + most);
            }
            return value;
        }

        private static long positive(long nanos) {
            if (nanos <= 0) {
                throw new IllegalArgumentException(nanos + " is not positive");
            }
            return nanos;
        }
    }
}
