package io.ztnio.protocol.controller;

/**
 * Where and as what members sign in by OpenID Connect ({@code protocol.md} 6.9). Immutable.
 *
 * @param issuer URL of who knows the users; empty if members do not sign in that way
 * @param clientId of this network at the issuer
 * @param provider what kind of issuer it is, such as {@code default} or {@code keycloak}
 * @param redirectUrl where the issuer sends the user back to
 */
public record OpenIdService(String issuer, String clientId, String provider, String redirectUrl) {
    /** There is none. */
    public static final OpenIdService NONE = new OpenIdService("", "", "", "");

    /** Whether members sign in that way. */
    public boolean isUsed() {
        return !issuer.isEmpty();
    }
}
