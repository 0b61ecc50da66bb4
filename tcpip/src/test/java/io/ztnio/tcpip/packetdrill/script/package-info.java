/**
 * The packetdrill language: a text becomes a {@link io.ztnio.tcpip.packetdrill.script.Script} of events with their times, by
 * way of tokens. {@link io.ztnio.tcpip.packetdrill.script.ScriptError} says where a text is not in the language,
 * {@link io.ztnio.tcpip.packetdrill.script.OutOfScope} what it asks for that this stack does not have.
 *
 * <p>Thread: what a parser makes is immutable, the rest is confined to one thread.
 */
package io.ztnio.tcpip.packetdrill.script;
