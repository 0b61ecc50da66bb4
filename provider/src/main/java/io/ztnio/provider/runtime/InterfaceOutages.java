package io.ztnio.provider.runtime;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which addresses have been away between two looks at the interfaces, though they are there at both: where Linux is, it counts for each
 * interface how often its link has gone and come. Such an address may be in another network now. Thread: one at a time, outside the gate.
 */
final class InterfaceOutages {
    private final Path interfaces;
    /** What was counted at the last look, by name. */
    private Map<String, String> known = Map.of();

    /** @param interfaces a directory for each interface, with what the kernel says of it */
    InterfaceOutages(Path interfaces) {
        this.interfaces = interfaces;
    }

    /** Those of this machine; elsewhere than on Linux none are found. */
    static InterfaceOutages ofSystem() {
        return new InterfaceOutages(Path.of("/sys/class/net"));
    }

    /**
     * Looks again.
     *
     * @param addresses of the interfaces, by their names
     * @return those of interfaces whose link has gone since the last look, if they were there then
     */
    Set<InetAddress> look(Map<String, List<InetAddress>> addresses) {
        Map<String, String> now = new HashMap<>();
        Set<InetAddress> interrupted = new HashSet<>();
        addresses.forEach((name, its) -> {
            String count = count(name);
            if (count != null) {
                now.put(name, count);
                String before = known.get(name);
                if (before != null && !before.equals(count)) {
                    interrupted.addAll(its);
                }
            }
        });
        known = now;
        return interrupted;
    }

    /** {@code null} if it is not known. */
    private String count(String name) {
        try {
            return Files.readString(interfaces.resolve(name).resolve("carrier_changes"));
        } catch (IOException | RuntimeException e) {
            // Another system, or an interface that has just gone.
            return null;
        }
    }
}
