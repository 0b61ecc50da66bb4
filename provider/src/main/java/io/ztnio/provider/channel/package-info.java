/**
 * The channels and their socket views: each a facade over one of the JDK's own channels, over a virtual endpoint, over
 * both (wildcard binds), or over nothing yet.
 *
 * <p>Thread: as {@code java.nio.channels} says of each type. Waiting threads park, or sit in one of the JDK's selectors
 * when both stacks are waited for; no monitor is held meanwhile. Exceptions are those of the JDK's own channels.
 */
package io.ztnio.provider.channel;
