package io.ztnio.tcpip.tcp.segment;

/** The control bits of a TCP header (RFC 9293 3.1). */
public final class TcpFlags {
    public static final int FIN = 0x01;
    public static final int SYN = 0x02;
    public static final int RST = 0x04;
    public static final int PSH = 0x08;
    public static final int ACK = 0x10;
    public static final int URG = 0x20;

    /** A congestion mark is echoed (RFC 3168 6.1). */
    public static final int ECE = 0x40;

    /** The window was reduced in answer to {@link #ECE}. */
    public static final int CWR = 0x80;

    private TcpFlags() {}
}
