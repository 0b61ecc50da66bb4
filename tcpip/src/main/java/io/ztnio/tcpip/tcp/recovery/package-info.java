/**
 * Which segments are lost, when they are sent again, and what to do if they were not: the scoreboard, RACK-TLP (RFC 8985),
 * the retransmission timer (RFC 6298), F-RTO (RFC 5682), PRR (RFC 9937), undo. Of the connection it knows {@link
 * io.ztnio.tcpip.tcp.recovery.RecoveryOutput} only.
 *
 * <p>Thread: confined to the {@link io.ztnio.tcpip.Gate} of the stack.
 */
package io.ztnio.tcpip.tcp.recovery;
