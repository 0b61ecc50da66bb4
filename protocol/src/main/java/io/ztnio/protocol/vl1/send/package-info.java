/**
 * The way out of a packet: direct, relayed, by a lane or later; its ID, seal and pieces; and whose OK is expected ({@code
 * protocol.md} 2.3, 2.6, 3.1 and 8.8).
 *
 * <p>Thread: confined to the node. Allocates nothing for a packet that can go at once.
 */
package io.ztnio.protocol.vl1.send;
