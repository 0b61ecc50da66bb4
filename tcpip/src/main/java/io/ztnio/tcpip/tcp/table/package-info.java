/**
 * Who has which addresses: flows by their four addresses, local ports, TIME-WAIT (RFC 9293 3.6.1), and where the numbers of
 * a pair of addresses begin (RFC 6528). {@link io.ztnio.tcpip.tcp.table.FlowGround} is what all flows of a layer stand on.
 *
 * <p>Thread: confined to the {@link io.ztnio.tcpip.Gate} of the stack, except what the stacks of a node share: ports and
 * {@link io.ztnio.tcpip.tcp.table.FlowHash}, which are thread-safe.
 */
package io.ztnio.tcpip.tcp.table;
