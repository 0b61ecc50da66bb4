package io.ztnio.provider.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What the user says of names. Immutable.
 *
 * @param hosts {@code ztnio.hosts}: a file in the format of hosts(5)
 * @param dns {@code ztnio.dns}: whether the DNS that networks push is used
 */
public record NameSettings(Optional<Path> hosts, boolean dns) {
    /** No file, no pushed DNS. */
    public static final NameSettings NONE = new NameSettings(Optional.empty(), false);
}
