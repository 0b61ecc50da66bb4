/**
 * One handler for each verb, behind {@link io.ztnio.protocol.vl1.verb.PacketHandler}; {@link io.ztnio.protocol.vl1.verb.VerbTable} is
 * the table of {@code protocol.md} 4.0.
 *
 * <p>Thread: confined to the node. Nothing here throws for input from the network; each drop has a reason.
 */
package io.ztnio.protocol.vl1.verb;
