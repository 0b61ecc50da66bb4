/**
 * Asynchronous channels that live in the host stack, in the virtual stack or, while undecided, in none: what {@code
 * java.nio.channels.AsynchronousChannel} is to the JDK. The host stack's half is the JDK's own asynchronous channel. A
 * group of ours stands around one of the JDK's, on whose threads the completion handlers of both stacks run.
 *
 * <p>Thread: everything is thread-safe unless it says otherwise. No lock is held while a handler runs.
 */
package io.ztnio.provider.async;
