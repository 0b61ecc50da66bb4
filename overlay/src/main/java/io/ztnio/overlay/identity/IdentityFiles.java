package io.ztnio.overlay.identity;

import io.ztnio.protocol.store.StateStore;
import io.ztnio.protocol.store.TextFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code identity.secret} and {@code identity.public}: text, one fact a line.
 *
 * <pre>
 * ztnio-overlay-identity 1
 * id 8e4df28b72
 * public (64 hexadecimal digits)
 * secret (64 hexadecimal digits; identity.secret only)
 * </pre>
 *
 * <p>Thread: stateless.
 */
public final class IdentityFiles {
    /** The key of the file that nobody else may read. */
    public static final String SECRET = "identity.secret";

    /** The key of the file that others may know. */
    public static final String PUBLIC = "identity.public";

    private static final String FIRST_LINE = "ztnio-overlay-identity 1";
    private static final Pattern LINES =
            Pattern.compile(FIRST_LINE + "\nid ([0-9a-f]{10})\npublic ([0-9a-f]{64})\n(?:secret ([0-9a-f]{64})\n)?");

    private IdentityFiles() {}

    /**
     * The stored identity, or a new one that is stored first.
     *
     * @param seed makes a new identity the one of this secret key (32 bytes); a stored one must be the same
     * @throws DamagedIdentityException if the files cannot be read or do not belong together
     */
    public static Identity loadOrCreate(StateStore store, Optional<byte[]> seed, RandomGenerator random)
            throws IOException {
        Optional<byte[]> secretFile = store.get(SECRET);
        Optional<byte[]> publicFile = store.get(PUBLIC);
        if (secretFile.isEmpty() && publicFile.isPresent()) {
            throw new DamagedIdentityException(PUBLIC + " is there, but " + SECRET + " is missing");
        }
        if (secretFile.isEmpty()) {
            Identity made = seed.isPresent() ? new Identity(seed.get()) : Identity.generate(random);
            // The secret first: if the process dies in between, the public half follows from it.
            store.put(SECRET, text(made, true));
            store.put(PUBLIC, text(made, false));
            return made;
        }
        Identity stored = read(secretFile.get());
        if (publicFile.isEmpty()) {
            store.put(PUBLIC, text(stored, false));
        } else {
            checkPair(stored, publicFile.get());
        }
        if (seed.isPresent() && !new Identity(seed.get()).equals(stored)) {
            throw new IOException("the seed given is that of another identity than the stored one, "
                    + NodeId.format(stored.id()) + ": leave the seed out, or give the node a home of its own");
        }
        return stored;
    }

    /** The bytes of one of the two files. */
    static byte[] text(Identity identity, boolean withSecret) {
        HexFormat hex = HexFormat.of();
        StringBuilder text = new StringBuilder(FIRST_LINE)
                .append("\nid ")
                .append(NodeId.format(identity.id()))
                .append("\npublic ")
                .append(hex.formatHex(identity.publicIdentity().key()))
                .append('\n');
        if (withSecret) {
            text.append("secret ").append(hex.formatHex(identity.secret())).append('\n');
        }
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Reads {@code identity.secret}.
     *
     * @throws DamagedIdentityException if it is not one, or its parts do not belong together
     */
    static Identity read(byte[] file) throws DamagedIdentityException {
        List<String> facts = facts(SECRET, file);
        if (facts.get(2) == null) {
            throw new DamagedIdentityException(SECRET + " has no secret key");
        }
        Identity identity = new Identity(HexFormat.of().parseHex(facts.get(2)));
        if (!matches(identity, facts)) {
            throw new DamagedIdentityException(
                    SECRET + " is damaged: its id, public and secret do not belong together");
        }
        return identity;
    }

    private static void checkPair(Identity stored, byte[] publicFile) throws DamagedIdentityException {
        if (!matches(stored, facts(PUBLIC, publicFile))) {
            throw new DamagedIdentityException(PUBLIC + " is not the public half of " + SECRET);
        }
    }

    private static boolean matches(Identity identity, List<String> facts) {
        return NodeId.format(identity.id()).equals(facts.get(0))
                && HexFormat.of().formatHex(identity.publicIdentity().key()).equals(facts.get(1));
    }

    private static List<String> facts(String name, byte[] file) throws DamagedIdentityException {
        String text;
        try {
            text = TextFile.decode(name, file);
        } catch (TextFile.EncodingException e) {
            throw new DamagedIdentityException(e.getMessage());
        }
        // An editor may have taken the last end of line, or added one.
        Matcher matcher = LINES.matcher(text.strip() + "\n");
        if (!matcher.matches()) {
            throw new DamagedIdentityException(
                    name + " is damaged, or is no identity of an overlay node (a ZeroTier node has other files)");
        }
        return Arrays.asList(matcher.group(1), matcher.group(2), matcher.group(3));
    }
}
