package io.ztnio.tcpip.tcp.listen;

import io.ztnio.tcpip.share.TrafficSource;
import io.ztnio.tcpip.tcp.segment.TcpSegment;

/** What half-open connections ask of the listener that they are for. Thread: inside the gate. */
public interface Acceptor {
    /** Whether as many connections of a source wait as may. */
    boolean isFull(TrafficSource source);

    /** Takes one of the places of connections that wait; false if there is none for the source. */
    boolean admit(TrafficSource source);

    /** Receive buffer of a connection to come, in bytes. */
    int receiveBufferBytes();

    /** The last acknowledgment of a handshake has come, perhaps with data. It was {@linkplain #admit admitted}. */
    void accept(HalfOpen half, TcpSegment segment, long nowNanos);
}
