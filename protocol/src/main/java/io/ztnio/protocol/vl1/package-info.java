/**
 * VL1: peers, paths, roots, relaying, and the sending and receiving of packets ({@code protocol.md} 2, 4 and 8).
 *
 * <p>Thread: confined to the node. Nothing here throws for input from the network.
 */
package io.ztnio.protocol.vl1;
