/**
 * The ZeroTier protocol, VL1 and VL2, as a sans-I/O library.
 *
 * <p>Thread: a {@code Node} and everything it holds is confined to one thread at a time, the caller's business; codecs
 * and identities are immutable and thread-safe. Nothing here reads a clock, a socket or a random source: time
 * and randomness are arguments. Malformed input is counted under a drop reason and never leaves the core as an
 * exception.
 */
package io.ztnio.protocol;
