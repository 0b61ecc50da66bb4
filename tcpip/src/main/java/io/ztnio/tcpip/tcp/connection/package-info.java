/**
 * A connection, in the order of RFC 9293 3.10: the calls of its user ({@link
 * io.ztnio.tcpip.tcp.connection.TcpConnection}), what arrives (3.10.7, {@code SegmentArrival}) with both directions of data
 * ({@code Sender}, {@code Receiver}), its timeouts (3.10.8), and its beginning and end. The application is a {@link
 * io.ztnio.tcpip.tcp.connection.TcpUser}.
 *
 * <p>Thread: confined to the {@link io.ztnio.tcpip.Gate} of the stack, except the rings that it shares with its user.
 */
package io.ztnio.tcpip.tcp.connection;
