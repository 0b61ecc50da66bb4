package io.ztnio.tcpip.tcp.congestion;

import static io.ztnio.tcpip.tcp.congestion.BbrModel.BETA;
import static io.ztnio.tcpip.tcp.congestion.BbrModel.INFINITE;

/**
 * BBR version 3 (draft-ietf-ccwg-bbr, August 2026): sends at the measured bandwidth, probes for more, and lets losses
 * set bounds only when they pass 2 % of a round trip. Sections named are those of the draft.
 */
final class BbrCongestionControl implements CongestionControl {
    private static final double STARTUP_PACING_GAIN = 2.77;
    private static final double DRAIN_PACING_GAIN = 0.5;
    private static final double WINDOW_GAIN = 2;
    private static final double UP_WINDOW_GAIN = 2.25;
    private static final double PROBE_RTT_WINDOW_GAIN = 0.5;
    private static final double PACING_MARGIN = 0.99;
    private static final double HEADROOM = 0.15;
    private static final int STARTUP_FULL_LOSSES = 6;
    private static final int DRAIN_ROUNDS = 3;
    private static final int RENO_ROUNDS = 63;
    private static final long PROBE_RTT_NANOS = 200_000_000L;
    private static final long PROBE_WAIT_NANOS = 2_000_000_000L;
    private static final int LARGEST_QUANTUM = 64 << 10;

    /** The state machine of 5.1, with the gains of 5.6.1. */
    enum State {
        STARTUP(STARTUP_PACING_GAIN, WINDOW_GAIN),
        DRAIN(DRAIN_PACING_GAIN, WINDOW_GAIN),
        PROBE_DOWN(0.9, WINDOW_GAIN),
        PROBE_CRUISE(1, WINDOW_GAIN),
        PROBE_REFILL(1, WINDOW_GAIN),
        PROBE_UP(1.25, UP_WINDOW_GAIN),
        PROBE_RTT(1, PROBE_RTT_WINDOW_GAIN);

        final double pacingGain;
        final double windowGain;

        State(double pacingGain, double windowGain) {
            this.pacingGain = pacingGain;
            this.windowGain = windowGain;
        }

        boolean probesBandwidth() {
            return this != STARTUP && this != DRAIN && this != PROBE_RTT;
        }

        boolean accelerates() {
            return this == STARTUP || this == PROBE_REFILL || this == PROBE_UP;
        }
    }

    /** What acknowledgments mean for bandwidth probing (2.13). */
    private enum Feedback {
        NONE,
        REFILLING,
        STARTING,
        COMING,
        STOPPING
    }

    private final int initialSegments;
    final BbrModel model = new BbrModel();
    private final WindowUsage usage = new WindowUsage();
    private long random;
    State state = State.STARTUP;
    private Feedback feedback = Feedback.NONE;
    private int segmentBytes = 1;
    private double windowBytes;
    private double priorWindowBytes;
    private double pacingRate = INFINITE;
    private double longTermBytes = INFINITE;
    private boolean recovering;
    private long recoveryRound;
    private long lastTotalLost;
    private long flightBytes;
    private long drainStartRound;
    private boolean begun;
    private boolean idleRestart;

    private long cycleNanos;
    private long probeWaitNanos;
    private long roundAtProbeUp;
    private boolean probeSample;
    private boolean probeTooHigh;
    private boolean probePrecautionary;
    private int probeUpRounds;
    private double probeUpAcked;
    private double probeUpAckedPerSegment = INFINITE;
    private long probeRttDoneNanos;
    private boolean probeRttRoundDone;

    private State undoState;
    private double undoBandwidth;
    private double undoShortTerm;
    private double undoLongTerm;

    /** @param seed of the random times between probes */
    BbrCongestionControl(int initialSegments, long seed) {
        this.initialSegments = initialSegments;
        this.random = seed | 1;
    }

    @Override
    public void onEstablished(int bytes) {
        segmentBytes = bytes;
        windowBytes = (double) initialSegments * bytes;
        model.onEstablished(bytes);
    }

    @Override
    public long windowBytes() {
        return (long) windowBytes;
    }

    @Override
    public long thresholdBytes() {
        return model.fullBandwidthReached ? (long) windowBytes : Long.MAX_VALUE;
    }

    @Override
    public long pacingBytesPerSecond() {
        // Long.MAX_VALUE, which infinity becomes, would leave the rate to the pacer.
        return (long) Math.min(pacingRate, 1e15);
    }

    @Override
    public boolean regulatesRecovery() {
        return true;
    }

