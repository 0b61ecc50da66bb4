/**
 * Asks the router for a UDP port of its own that leads to the node's ({@code protocol.md} 8.5): by PCP (RFC 6887), NAT-PMP (RFC 6886) or
 * UPnP (Internet Gateway Device). {@link io.ztnio.protocol.portmap.PortMapper} has the thread and the sockets; what is sent when, and what
 * is made of what comes back, is without I/O. What a router sends never throws: it is ignored, or makes the attempt fail.
 */
package io.ztnio.protocol.portmap;
