package io.ztnio.protocol.vl1;

import io.ztnio.protocol.identity.Identity;

/** Another node whose identity is known. Thread: confined to the node. */
public interface Peer {
    long address();

    Identity identity();

    /** Its protocol version, or 0 while unknown. */
    int protocolVersion();

    /** Whether a direct path is usable now. */
    boolean hasDirectPath(long nowMillis);

    /** Round-trip time in milliseconds, or -1 while unknown. */
    int latencyMillis();
}
