package io.ztnio.protocol.crypto;

/** How a packet is protected: bits 3 to 5 of its flags ({@code protocol.md} 3). */
public enum CipherSuite {
    /** Authenticated, not encrypted: HELLO. */
    POLY1305_NONE(0),
    /** For peers with a protocol version below 12. */
    SALSA2012_POLY1305(1),
    /** No protection at all: configured paths. */
    TRUSTED_PATH(2),
    /** For peers with protocol version 12 and up. */
    AES_GMAC_SIV(3);

    private static final CipherSuite[] VALUES = values();

    private final int code;

    CipherSuite(int code) {
        this.code = code;
    }

    /** 0 to 3. */
    public int code() {
        return code;
    }

    /** The suite with this code, or {@code null} for an undefined one. */
    public static CipherSuite of(int code) {
        return code >= 0 && code < VALUES.length ? VALUES[code] : null;
    }
}
