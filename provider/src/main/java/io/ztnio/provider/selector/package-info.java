/**
 * One selector over both stacks: the host stack's channels are watched by one of the JDK's own selectors, virtual
 * endpoints report through a lock-free stack of ready keys.
 *
 * <p>Thread: as {@code java.nio.channels} says of selectors and keys; readiness may be reported by any thread, and
 * reporting never blocks. Exceptions are those of the JDK's own selectors.
 */
package io.ztnio.provider.selector;
