package io.ztnio.tcpip.tcp.congestion;

/**
 * What BBR knows about the path (draft-ietf-ccwg-bbr 5.5): round trips, bandwidth, round-trip time, aggregation, and the
 * bounds that losses set. {@link BbrCongestionControl} decides by it.
 *
 * <p>Rates are in bytes per second, volumes in bytes; an unknown bound is infinite.
 */
final class BbrModel {
    static final double INFINITE = Double.POSITIVE_INFINITY;
    static final double BETA = 0.7;
    /** The loss that is tolerated, of packets as the path carries them. */
    private static final double LOSS_THRESHOLD = 0.02;

    /** A larger segment travels as two packets, either of which can be lost. */
    private static final int LARGEST_IN_ONE_PACKET = 1432;

    private static final double FULL_BANDWIDTH_GROWTH = 1.25;
    private static final int FULL_BANDWIDTH_ROUNDS = 3;
    private static final int AGGREGATION_ROUNDS = 5;
    private static final long SECOND = 1_000_000_000L;
    private static final long MIN_RTT_FILTER_NANOS = 10 * SECOND;
    private static final long PROBE_RTT_INTERVAL_NANOS = 5 * SECOND;

    // Round trips (5.5.1).
    long roundCount;
    boolean roundStart;
    private long roundEndDelivered;

    // The sample of the acknowledgment at hand.
    double rate;
    double delivered;
    double transmitFlight;
    double lostSince;
    boolean applicationLimited;
    private long applicationLimitedUntil;

    // Bandwidth (5.5.5) and whether it still grows (5.3.1.2).
    double maxBandwidth;
    double bandwidth;
    private double bandwidthThisCycle;
    private double bandwidthLastCycle;
    boolean fullBandwidthReached;
    boolean fullBandwidthNow;
    private double fullBandwidth;
    private int fullBandwidthCount;

    // Round-trip time (5.3.4.3).
    long minRttNanos = Long.MAX_VALUE;
    boolean probeRttExpired;
    private long minRttStamp;
    private long probeRttMinNanos = Long.MAX_VALUE;
    private long probeRttMinStamp;

    // Aggregation (5.5.9), the maximum of two slots of rounds.
    double extraAcked;
    private double extraThisSlot;
    private double extraLastSlot;
    private long slotRound;
    private long aggregationStart;
    private double aggregationDelivered;

    // Losses (5.5.10).
    boolean lossInRound;
    boolean lossRoundStart;
    int lossEventsInRound;
    double bandwidthLatest;
    double inflightLatest;
    double bandwidthShortTerm = INFINITE;
    double inflightShortTerm = INFINITE;
    private long lossRoundDelivered;
    private long totalDelivered;

    private double lossThreshold = LOSS_THRESHOLD;

    void onEstablished(int segmentBytes) {
        lossThreshold = segmentBytes > LARGEST_IN_ONE_PACKET ? 2 * LOSS_THRESHOLD : LOSS_THRESHOLD;
    }

    void begin(long nowNanos) {
        minRttStamp = nowNanos;
        probeRttMinStamp = nowNanos;
        aggregationStart = nowNanos;
    }

    /** Takes the sample of an acknowledgment. */
    void take(AckSample ack) {
        totalDelivered = ack.totalDeliveredBytes;
        boolean usable = ack.rateIntervalNanos > 0;
        rate = usable ? ack.rateBytes * 1e9 / ack.rateIntervalNanos : 0;
        delivered = ack.deliveredBytes > 0 ? totalDelivered - ack.ratePriorDeliveredBytes : 0;
        transmitFlight = ack.rateFlightBytes;
        lostSince = ack.totalLostBytes - ack.ratePriorLostBytes;
        applicationLimited = ack.rateApplicationLimited || ack.ratePriorDeliveredBytes < applicationLimitedUntil;
        lossRoundStart = false;
        bandwidthLatest = Math.max(bandwidthLatest, rate);
        inflightLatest = Math.max(inflightLatest, delivered);
        if (ack.ratePriorDeliveredBytes >= lossRoundDelivered) {
            lossRoundDelivered = totalDelivered;
            lossRoundStart = true;
        }
        roundStart = ack.ratePriorDeliveredBytes >= roundEndDelivered;
        if (roundStart) {
            startRound();
            roundCount++;
        }
        if (rate > 0 && (rate >= maxBandwidth || !applicationLimited)) {
            bandwidthThisCycle = Math.max(bandwidthThisCycle, rate);
            maxBandwidth = Math.max(bandwidthThisCycle, bandwidthLastCycle);
        }
    }

    void startRound() {
        roundEndDelivered = totalDelivered;
    }

    /** What is in flight now says nothing about the bandwidth (4.1.1.5). */
    void ignoreFlight(long flightBytes) {
        applicationLimitedUntil = totalDelivered + Math.max(1, flightBytes);
    }

