/**
 * Credentials: what a network's controller signs for its members ({@code protocol.md} 6.4 to 6.8).
 *
 * <p>Thread: immutable, thread-safe. Reading gives an empty {@code Optional} for malformed bytes; reading does not
 * verify.
 */
package io.ztnio.protocol.credential;
