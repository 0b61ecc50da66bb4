/**
 * Planets and moons: the signed lists of roots ({@code protocol.md} 5.2).
 *
 * <p>Thread: immutable, thread-safe. Parsing returns an empty {@code Optional} for malformed input.
 */
package io.ztnio.protocol.world;
