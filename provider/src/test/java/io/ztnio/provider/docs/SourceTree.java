package io.ztnio.provider.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/** The text files of the repository. Tests run in a module's folder. */
final class SourceTree {
    static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    private static final Set<String> NOT_OURS = Set.of("target", ".git", ".idea", ".mvn", "node_modules");

    private final Map<Path, String> texts = new TreeMap<>();

    private SourceTree() {}

    static SourceTree read() throws IOException {
        SourceTree tree = new SourceTree();
        Files.walkFileTree(ROOT, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                boolean skipped = !folder.equals(ROOT)
                        && (NOT_OURS.contains(folder.getFileName().toString())
                                || (folder.getParent().equals(ROOT) && !isOurs(folder)));
                return skipped ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                String name = file.getFileName().toString();
                if (name.endsWith(".java") || name.endsWith(".md") || name.equals("pom.xml")) {
                    tree.texts.put(ROOT.relativize(file), text(file));
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return tree;
    }

    /** Whether a folder beside the modules belongs to the project: others may lie there, such as a runner's. */
    private static boolean isOurs(Path folder) {
        return folder.endsWith("docs") || Files.exists(folder.resolve("pom.xml"));
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Texts by path from the root. */
    Map<Path, String> texts() {
        return texts;
    }

    /** Whether a Java source of this simple class name has a match; in different packages there may be several. */
    boolean anyJava(String simpleName, Predicate<String> match) {
        return texts.entrySet().stream()
                .anyMatch(file -> file.getKey().endsWith(simpleName + ".java") && match.test(file.getValue()));
    }
}
