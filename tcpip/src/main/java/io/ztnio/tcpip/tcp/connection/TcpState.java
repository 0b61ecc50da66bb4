package io.ztnio.tcpip.tcp.connection;

import io.ztnio.tcpip.tcp.table.TimeWait;

/** The states of a connection (RFC 9293 3.3.2). LISTEN is a {@code TcpListener}; TIME-WAIT ends in a {@link TimeWait}. */
public enum TcpState {
    CLOSED,
    SYN_SENT,
    SYN_RECEIVED,
    ESTABLISHED,
    FIN_WAIT_1,
    FIN_WAIT_2,
    CLOSE_WAIT,
    CLOSING,
    LAST_ACK,
    TIME_WAIT;

    /** Both sides' sequence numbers are known and agreed. */
    public boolean isSynchronised() {
        return compareTo(ESTABLISHED) >= 0;
    }

    /** The peer's FIN has not come yet. */
    public boolean mayReceive() {
        return this == ESTABLISHED || this == FIN_WAIT_1 || this == FIN_WAIT_2;
    }

    /** Our FIN is queued or sent, and not acknowledged. */
    public boolean isEnding() {
        return this == FIN_WAIT_1 || this == CLOSING || this == LAST_ACK;
    }
}
