/**
 * The JDK's own {@code SelectorProvider}, found without JVM flags.
 *
 * <p>Thread: thread-safe. Nothing here throws while it searches; when nothing is found, opening channels does.
 */
package io.ztnio.provider.os;
