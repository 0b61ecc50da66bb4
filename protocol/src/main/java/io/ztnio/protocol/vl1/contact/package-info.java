/**
 * Finding peers and staying in reach: HELLO and ECHO as we send them, learned paths, pushed paths, keepalives, and the bookkeeping
 * for what counts as received ({@code protocol.md} 8.1 to 8.6).
 *
 * <p>Thread: confined to the node. Called by who receives, and by the clock.
 */
package io.ztnio.protocol.vl1.contact;
