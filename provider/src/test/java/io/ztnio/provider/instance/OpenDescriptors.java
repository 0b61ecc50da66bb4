package io.ztnio.provider.instance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What this process has open, as Linux says it. Stateless. */
final class OpenDescriptors {
    private OpenDescriptors() {}

    /** Sockets, pipes and other things of the system, such as {@code socket:[4711]}, and the paths of files. */
    static List<String> list() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.map(OpenDescriptors::target).toList();
        }
    }

    /** Whether it is one of the system's, not a file. */
    static boolean isOfSystem(String descriptor) {
        return descriptor.matches("(socket|pipe|anon_inode):.*");
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            // That of the listing itself.
            return "";
        }
    }
}
