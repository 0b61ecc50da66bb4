/**
 * The neighbours of a link: which MAC address has an IP address, asked by ARP (RFC 826) and NDP (RFC 4861).
 *
 * <p>Thread: confined to the {@link io.ztnio.tcpip.Gate} of the stack. Nothing here throws for input from the network.
 */
package io.ztnio.tcpip.neighbor;
