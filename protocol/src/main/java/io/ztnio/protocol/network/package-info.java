/**
 * VL2: virtual Ethernet networks on top of VL1: configuration, membership, frames, multicast ({@code protocol.md} 5.3,
 * 5.4, 6 and 7).
 *
 * <p>Thread: codecs and records are immutable or belong to one thread; {@link io.ztnio.protocol.network.Networks} and
 * what it hands out are confined to the node. Nothing here throws for input from the network: a drop is counted under
 * a {@link io.ztnio.protocol.network.NetworkDropReason}.
 */
package io.ztnio.protocol.network;
