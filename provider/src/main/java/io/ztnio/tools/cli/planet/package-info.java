/**
 * {@code planet}: makes and shows planet files.
 *
 * <p>Thread: confined to the main thread.
 */
package io.ztnio.tools.cli.planet;
