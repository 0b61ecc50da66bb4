package io.ztnio.it.software;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Published jars, as Maven has put them beside this module's tests. Stateless. */
final class PublishedSoftware {
    private PublishedSoftware() {}

    /** Of this module's class path the jars of these groups and of those below them, {@code org.eclipse.jetty}. */
    static List<Path> ofGroups(String... groups) {
        List<String> folders = Stream.of(groups)
                .map(group -> "/" + group.replace('.', '/') + "/")
                .toList();
        List<Path> jars = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> folders.stream().anyMatch(entry.replace('\\', '/')::contains))
                .map(Path::of)
                .toList();
        if (jars.isEmpty()) {
            throw new IllegalStateException("no jar of " + List.of(groups) + " on the class path");
        }
        return jars;
    }

    /** The jars that the build has put into a folder of its own. */
    static List<Path> inFolder(String name) {
        try (Stream<Path> jars = Files.list(Path.of(System.getProperty("ztnio.it.build"), name))) {
            return jars.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException("the build makes this folder, with mvn process-test-resources", e);
        }
    }
}
