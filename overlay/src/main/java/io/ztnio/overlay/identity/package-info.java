/**
 * Who a node is: an X25519 key pair, the 40-bit id that follows from it, and the two files that keep it.
 *
 * <p>Thread: immutable values.
 */
package io.ztnio.overlay.identity;
