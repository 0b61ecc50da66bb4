/**
 * Several links to one peer ({@code protocol.md} 8.12): {@link io.ztnio.protocol.vl1.bond.Bond} is asked which way a packet takes, one
 * {@link io.ztnio.protocol.vl1.bond.Spreading} a policy answers, and links are watched by heartbeats and QOS_MEASUREMENT.
 *
 * <p>Thread: confined to the node. Nothing is allocated for a packet, and nothing throws for input from the network.
 */
package io.ztnio.protocol.vl1.bond;
