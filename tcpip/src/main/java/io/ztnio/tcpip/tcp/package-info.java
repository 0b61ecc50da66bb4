/**
 * TCP (RFC 9293) as a sans-I/O state machine with its endpoints.
 *
 * <p>Thread: confined to the {@link io.ztnio.tcpip.Gate} of the stack, except what the endpoints share with the
 * application: byte rings with one producer and one consumer, and volatile readiness. Nothing here throws for input
 * from the network.
 */
package io.ztnio.tcpip.tcp;
