/**
 * IPv4 and IPv6: addresses, routes, fragmentation, ICMP, and the neighbours of each link.
 *
 * <p>Thread: confined to the {@link io.ztnio.tcpip.Gate} of the stack. Nothing here throws for input from the network.
 */
package io.ztnio.tcpip.ip;
