package io.ztnio.it.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/** Identities made beforehand, those of provider's tests, because making one takes up to some seconds. Thread-safe. */
final class PreparedIdentities {
    /** Below the folder of the project, which is that of the module that is tested, or one above. */
    private static final Path FILE = Path.of("provider/src/test/resources/io/ztnio/provider/runtime/identities.txt");

    private static final List<String> ALL = read();

    /** JVMs that run at the same time begin at different places. */
    private static final AtomicInteger NEXT =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(ALL.size()));

    private PreparedIdentities() {}

    /** Gives another identity than the last ones to a home that has none, as a node would have written it. */
    static void into(Path home) {
        Path secret = home.resolve("identity.secret");
        if (Files.exists(secret)) {
            return;
        }
        String identity = ALL.get(Math.floorMod(NEXT.getAndIncrement(), ALL.size()));
        try {
            Files.createDirectories(home);
            Files.createFile(
                    secret, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(secret, identity, StandardCharsets.US_ASCII);
            Files.writeString(
                    home.resolve("identity.public"),
                    identity.substring(0, identity.lastIndexOf(':')),
                    StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> read() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve(FILE)) && folder.getParent() != null) {
            folder = folder.getParent();
        }
        try {
            return Files.readAllLines(folder.resolve(FILE), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