    /** 5.2.3. */
    @Override
    public void onAcknowledged(AckSample ack) {
        if (!begun) {
            begun = true;
            model.begin(ack.nowNanos);
        }
        usage.onAcknowledged(ack);
        flightBytes = ack.flightBytes;
        recovering = ack.recovering;
        if (pacingRate == INFINITE && ack.rttNanos > 0) {
            pacingRate = STARTUP_PACING_GAIN * initialSegments * segmentBytes * 1e9 / ack.rttNanos;
        }
        if (ack.deliveredBytes <= 0) {
            return;
        }
        model.take(ack);
        noteLosses(ack);
        if (model.lossRoundStart) {
            if (model.lossInRound && !state.accelerates()) {
                model.adaptShortTerm(windowBytes);
            }
            checkStartupLoss();
            model.endLossRound();
        }
        model.updateAggregation(ack.deliveredBytes, windowBytes, ack.nowNanos);
        model.checkFullBandwidth();
        if (state == State.STARTUP && model.fullBandwidthReached) {
            state = State.DRAIN;
            drainStartRound = model.roundCount;
        }
        if (state == State.DRAIN && (flightBytes <= inflight(1) || model.roundCount > drainStartRound + DRAIN_ROUNDS)) {
            startDown(ack.nowNanos);
        }
        advanceProbing(ack);
        model.updateMinRtt(ack.rttNanos, ack.nowNanos);
        checkProbeRtt(ack);
        model.finish();
        setPacingRate(state.pacingGain);
        setWindow(ack);
    }

    // Losses (5.5.10).

    private void noteLosses(AckSample ack) {
        long lost = ack.totalLostBytes - lastTotalLost;
        lastTotalLost = ack.totalLostBytes;
        if (lost <= 0) {
            return;
        }
        noteLoss();
        if (probeSample && model.isInflightTooHigh()) {
            model.transmitFlight = Math.max(model.inflightAtLoss(lost), segmentBytes);
            onInflightTooHigh(ack.nowNanos);
        }
    }

    private void noteLoss() {
        if (model.noteLoss()) {
            saveState();
        }
    }

    private void onInflightTooHigh(long nowNanos) {
        probeTooHigh = true;
        probeSample = false;
        if (!model.applicationLimited) {
            longTermBytes = Math.max(model.transmitFlight, targetInflight() * BETA);
        }
        if (state == State.PROBE_UP) {
            undoState = State.PROBE_UP;
            startDown(nowNanos);
        }
    }

    /** 5.3.1.3; acknowledgments that report losses stand for the ranges lost. */
    private void checkStartupLoss() {
        if (state == State.STARTUP
                && recovering
                && model.roundCount > recoveryRound
                && model.lossEventsInRound >= STARTUP_FULL_LOSSES
                && model.isInflightTooHigh()) {
            undoState = State.STARTUP;
            model.fullBandwidthReached = true;
            double bdp = model.bdpBytes();
            longTermBytes = Math.max(Double.isNaN(bdp) ? 0 : bdp, model.inflightLatest);
        }
    }

    // Probing for bandwidth (5.3.3).

    private void startDown(long nowNanos) {
        model.resetCongestionSignals();
        probeUpAckedPerSegment = INFINITE;
        roundAtProbeUp = model.roundCount - (nextRandom() & 1);
        probeWaitNanos = PROBE_WAIT_NANOS + (nextRandom() >>> 1) % 1_000_000_000L;
        cycleNanos = nowNanos;
        feedback = Feedback.STOPPING;
        model.startRound();
        state = State.PROBE_DOWN;
    }

    private void startRefill() {
        model.resetShortTerm();
        probeUpRounds = 0;
        probeUpAcked = 0;
        probePrecautionary = false;
        feedback = Feedback.REFILLING;
        model.startRound();
        state = State.PROBE_REFILL;
    }

    private void startUp() {
        feedback = Feedback.STARTING;
        model.startRound();
        model.resetFullBandwidth(model.rate);
        state = State.PROBE_UP;
        raiseSlope();
    }

    private void advanceProbing(AckSample ack) {
        if (!model.fullBandwidthReached || adaptLongTerm(ack)) {
            return;
        }
        switch (state) {
            case PROBE_DOWN -> {
                if (isTimeToProbe(ack.nowNanos)) {
                    startRefill();
                } else if (flightBytes <= inflightWithHeadroom() && flightBytes <= inflight(1)) {
                    state = State.PROBE_CRUISE;
                }
            }
            case PROBE_CRUISE -> {
                if (isTimeToProbe(ack.nowNanos)) {
                    startRefill();
                }
            }
            case PROBE_REFILL -> {
                if (model.roundStart) {
                    probeSample = true;
                    startUp();
                }
            }
            case PROBE_UP -> {
                if (isTimeToGoDown()) {
                    probeTooHigh = false;
                    startDown(ack.nowNanos);
                }
            }
            default -> {}
        }
    }

