package io.ztnio.protocol.vl1;

/** What a peer is to us. */
public enum Role {
    /** An ordinary node. */
    LEAF,
    /** A root of our planet. */
    PLANET,
    /** A root of one of our moons. */
    MOON
}
