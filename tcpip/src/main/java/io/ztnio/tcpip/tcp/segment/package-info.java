/**
 * Segments on the wire (RFC 9293 3.1): read, written, sized and counted; their sequence numbers and timestamps. The lowest
 * room of TCP.
 *
 * <p>Thread: confined to the {@link io.ztnio.tcpip.Gate} of the stack; {@link
 * io.ztnio.tcpip.tcp.segment.TcpCounters} are read by any thread.
 */
package io.ztnio.tcpip.tcp.segment;
