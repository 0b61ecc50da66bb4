package io.ztnio.provider.config;

/** What carries the networks. */
public enum Transport {
    /** The ZeroTier protocol. */
    ZEROTIER,
    /** This library's own overlay, over UDP. */
    OVERLAY_UDP,
    /** The same overlay within one process. */
    OVERLAY_MEMORY
}
