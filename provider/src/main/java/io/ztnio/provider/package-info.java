/**
 * What the JDK sees: the {@code SelectorProvider} and its channels, each in the host stack or in the virtual
 * stack of a ZeroTier network.
 *
 * <p>Thread: as {@code java.nio.channels} says of each type. Exceptions are exactly those of the JDK's own channels.
 */
package io.ztnio.provider;
