/**
 * What all commands share: the JSON option, failures that are told in one line, the version.
 *
 * <p>Thread: confined to the main thread.
 */
package io.ztnio.tools.cli.command;
