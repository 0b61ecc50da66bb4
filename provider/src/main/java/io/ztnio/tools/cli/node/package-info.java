/**
 * {@code node}: a standalone member, root or controller in the foreground, and the status file that nodes write.
 *
 * <p>Thread: confined to the main thread.
 */
package io.ztnio.tools.cli.node;
