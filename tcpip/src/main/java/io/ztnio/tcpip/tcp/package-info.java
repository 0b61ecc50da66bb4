/**
 * TCP (RFC 9293) as a sans-I/O state machine with its endpoints. Here is what the stack and applications use: the layer, the
 * group of layers of a node, streams and listeners. Below are the rooms, each of which knows only those before it: {@code
 * segment}, {@code congestion}, {@code config}, {@code recovery}, {@code table}, {@code listen}, {@code connection}.
 *
 * <p>Thread: confined to the {@link io.ztnio.tcpip.Gate} of the stack, except what the endpoints share with the
 * application: byte rings with one producer and one consumer, and volatile readiness. Nothing here throws for input
 * from the network.
 */
package io.ztnio.tcpip.tcp;
