package io.ztnio.it.lab;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A planet with one root, at 10.77.0.1 port 9993, and that root's identity.
 *
 * @param file the planet file
 * @param rootSecret file with the root's secret identity
 * @param rootPublic file with the root's public identity
 */
public record Planet(Path file, Path rootSecret, Path rootPublic) {
    /** The planet in this module's resources, written to {@code directory}. */
    public static Planet ofResources(Path directory) {
        return new Planet(
                copy(directory, "planet"),
                copy(directory, "root.identity.secret"),
                copy(directory, "root.identity.public"));
    }

    private static Path copy(Path directory, String name) {
        try (InputStream in = Planet.class.getResourceAsStream("/lab/" + name)) {
            Path file = directory.resolve(name);
            Files.copy(in, file);
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The root's address, 10 hexadecimal digits. */
    public String rootAddress() {
        try {
            return Files.readString(rootPublic, StandardCharsets.US_ASCII).substring(0, 10);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The first network of a controller on the root. */
    public String network() {
        return rootAddress() + "000001";
    }
}
