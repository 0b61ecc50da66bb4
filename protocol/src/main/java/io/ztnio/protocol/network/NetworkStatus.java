package io.ztnio.protocol.network;

/** How we stand with a network's controller ({@code protocol.md} 9.8). A cached configuration works in every status. */
public enum NetworkStatus {
    REQUESTING_CONFIGURATION,
    OK,
    ACCESS_DENIED,
    NOT_FOUND,
    AUTHENTICATION_REQUIRED
}
