/**
 * A node without sockets and clocks: its networks, their members, and what is said between them.
 *
 * <p>Thread: confined to the gate of the node, except the immutable values (views, events, settings). Datagrams go out
 * through {@link io.ztnio.protocol.transport.DatagramSender}; time and randomness are arguments. Input from the network is
 * counted and refused, never thrown.
 */
package io.ztnio.overlay.node;
