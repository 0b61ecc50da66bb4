/**
 * VL1 as others see it ({@code protocol.md} 2, 4 and 8): the façade {@link io.ztnio.protocol.vl1.Vl1}, what a node tells and is
 * told, and what it counts. The parts behind it live in the packages below, each of which knows only this one and those that
 * come before it: {@code path}, {@code bond}, {@code peer}, {@code send}, {@code root}, {@code contact}, {@code receive}, {@code verb};
 * {@code assembly} makes them and tells each what it uses.
 *
 * <p>Thread: confined to the node. Nothing here throws for input from the network.
 */
package io.ztnio.protocol.vl1;