    /** Tracks what acknowledgments mean; returns whether the state has been decided by it. */
    private boolean adaptLongTerm(AckSample ack) {
        if (feedback == Feedback.STARTING && model.roundStart) {
            feedback = Feedback.COMING;
        }
        if (feedback == Feedback.STOPPING && model.roundStart) {
            probeSample = false;
            feedback = Feedback.NONE;
            if (state.probesBandwidth()) {
                if (!model.applicationLimited) {
                    model.advanceBandwidthFilter();
                }
                if (probePrecautionary && !probeTooHigh) {
                    startRefill();
                    return true;
                }
            }
        }
        if (!model.isInflightTooHigh() && longTermBytes != INFINITE) {
            longTermBytes = Math.max(longTermBytes, model.transmitFlight);
            if (state == State.PROBE_UP) {
                raiseLongTerm(ack.deliveredBytes);
            }
        }
        return false;
    }

    private void raiseLongTerm(long deliveredBytes) {
        if (!usage.isLimited() || windowBytes < longTermBytes) {
            return;
        }
        probeUpAcked += deliveredBytes;
        if (probeUpAcked >= probeUpAckedPerSegment) {
            double segments = Math.floor(probeUpAcked / probeUpAckedPerSegment);
            probeUpAcked -= segments * probeUpAckedPerSegment;
            longTermBytes += segments * segmentBytes;
        }
        if (model.roundStart) {
            raiseSlope();
        }
    }

    private void raiseSlope() {
        double growth = 1 << probeUpRounds;
        probeUpRounds = Math.min(probeUpRounds + 1, 30);
        probeUpAckedPerSegment = Math.max(windowBytes / growth, segmentBytes);
    }

    private boolean isTimeToProbe(long nowNanos) {
        return nowNanos > cycleNanos + probeWaitNanos
                || model.roundCount - roundAtProbeUp >= Math.min(targetInflight() / segmentBytes, RENO_ROUNDS);
    }

    private boolean isTimeToGoDown() {
        if (probeTooHigh && flightBytes >= longTermBytes) {
            probePrecautionary = true;
            return true;
        }
        if (usage.isLimited() && windowBytes >= longTermBytes) {
            model.resetFullBandwidth(model.rate);
            return false;
        }
        return model.fullBandwidthNow;
    }

    // Probing for the round-trip time (5.3.4).

    private void checkProbeRtt(AckSample ack) {
        if (state != State.PROBE_RTT && model.probeRttExpired && !idleRestart) {
            saveWindow();
            state = State.PROBE_RTT;
            probeRttDoneNanos = 0;
            feedback = Feedback.STOPPING;
            model.startRound();
        }
        if (state == State.PROBE_RTT) {
            model.ignoreFlight(flightBytes);
            if (probeRttDoneNanos == 0 && flightBytes <= probeRttWindow()) {
                probeRttDoneNanos = ack.nowNanos + PROBE_RTT_NANOS;
                probeRttRoundDone = false;
                model.startRound();
            } else if (probeRttDoneNanos != 0) {
                probeRttRoundDone |= model.roundStart;
                if (probeRttRoundDone) {
                    checkProbeRttDone(ack.nowNanos);
                }
            }
        }
        idleRestart = false;
    }

    private void checkProbeRttDone(long nowNanos) {
        if (probeRttDoneNanos == 0 || nowNanos <= probeRttDoneNanos) {
            return;
        }
        model.onRttProbed(nowNanos);
        restoreWindow();
        model.resetShortTerm();
        if (model.fullBandwidthReached) {
            startDown(nowNanos);
            state = State.PROBE_CRUISE;
        } else {
            state = State.STARTUP;
        }
    }

    // Control parameters (5.6).

    private void setPacingRate(double gain) {
        double rate = gain * model.bandwidth * PACING_MARGIN;
        if (rate > 0 && (model.fullBandwidthReached || rate > pacingRate)) {
            pacingRate = rate;
        }
    }

