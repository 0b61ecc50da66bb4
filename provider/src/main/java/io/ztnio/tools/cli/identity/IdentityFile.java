package io.ztnio.tools.cli.identity;

import io.ztnio.protocol.identity.Identity;
import io.ztnio.tools.cli.command.CommandFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Optional;

/** Identities in their text form, in files. */
public final class IdentityFile {
    private IdentityFile() {}

    /** The identity in {@code file}, if it is readable and holds one. */
    public static Optional<Identity> read(Path file) {
        try {
            return Identity.parse(Files.readString(file, StandardCharsets.UTF_8));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The identity with its secret in {@code file}, which is generated if there is no such file. */
    public static Identity readOrGenerate(Path file) throws IOException {
        if (!Files.exists(file)) {
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
        if (!Files.exists(file)) {
            Files.createFile(file);
        }
        PosixFileAttributeView view =
                Files.getFileAttributeView(file, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        if (view != null && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            view.setPermissions(PosixFilePermissions.fromString("rw-------"));
        }
        Files.writeString(file, identity.toSecretString(), StandardCharsets.UTF_8);
    }
}
