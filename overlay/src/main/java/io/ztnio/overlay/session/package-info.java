/**
 * How two nodes make sure of each other and seal what they say: the Noise handshake, the datagrams, the window against
 * replays, and what keeps strangers cheap. The layout of each datagram is in {@code docs/overlay.md}.
 *
 * <p>Thread: confined to the gate of the node, except counters, which any thread may read. Nothing here reads a clock, a
 * socket or a random source. Input from the network is counted and refused, never thrown.
 */
package io.ztnio.overlay.session;
