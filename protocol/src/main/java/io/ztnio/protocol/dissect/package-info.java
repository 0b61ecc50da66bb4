/**
 * Turns packets into names and values for people to read. Not for the data path.
 *
 * <p>Thread: stateless, thread-safe. Nothing throws for what a packet contains.
 */
package io.ztnio.protocol.dissect;
