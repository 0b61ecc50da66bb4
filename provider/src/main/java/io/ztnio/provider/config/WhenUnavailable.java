package io.ztnio.provider.config;

/** What happens to traffic of a virtual network that cannot be had. */
public enum WhenUnavailable {
    /** It fails, saying why. */
    FAIL,
    /** It goes to the operating system, after a warning. */
    OS
}
