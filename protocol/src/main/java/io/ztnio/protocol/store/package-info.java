/**
 * Where a node keeps what must survive it: identity, planet, moons, networks, peers. The one package of the core
 * that touches files, and only when called.
 *
 * <p>Thread: stores are thread-safe. Failing to read or write throws {@link java.io.IOException}; a key that is not
 * well-formed throws {@link IllegalArgumentException}.
 */
package io.ztnio.protocol.store;
