package io.ztnio.tcpip.tcp;

import io.ztnio.tcpip.tcp.congestion.AckSample;
import io.ztnio.tcpip.tcp.congestion.CongestionControl;

/** No congestion control: only the peer's window limits what is in flight. For comparisons with stacks that have none. */
final class NoCongestionControl implements CongestionControl {
    private static final long UNLIMITED = 1L << 40;

    @Override
    public void onEstablished(int segmentBytes) {}

    @Override
    public long windowBytes() {
        return UNLIMITED;
    }

    @Override
    public long thresholdBytes() {
        return UNLIMITED;
    }

    @Override
    public boolean regulatesRecovery() {
        return true;
    }

    @Override
    public void onAcknowledged(AckSample ack) {}

    @Override
    public void onLoss(long flightBytes, long nowNanos) {}

    @Override
    public void onRecovered(long nowNanos) {}

    @Override
    public void onTimeout(long flightBytes, boolean first, long nowNanos) {}

    @Override
    public void undo(long nowNanos) {}

    @Override
    public void onIdle(long nowNanos) {}
}