    private void setWindow(AckSample ack) {
        double most = quantized(bdpMultiple(state.windowGain) + model.extraAcked);
        if (model.fullBandwidthReached) {
            windowBytes = Math.min(windowBytes + ack.deliveredBytes, most);
        } else if (windowBytes < most || ack.totalDeliveredBytes < (long) initialSegments * segmentBytes) {
            windowBytes += ack.deliveredBytes;
        }
        windowBytes = Math.max(windowBytes, minimumWindow());
        double cap = INFINITE;
        if (state == State.PROBE_RTT) {
            windowBytes = Math.min(windowBytes, probeRttWindow());
            cap = inflightWithHeadroom();
        } else if (state == State.PROBE_CRUISE) {
            cap = inflightWithHeadroom();
        } else if (state.probesBandwidth()) {
            cap = longTermBytes;
        }
        cap = Math.max(Math.min(cap, model.inflightShortTerm), minimumWindow());
        windowBytes = Math.min(windowBytes, cap);
    }

    private double minimumWindow() {
        return 4.0 * segmentBytes;
    }

    private double bdpMultiple(double gain) {
        double bdp = model.bdpBytes();
        return Double.isNaN(bdp) ? (double) initialSegments * segmentBytes : gain * bdp;
    }

    private double quantized(double bytes) {
        double quantum = Math.max(2.0 * segmentBytes, Math.min(LARGEST_QUANTUM, pacingRate / 1000));
        double enough = Math.max(Math.max(bytes, 3 * quantum), minimumWindow());
        return state == State.PROBE_UP ? enough + 2 * segmentBytes : enough;
    }

    private double inflight(double gain) {
        return quantized(bdpMultiple(gain));
    }

    private double inflightWithHeadroom() {
        if (longTermBytes == INFINITE) {
            return INFINITE;
        }
        return Math.max(longTermBytes - Math.max(segmentBytes, HEADROOM * longTermBytes), minimumWindow());
    }

    private double targetInflight() {
        return Math.min(bdpMultiple(1), windowBytes);
    }

    private double probeRttWindow() {
        return Math.max(bdpMultiple(PROBE_RTT_WINDOW_GAIN), minimumWindow());
    }

    // Loss episodes (5.5.11, 5.6.4.4).

    private void saveWindow() {
        boolean steady = !recovering && state != State.PROBE_RTT;
        priorWindowBytes = steady ? windowBytes : Math.max(priorWindowBytes, windowBytes);
    }

    private void restoreWindow() {
        windowBytes = Math.max(windowBytes, priorWindowBytes);
    }

    private void saveState() {
        saveWindow();
        undoState = null;
        undoBandwidth = model.bandwidthShortTerm;
        undoShortTerm = model.inflightShortTerm;
        undoLongTerm = longTermBytes;
    }

    @Override
    public void onLoss(long flight, long nowNanos) {
        saveState();
        recovering = true;
        recoveryRound = model.roundCount;
        noteLoss();
    }

    @Override
    public void onRecovered(long nowNanos) {
        recovering = false;
        restoreWindow();
    }

    @Override
    public void onTimeout(long flight, boolean first, long nowNanos) {
        if (first) {
            saveState();
            recovering = true;
            recoveryRound = model.roundCount;
            noteLoss();
        }
        windowBytes = segmentBytes;
    }

    @Override
    public void undo(long nowNanos) {
        recovering = false;
        restoreWindow();
        model.endLossRound();
        model.resetFullBandwidth();
        model.bandwidthShortTerm = Math.max(model.bandwidthShortTerm, undoBandwidth);
        model.inflightShortTerm = Math.max(model.inflightShortTerm, undoShortTerm);
        longTermBytes = Math.max(longTermBytes, undoLongTerm);
        if (undoState == State.STARTUP && state != State.STARTUP) {
            model.fullBandwidthReached = false;
            if (state != State.PROBE_RTT) {
                state = State.STARTUP;
            }
        } else if (undoState == State.PROBE_UP && state != State.PROBE_UP && state != State.PROBE_RTT) {
            startRefill();
        }
        undoState = null;
    }

    /** 5.4: the model holds, so the window stays and pacing is at the bandwidth. */
    @Override
    public void onIdle(long nowNanos) {
        idleRestart = true;
        model.restartAggregation(nowNanos);
        if (state.probesBandwidth()) {
            setPacingRate(1);
        } else if (state == State.PROBE_RTT) {
            checkProbeRttDone(nowNanos);
        }
    }

    private long nextRandom() {
        // xorshift64: the probes of flows that started together must not stay together.
        random ^= random << 13;
        random ^= random >>> 7;
        random ^= random << 17;
        return random;
    }
}
