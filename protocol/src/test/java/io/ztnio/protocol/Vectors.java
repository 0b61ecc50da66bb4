package io.ztnio.protocol;

import com.fasterxml.jackson.jr.ob.JSON;
import io.ztnio.protocol.identity.Identity;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** Test vectors from resources, and the two identities of {@code protocol.md} 13.1. */
public final class Vectors {
    public static final Identity A = Identity.parse("8e4df28b72:0:"
                    + "ac3d46abe0c21f3cfe7a6c8d6a85cfcffcb82fbd55af6a4d6350657c68200843"
                    + "fa2e16f9418bbd9702cae365f2af5fb4c420908b803a681d4daef6114d78a2d7:"
                    + "bd8dd6e4ce7022d2f812797a80c6ee8ad180dc4ebf301dec8b06d1be08832bdd"
                    + "d63a2f1cfa7b2c504474c75bdc8898ba476ef92e8e2d0509f8441985171ff16e")
            .orElseThrow();
    public static final Identity B = Identity.parse("c87563f694:0:"
                    + "c20f51d17638b8560de576b1a77f48fd19a33ca09b57b7c12279f658cc7ea123"
                    + "0bf8e0e95473be1db3e020917403fa64a51e16d48192b4de3b04c0b3fad78f57:"
                    + "210c7b5a1cb72e340e7a9e0b845b2f5cd5da7101ce3483ec00e240ae98a5fbdd"
                    + "78a1b538d4330e589ac9a41cf0bd4410dc1b06ae294c70a4ebcd692826319eff")
            .orElseThrow();

    private Vectors() {}

    public static byte[] resource(String name) {
        try (InputStream in = Vectors.class.getResourceAsStream("/" + name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The objects of one list in a JSON resource. */
    @SuppressWarnings("unchecked")
    public static List<Map<String, Object>> list(String resource, String key) {
        return (List<Map<String, Object>>)
                (List<?>) (List<Object>) map(resource).get(key);
    }

    public static Map<String, Object> map(String resource) {
        try {
            return JSON.std.mapFrom(resource(resource));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static byte[] hex(Object text) {
        return HexFormat.of().parseHex(((String) text).replaceAll("\\s", ""));
    }

    public static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    public static byte[] hexResource(String name) {
        return hex(new String(resource(name), StandardCharsets.US_ASCII));
    }

    public static Identity identity(Object text) {
        return Identity.parse((String) text).orElseThrow();
    }
}
