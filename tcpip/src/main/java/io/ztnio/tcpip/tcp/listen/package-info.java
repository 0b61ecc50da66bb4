/**
 * Passive opens until the peer has shown that it is there: half-open connections (SYN-RECEIVED) and SYN cookies (RFC 4987).
 * What listens is an {@link io.ztnio.tcpip.tcp.listen.Acceptor}.
 *
 * <p>Thread: confined to the {@link io.ztnio.tcpip.Gate} of the stack.
 */
package io.ztnio.tcpip.tcp.listen;
