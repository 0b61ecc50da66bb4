/**
 * Physical addresses as ways: all paths, those of one peer and how good they are, and how others see our own address ({@code
 * protocol.md} 8.3 and 8.6).
 *
 * <p>Thread: confined to the node. Sends nothing and knows no peers.
 */
package io.ztnio.protocol.vl1.path;
