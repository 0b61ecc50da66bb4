package io.ztnio.tcpip.tcp.connection;

import io.ztnio.tcpip.tcp.congestion.CongestionControl;
import io.ztnio.tcpip.tcp.recovery.LossRecovery;
import io.ztnio.tcpip.tcp.recovery.RttEstimator;

/** What scenarios look at inside a connection, or do there. */
public final class ConnectionProbe {
    private final TcpConnection connection;

    public ConnectionProbe(TcpConnection connection) {
        this.connection = connection;
    }

    public TcpState state() {
        return connection.state;
    }

    public long una() {
        return connection.sender.snd.una;
    }

    public long sendNext() {
        return connection.sender.snd.nxt;
    }

    /** The peer's window. */
    public long windowBytes() {
        return connection.sender.snd.windowBytes;
    }

    public CongestionControl congestion() {
        return connection.sender.congestion;
    }

    public RttEstimator rtt() {
        return connection.sender.rtt;
    }

    public LossRecovery recovery() {
        return connection.sender.recovery;
    }

    public long receiveNext() {
        return connection.receiver.nxt;
    }

    /** Of the window that we have offered. */
    public long rightEdge() {
        return connection.receiver.rightEdge();
    }

    public boolean isAcceptable(long sequence, int sequenceLength) {
        return connection.receiver.isAcceptable(sequence, sequenceLength);
    }

    public boolean hasTimestamps() {
        return connection.timestamps.isAgreed();
    }

    public boolean hasSelectiveAcks() {
        return connection.receiver.selectiveAcks;
    }

    public boolean scalesWindows() {
        return connection.receiver.windowShift > 0;
    }

    public boolean marksCongestion() {
        return connection.sender.marks.trafficClass(0, true) != 0;
    }

    /** Payload of the largest segment with the options of the next one. */
    public int payloadBytes() {
        return connection.segmentBytes() - connection.output.optionBytes();
    }

    /** Acknowledges in the next turn. */
    public void acknowledgeNow() {
        connection.receiver.acknowledgeNow();
        connection.markDirty();
    }

    public int segmentBytes() {
        return connection.segmentBytes();
    }

    /** Received bytes that nobody has read, urgent ones included. */
    public int unreadBytes() {
        return connection.user.receiveRing().available();
    }

    /** Ranges behind holes that there is memory for. */
    public int holeCapacity() {
        return connection.receiver.holeCapacity();
    }
}
