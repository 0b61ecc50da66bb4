/**
 * Bytes on the wire: cursors, big-endian access, packet and fragment headers, verbs, shared encodings.
 *
 * <p>Thread: stateless types are thread-safe; cursors belong to one thread. Reading past the end does not throw: a
 * {@link io.ztnio.protocol.wire.ByteReader} turns to failed and stays so.
 */
package io.ztnio.protocol.wire;
