package io.ztnio.tcpip.tcp.listen;

import io.ztnio.tcpip.tcp.segment.TcpSegment;

/** What half-open connections ask of the listener that they are for. Thread: inside the gate. */
public interface Acceptor {
    /** Whether as many connections wait as may. */
    boolean isFull();

    /** Takes one of the places of connections that wait; false if there is none. */
    boolean admit();

    /** Receive buffer of a connection to come, in bytes. */
    int receiveBufferBytes();

    /** The last acknowledgment of a handshake has come, perhaps with data. It was {@linkplain #admit admitted}. */
    void accept(HalfOpen half, TcpSegment segment, long nowNanos);
}
