package io.ztnio.tools.cli.identity;

import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.store.TextFile;
import io.ztnio.tools.cli.command.CommandFailure;
import io.ztnio.tools.cli.command.OutputFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;

/** Identities in their text form, in files. */
public final class IdentityFile {
    private IdentityFile() {}

    /**
     * The identity in {@code file}; empty if it holds none.
     *
     * @throws IOException if it cannot be read
     */
    public static Optional<Identity> read(Path file) throws IOException {
        return Identity.parse(TextFile.read(file));
    }

    /** The identity with its secret in {@code file}, which is generated if there is no such file, or an empty one. */
    public static Identity readOrGenerate(Path file) throws IOException {
        if (!Files.exists(file) || (Files.isRegularFile(file) && Files.size(file) == 0)) {
            Identity identity = Identity.generate(new SecureRandom());
            writeSecret(file, identity);
            return identity;
        }
        return read(file)
                .filter(Identity::hasSecret)
                .orElseThrow(() -> new CommandFailure(file + " holds no identity with a secret"));
    }

    /** Writes the text form with the secret, readable by the owner only where the file system knows owners. */
    public static void writeSecret(Path file, Identity identity) throws IOException {
        OutputFile.writeSecret(file, identity.toSecretString().getBytes(StandardCharsets.US_ASCII));
    }

    /** Writes the text form without the secret. */
    public static void writePublic(Path file, Identity identity) throws IOException {
        OutputFile.write(file, identity.toPublicString().getBytes(StandardCharsets.US_ASCII));
    }
}
