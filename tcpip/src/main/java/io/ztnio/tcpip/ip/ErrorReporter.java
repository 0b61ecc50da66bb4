package io.ztnio.tcpip.ip;

/** Answers the packet of {@link IpCore#ingress} with an ICMP error. Thread: confined to the gate. */
public interface ErrorReporter {
    /** Nobody takes the packet's transport protocol. */
    void protocolUnreachable(long nowNanos);

    /** Nobody takes the packet's destination port. */
    void portUnreachable(long nowNanos);
}
