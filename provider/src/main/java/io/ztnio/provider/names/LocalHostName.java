package io.ztnio.provider.names;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the operating system calls this machine: that name is its own, whatever domain would complete it. Thread-safe. */
final class LocalHostName {
    private static final Path LINUX = Path.of("/proc/sys/kernel/hostname");

    private LocalHostName() {}

    /** Empty where it cannot be told without a lookup. */
    static String get() {
        try {
            if (Files.exists(LINUX)) {
                return Files.readString(LINUX).strip();
            }
        } catch (IOException e) {
            // The environment may know.
        }
        String windows = System.getenv("COMPUTERNAME");
        String other = System.getenv("HOSTNAME");
        if (windows != null) {
            return windows;
        }
        return other == null ? "" : other;
    }
}
