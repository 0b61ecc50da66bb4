package io.ztnio.protocol.portmap;

import io.ztnio.protocol.wire.Bytes;

/**
 * An answer by HTTP/1.1 (RFC 9112) as it has been received so far. Immutable.
 *
 * @param status 200 to 599; 0 if it is no HTTP, or an interim answer, for which nobody has asked
 * @param body without its coding
 */
record HttpReply(int status, Bytes body) {
    /** More than any description of a router has. */
    static final int MAX_LENGTH = 256 << 10;
}
