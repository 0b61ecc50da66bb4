/**
 * The end of the process: a node outlives the application's shutdown hooks, which may still need their connections, as a
 * kernel would, and delivers what was written.
 *
 * <p>Thread: thread-safe.
 */
package io.ztnio.provider.exit;
