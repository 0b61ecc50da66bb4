package io.ztnio.protocol.config;

/**
 * What a user needs to sign in where a network asks for it ({@code protocol.md} 6.9). Immutable.
 *
 * @param version 0: visit {@code url}; 1: OpenID Connect with the other fields
 * @param url authentication URL (0) or issuer URL (1)
 * @param expiryMillis when the authentication ends (0), or 0
 */
public record SingleSignOn(
        int version,
        boolean enabled,
        String url,
        long expiryMillis,
        String centralUrl,
        String nonce,
        String state,
        String clientId,
        String provider) {
    public static final SingleSignOn NONE = new SingleSignOn(0, false, "", 0, "", "", "", "", "default");

    /** The page to visit; empty if signing in takes an OpenID Connect client. */
    public String page() {
        return version == 0 ? url : "";
    }

    /**
     * Signing in by visiting a page.
     *
     * @param expiryMillis when the member has to do so again, epoch milliseconds; 0 if it never has
     */
    public static SingleSignOn at(String url, long expiryMillis) {
        return new SingleSignOn(0, true, url, expiryMillis, "", "", "", "", "default");
    }

    /** The dictionary of ERROR NETWORK_AUTHENTICATION_REQUIRED that asks for it. */
    public Dictionary toError() {
        if (version == 0) {
            return new Dictionary().put("aV", 0).put("aU", url);
        }
        return new Dictionary()
                .put("aV", version)
                .put("iU", url)
                .put("aCU", centralUrl)
                .put("aN", nonce)
                .put("aS", state)
                .put("aCID", clientId)
                .put("aSSOp", provider);
    }

    /** From a configuration. */
    static SingleSignOn fromConfig(Dictionary d) {
        int version = (int) d.number("ssov", 0);
        if (!d.flag("ssoe")) {
            return version == 0 ? NONE : new SingleSignOn(version, false, "", 0, "", "", "", "", "default");
        }
        if (version == 0) {
            return new SingleSignOn(0, true, text(d, "aurl"), d.number("aexpt", 0), "", "", "", "", "default");
        }
        return new SingleSignOn(
                version,
                true,
                text(d, "iurl"),
                0,
                text(d, "ssoce"),
                text(d, "sson"),
                text(d, "ssos"),
                text(d, "ssocid"),
                provider(text(d, "ssop")));
    }

    /** From the dictionary in ERROR NETWORK_AUTHENTICATION_REQUIRED. */
    public static SingleSignOn fromError(Dictionary d) {
        int version = (int) d.number("aV", 0);
        if (version == 0) {
            return new SingleSignOn(0, true, text(d, "aU"), 0, "", "", "", "", "default");
        }
        return new SingleSignOn(
                version,
                true,
                text(d, "iU"),
                0,
                text(d, "aCU"),
                text(d, "aN"),
                text(d, "aS"),
                text(d, "aCID"),
                provider(text(d, "aSSOp")));
    }

    void writeConfig(Dictionary d) {
        d.put("ssov", version);
        d.put("ssoe", enabled);
        if (!enabled) {
            return;
        }
        if (version == 0) {
            d.put("aurl", url).put("aexpt", expiryMillis);
        } else {
            d.put("iurl", url).put("ssoce", centralUrl).put("sson", nonce).put("ssos", state);
            d.put("ssocid", clientId).put("ssop", provider);
        }
    }

    private static String text(Dictionary d, String key) {
        byte[] value = d.bytes(key).orElse(new byte[0]);
        return ForeignText.of(value, 0, value.length);
    }

    private static String provider(String text) {
        return text.isEmpty() ? "default" : text;
    }
}
