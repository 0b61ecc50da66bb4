/**
 * Commands that join a network and use it: join, listen, call, expose, forward, udp-listen, udp-send.
 *
 * <p>Thread: confined to the command's thread, whose interruption ends a command gracefully; a command says what threads
 * it has besides. What goes wrong is a {@code CommandFailure} or an {@code IOException}.
 */
package io.ztnio.tools.cli.network;
