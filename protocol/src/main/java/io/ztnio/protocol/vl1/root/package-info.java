/**
 * Roots, ours or ourselves: planet and moons, whom they make reachable, identities that they are asked for, and relaying ({@code
 * protocol.md} 5.2, 8.1, 8.7, 8.9 and 8.15).
 *
 * <p>Thread: confined to the node. Tables are bounded.
 */
package io.ztnio.protocol.vl1.root;
