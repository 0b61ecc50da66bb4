package io.ztnio.protocol.credential;

/** Numbers of the kinds of credential ({@code protocol.md} 6.4). */
public enum CredentialType {
    NULL(0),
    COM(1),
    CAPABILITY(2),
    TAG(3),
    CERTIFICATE_OF_OWNERSHIP(4),
    REVOCATION(6);

    private final int code;

    CredentialType(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }

    /** The type with this number, or {@code null}. */
    public static CredentialType of(int code) {
        for (CredentialType type : values()) {
            if (type.code == code) {
                return type;
            }
        }
        return null;
    }
}
