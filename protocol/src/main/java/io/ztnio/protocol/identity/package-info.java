/**
 * Who a node is: addresses, key pairs, agreement and signatures ({@code protocol.md} 1).
 *
 * <p>Thread: immutable, thread-safe. Parsing returns an empty {@code Optional} for malformed input.
 */
package io.ztnio.protocol.identity;
