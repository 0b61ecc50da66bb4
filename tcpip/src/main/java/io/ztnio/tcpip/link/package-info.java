/**
 * The seam to the layer below: what a stack needs of a virtual Ethernet, and what it offers to it.
 *
 * <p>Thread: confined to the {@link io.ztnio.tcpip.Gate} of the stack. Nothing here throws for input from the network.
 */
package io.ztnio.tcpip.link;
