/**
 * What a network is and how its controller says so: identifiers, MAC and managed addresses, dictionaries, configurations
 * ({@code protocol.md} 5.3, 5.4, 6.1, 6.2 and 7.5).
 *
 * <p>Thread: immutable, thread-safe; {@link io.ztnio.protocol.config.Dictionary} belongs to one thread. Reading gives an
 * empty {@code Optional} for malformed bytes; only parsing of texts that users write throws.
 */
package io.ztnio.protocol.config;
