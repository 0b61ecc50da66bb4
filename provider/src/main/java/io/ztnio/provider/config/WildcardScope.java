package io.ztnio.provider.config;

/** Where a socket that is bound to the wildcard address listens. */
public enum WildcardScope {
    /** On every virtual network and on every address of the operating system. */
    BOTH,
    OS,
    ZEROTIER
}
