package io.ztnio.tcpip.tcp.segment;

/** Why an incoming segment, or a part of it, was not used. */
public enum TcpDropReason {
    /** Shorter than its header says, or a data offset below 20. */
    MALFORMED_HEADER,
    BAD_CHECKSUM,
    /** To or from an address that TCP does not speak to: multicast or broadcast. */
    NOT_UNICAST,
    /** No connection and no listener; answered with RST where allowed. */
    NO_CONNECTION,
    /** No ACK, SYN or RST in it. */
    NO_FLAGS,
    /** A SYN with FIN, which would open and close at once: no honest peer sends it. */
    SYN_WITH_FIN,
    /** Older than what was seen already (RFC 7323 5). */
    OLD_TIMESTAMP,
    /** Wholly outside the receive window. */
    OUTSIDE_WINDOW,
    /** It acknowledges what was never sent, or what is long past. */
    UNACCEPTABLE_ACK,
    /** A RST that did not name the next sequence number (RFC 5961 3). */
    UNPROVEN_RESET,
    /** A SYN inside a connection (RFC 5961 4). */
    UNEXPECTED_SYN,
    /** More holes in the received data than are tracked. */
    TOO_MANY_HOLES,
    /** The connections of the stack hold all the memory they may. */
    NO_MEMORY,
    /** Data for a side that is closed; answered with RST. */
    DATA_AFTER_CLOSE,
    /** The accept queue is full. */
    BACKLOG_FULL,
    /** Too many half-open connections. */
    TOO_MANY_HALF_OPEN,
    /** URG with a pointer of 0, which points behind no byte of the segment (RFC 9293 3.8.5); the rest of it is used. */
    BAD_URGENT_POINTER,
    /** A quoted packet that is not ours, in an ICMP error. */
    UNRELATED_ICMP
}
