package io.ztnio.provider.routing;

/** Which stack carries the traffic of an address. */
public enum Verdict {
    /** The host's: what the operating system has always done. */
    HOST,
    /** The virtual networks'. */
    VIRTUAL,
    /** Not known yet: a network that could claim the address has not said so, and there is time left to wait for it. */
    PENDING,
    /** Nobody's now: a network claims the address, or could, and cannot be had. It must not go to the host's stack. */
    UNAVAILABLE
}
