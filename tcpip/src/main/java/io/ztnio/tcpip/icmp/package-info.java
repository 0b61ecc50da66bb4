/**
 * ICMP (RFC 792) and ICMPv6 (RFC 4443): echo, errors in both directions, and pings.
 *
 * <p>Thread: confined to the {@link io.ztnio.tcpip.Gate} of the stack. Nothing here throws for input from the network.
 */
package io.ztnio.tcpip.icmp;
