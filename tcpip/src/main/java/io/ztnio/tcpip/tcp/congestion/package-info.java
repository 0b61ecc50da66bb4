/**
 * How much may be in flight and how fast it goes out: CUBIC, NewReno, BBR, pacing, and the marks of routers (RFC 3168).
 * What is lost is decided above.
 *
 * <p>Thread: confined to the {@link io.ztnio.tcpip.Gate} of the stack.
 */
package io.ztnio.tcpip.tcp.congestion;
