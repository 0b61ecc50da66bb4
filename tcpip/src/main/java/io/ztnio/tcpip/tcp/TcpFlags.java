package io.ztnio.tcpip.tcp;

/** The control bits of a TCP header (RFC 9293 3.1). */
final class TcpFlags {
    static final int FIN = 0x01;
    static final int SYN = 0x02;
    static final int RST = 0x04;
    static final int PSH = 0x08;
    static final int ACK = 0x10;
    static final int URG = 0x20;

    /** A congestion mark is echoed (RFC 3168 6.1). */
    static final int ECE = 0x40;

    /** The window was reduced in answer to {@link #ECE}. */
    static final int CWR = 0x80;

    private TcpFlags() {}
}
