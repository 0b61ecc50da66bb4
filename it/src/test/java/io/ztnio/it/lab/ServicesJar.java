package io.ztnio.it.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The packaged {@code ztnio-auto-install.jar}. Stateless. */
public final class ServicesJar {
    private ServicesJar() {}

    public static Path file() throws IOException {
        Path directory = Path.of(System.getProperty("ztnio.it.services.directory"));
        try (Stream<Path> files = Files.list(directory)) {
            List<Path> jars = files.filter(file -> file.toString().endsWith(".jar"))
                    .filter(file -> !file.toString().matches(".*-(sources|javadoc)\\.jar"))
                    .toList();
            if (jars.size() != 1) {
                throw new IllegalStateException("not one jar in " + directory + ": " + jars);
            }
            return jars.get(0).normalize();
        }
    }
}
