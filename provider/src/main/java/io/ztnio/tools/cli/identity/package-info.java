/**
 * {@code idtool}: identities, signatures and moons, as {@code zerotier-idtool} does them.
 *
 * <p>Thread: confined to the main thread.
 */
package io.ztnio.tools.cli.identity;
