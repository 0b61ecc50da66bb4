/**
 * Packet crypto: cipher suites 0, 1 and 3, the keys that two nodes share, and the masking inside HELLO
 * ({@code protocol.md} 3). The primitives are Bouncy Castle's and the JDK's; Salsa20 and, for short
 * packets, GHASH are our own.
 *
 * <p>Thread: {@link io.ztnio.protocol.crypto.PeerKeys} belongs to one thread, as does every call that is given one.
 * Nothing throws for what a packet contains; a packet shorter than its header is a mistake of the caller.
 */
package io.ztnio.protocol.crypto;
