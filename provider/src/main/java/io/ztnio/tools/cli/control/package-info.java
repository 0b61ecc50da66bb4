/**
 * Commands for a node that runs: they ask its local API, as {@code zerotier-cli} does.
 *
 * <p>Thread: confined to the main thread.
 */
package io.ztnio.tools.cli.control;
