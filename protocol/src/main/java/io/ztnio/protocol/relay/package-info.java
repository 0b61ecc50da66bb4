/**
 * The relay over TCP, for where UDP is blocked ({@code protocol.md} 8.13): its records, when a node uses it, the node's end, and a
 * small relay.
 *
 * <p>Thread: see each class. Knows transports and wire formats, and nothing of nodes.
 */
package io.ztnio.protocol.relay;