    /** Forgets what the cycle before the last one showed. */
    void advanceBandwidthFilter() {
        bandwidthLastCycle = bandwidthThisCycle;
        bandwidthThisCycle = 0;
        maxBandwidth = Math.max(bandwidthThisCycle, bandwidthLastCycle);
    }

    void resetFullBandwidth() {
        resetFullBandwidth(0);
    }

    /** Starts to look anew whether the rate grows from a baseline on. */
    void resetFullBandwidth(double baseline) {
        fullBandwidth = baseline;
        fullBandwidthCount = 0;
        fullBandwidthNow = false;
    }

    void checkFullBandwidth() {
        if (fullBandwidthNow || !roundStart || applicationLimited) {
            return;
        }
        if (rate >= fullBandwidth * FULL_BANDWIDTH_GROWTH) {
            resetFullBandwidth(rate);
            return;
        }
        fullBandwidthNow = ++fullBandwidthCount >= FULL_BANDWIDTH_ROUNDS;
        fullBandwidthReached |= fullBandwidthNow;
    }

    /** 5.5.9: more was acknowledged at once than the bandwidth explains. */
    void updateAggregation(long deliveredBytes, double windowBytes, long nowNanos) {
        double expected = bandwidth * (nowNanos - aggregationStart) / 1e9;
        if (aggregationDelivered <= expected) {
            restartAggregation(nowNanos);
            expected = 0;
        }
        aggregationDelivered += deliveredBytes;
        double extra = Math.min(aggregationDelivered - expected, windowBytes);
        if (roundCount - slotRound >= (fullBandwidthReached ? AGGREGATION_ROUNDS : 1)) {
            slotRound = roundCount;
            extraLastSlot = extraThisSlot;
            extraThisSlot = 0;
        }
        extraThisSlot = Math.max(extraThisSlot, extra);
        extraAcked = Math.max(extraThisSlot, extraLastSlot);
    }

    void restartAggregation(long nowNanos) {
        aggregationDelivered = 0;
        aggregationStart = nowNanos;
    }

    void updateMinRtt(long rttNanos, long nowNanos) {
        probeRttExpired = nowNanos > probeRttMinStamp + PROBE_RTT_INTERVAL_NANOS;
        if (rttNanos != AckSample.NONE && (rttNanos < probeRttMinNanos || probeRttExpired)) {
            probeRttMinNanos = rttNanos;
            probeRttMinStamp = nowNanos;
        }
        if (probeRttMinNanos < minRttNanos || nowNanos > minRttStamp + MIN_RTT_FILTER_NANOS) {
            minRttNanos = probeRttMinNanos;
            minRttStamp = probeRttMinStamp;
        }
    }

    /** The round-trip time has been probed: the next time is an interval away. */
    void onRttProbed(long nowNanos) {
        probeRttMinStamp = nowNanos;
    }

    /** Something was lost; returns whether it is the first time in this round trip. */
    boolean noteLoss() {
        lossEventsInRound++;
        boolean first = !lossInRound;
        if (first) {
            lossRoundDelivered = totalDelivered;
        }
        lossInRound = true;
        return first;
    }

    /** More was lost of what was sent with or after the acknowledged segment than is tolerated (5.5.10.2). */
    boolean isInflightTooHigh() {
        return lostSince > transmitFlight * lossThreshold;
    }

    /** 5.5.10.2: at how much in flight the losses crossed the threshold, if {@code lostBytes} are lost by now. */
    double inflightAtLoss(long lostBytes) {
        double flightBefore = transmitFlight - lostBytes;
        double lostBefore = lostSince - lostBytes;
        double prefix = (lossThreshold * flightBefore - lostBefore) / (1 - lossThreshold);
        return flightBefore + prefix;
    }

    /** 5.5.10.3: once per round trip with a loss, the bounds follow what was delivered. */
    void adaptShortTerm(double windowBytes) {
        if (bandwidthShortTerm == INFINITE) {
            bandwidthShortTerm = maxBandwidth;
        }
        if (inflightShortTerm == INFINITE) {
            inflightShortTerm = windowBytes;
        }
        bandwidthShortTerm = Math.max(bandwidthLatest, BETA * bandwidthShortTerm);
        inflightShortTerm = Math.max(inflightLatest, BETA * inflightShortTerm);
    }

    void resetShortTerm() {
        bandwidthShortTerm = INFINITE;
        inflightShortTerm = INFINITE;
    }

    void resetCongestionSignals() {
        endLossRound();
        bandwidthLatest = 0;
        inflightLatest = 0;
    }

    void endLossRound() {
        lossInRound = false;
        lossEventsInRound = 0;
    }

    /** At the end of an acknowledgment. */
    void finish() {
        if (lossRoundStart) {
            bandwidthLatest = rate;
            inflightLatest = delivered;
        }
        bandwidth = Math.min(maxBandwidth, bandwidthShortTerm);
    }

    /** The bandwidth-delay product, or NaN before the first round trip. */
    double bdpBytes() {
        return minRttNanos == Long.MAX_VALUE ? Double.NaN : bandwidth * minRttNanos / 1e9;
    }
}
