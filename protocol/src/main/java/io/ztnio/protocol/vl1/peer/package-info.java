/**
 * The nodes that we know: keys, cipher, version and state of each, which packets of theirs were seen before, and who is new,
 * silent or gone ({@code protocol.md} 1 and 8.3).
 *
 * <p>Thread: confined to the node. Sends nothing.
 */
package io.ztnio.protocol.vl1.peer;
