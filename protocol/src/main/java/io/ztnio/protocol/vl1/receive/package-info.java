/**
 * From datagrams to authentic packets in the clear: reassembly, opening, strangers' identities, copies, and packets that have to
 * wait ({@code protocol.md} 2.7, 3.1, 4.0 and 8.9).
 *
 * <p>Thread: confined to the node. Nothing here throws for input from the network; each drop has a reason.
 */
package io.ztnio.protocol.vl1.receive;
