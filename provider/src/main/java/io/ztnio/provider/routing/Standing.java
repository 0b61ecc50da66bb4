package io.ztnio.provider.routing;

/** How a network stands. */
public enum Standing {
    /** Frames flow, as far as we know. */
    USABLE,
    /** Nobody has said yes or no; that is waited for, but not for ever. */
    WAITING,
    /** It cannot be had, and waiting alone does not help. */
    UNAVAILABLE
}
