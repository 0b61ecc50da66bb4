/**
 * The seam to the layer below: what a stack needs of a virtual Ethernet, and what it offers to it; and what may be put in
 * between to look at frames or to lose them ({@link io.ztnio.tcpip.link.WrappedLink}).
 *
 * <p>Thread: confined to the {@link io.ztnio.tcpip.Gate} of the stack. Nothing here throws for input from the network.
 */
package io.ztnio.tcpip.link;
