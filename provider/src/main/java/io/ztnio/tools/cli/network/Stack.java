package io.ztnio.tools.cli.network;

/** What carries a network. */
enum Stack {
    /** This library's own overlay. */
    OVERLAY,
    /** The ZeroTier protocol. */
    ZEROTIER
}
