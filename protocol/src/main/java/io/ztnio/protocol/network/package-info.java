/**
 * VL2: virtual Ethernet networks on top of VL1: membership, frames, multicast, configuration exchange ({@code protocol.md}
 * 4.7 to 4.15 and 7).
 *
 * <p>Thread: confined to the node. Nothing here throws for input from the network: a drop is counted under a {@link
 * io.ztnio.protocol.network.NetworkDropReason}.
 */
package io.ztnio.protocol.network;
