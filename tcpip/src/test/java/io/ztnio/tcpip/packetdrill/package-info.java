/**
 * An interpreter of the packetdrill language over a stack on virtual time: scripts say what applications call and what a
 * peer sends, and what the stack must answer. What part of the language is understood, how to run a folder of scripts and
 * what came of the public suites is in {@code docs/packetdrill.md}.
 *
 * <p>{@link io.ztnio.tcpip.packetdrill.script.Parser} makes a {@link io.ztnio.tcpip.packetdrill.script.Script} of a text,
 * {@link io.ztnio.tcpip.packetdrill.Scope} says whether it is about something that is not ours, and
 * {@link io.ztnio.tcpip.packetdrill.Interpreter} runs it. Everything that knows the stack is in
 * {@link io.ztnio.tcpip.packetdrill.VirtualHost} and the sockets.
 *
 * <p>Thread: whatever belongs to one run is confined to one thread.
 */
package io.ztnio.tcpip.packetdrill;
