/**
 * A whole node behind one object: what a driver that owns sockets, a clock and a disk feeds and polls.
 *
 * <p>Thread: {@link io.ztnio.protocol.node.Node} is confined to its driver. Nothing throws for input from the
 * network; {@link io.ztnio.protocol.node.NodeState} throws when the stored state is unreadable or damaged.
 */
package io.ztnio.protocol.node;
