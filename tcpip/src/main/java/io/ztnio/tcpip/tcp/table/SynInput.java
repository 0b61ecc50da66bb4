package io.ztnio.tcpip.tcp.table;

import io.ztnio.tcpip.tcp.segment.TcpSegment;
import java.net.InetAddress;
import java.util.OptionalLong;

/** Takes SYNs that belong to no connection. Thread: inside the gate. */
public interface SynInput {
    /**
     * A SYN has come.
     *
     * @param leastIss below which our initial sequence number may not be, if there was a connection of these addresses
     */
    void onSyn(InetAddress local, InetAddress remote, TcpSegment syn, OptionalLong leastIss, long nowNanos);

    /** Whether somebody listens who would take a SYN that begins a connection anew that is over. */
    boolean mayRevive(Flow over, TcpSegment syn);
}
