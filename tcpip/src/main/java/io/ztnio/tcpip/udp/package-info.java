/**
 * UDP (RFC 768): ports and endpoints.
 *
 * <p>Thread: confined to the {@link io.ztnio.tcpip.Gate} of the stack, except the methods of
 * {@link io.ztnio.tcpip.endpoint.DatagramEndpoint} and the queues between both sides, which have one producer and one
 * consumer. Nothing here throws for input from the network.
 */
package io.ztnio.tcpip.udp;
