package io.ztnio.provider.config;

import io.ztnio.protocol.config.Dictionary;
import io.ztnio.protocol.config.NetworkId;
import io.ztnio.protocol.network.MembershipFile;
import io.ztnio.protocol.store.TextFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * What a home says that was ZeroTier One's before: the networks it is a member of, and its settings
 * ({@code protocol.md} 8.14). What of them is not honoured here is named. Reads only.
 */
final class DaemonHome {
    /** Nothing is said. */
    static final DaemonHome NONE = new DaemonHome(List.of(), Optional.empty(), LocalConf.NONE);

    private static final String LOCAL_CONF = "local.conf";

    private final List<Long> networks;
    private final Optional<IOException> unknown;
    private final LocalConf local;

    private DaemonHome(List<Long> networks, Optional<IOException> unknown, LocalConf local) {
        this.networks = List.copyOf(networks);
        this.unknown = unknown;
        this.local = local;
    }

    /**
     * Looks at a home.
     *
     * @param named networks that are joined in any case
     * @param warnings gets a line for each file with settings that are not honoured, and for each value of a wrong type
     */
    static DaemonHome read(Path home, List<Long> named, Consumer<String> warnings) {
        List<Long> networks = new ArrayList<>();
        Optional<IOException> unknown = Optional.empty();
        try {
            networks.addAll(memberships(home));
        } catch (IOException e) {
            unknown = Optional.of(e);
        }
        Set<Long> joined = new HashSet<>(named);
        joined.addAll(networks);
        joined.forEach(id -> look(home, id, warnings));
        Path file = home.resolve(LOCAL_CONF);
        LocalConf local = LocalConf.read(file, text(file, warnings), warnings);
        return new DaemonHome(networks, unknown, local);
    }

    /** The networks whose files are there, without those that are only caches of settings. */
    List<Long> networks() {
        return networks;
    }

    /** Why it is not known which networks the home is a member of. */
    Optional<IOException> unknown() {
        return unknown;
    }

    /** Its {@code local.conf}. */
    LocalConf local() {
        return local;
    }

    /**
     * The networks that the home is a member of.
     *
     * @throws IOException if that cannot be told: a home that cannot be read is none without networks
     */
    private static List<Long> memberships(Path home) throws IOException {
        List<Long> networks = new ArrayList<>();
        for (Path file : files(home.resolve(MembershipFile.FOLDER))) {
            String name = file.getFileName().toString();
            OptionalLong id = MembershipFile.networkId(MembershipFile.FOLDER + "/" + name);
            if (id.isPresent() && isMembership(file)) {
                networks.add(id.getAsLong());
            }
        }
        return networks;
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        } catch (NoSuchFileException e) {
            if (Files.isSymbolicLink(folder) || Files.isSymbolicLink(folder.getParent())) {
                // What it leads to is not there now, as with a volume that is not mounted.
                throw new FileSystemException(folder.toString(), null, "a link to what is not there");
            }
            return List.of();
        } catch (NotDirectoryException e) {
            // A file has no memberships.
            return List.of();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static boolean isMembership(Path file) throws IOException {
        try {
            // Not isRegularFile: that is false too for what cannot be looked at.
            return Files.readAttributes(file, BasicFileAttributes.class).isRegularFile()
                    && MembershipFile.isMembership(Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            if (Files.isSymbolicLink(file)) {
                throw new FileSystemException(file.toString(), null, "a link to what is not there");
            }
            return false;
        }
    }

    /** Names what a network's own settings say in vain, and a network whose traffic goes to the operating system. */
    private static void look(Path home, long id, Consumer<String> warnings) {
        Path file = home.resolve(MembershipFile.FOLDER).resolve(NetworkId.format(id) + ".local.conf");
        Optional<String> text = text(file, warnings);
        if (text.isEmpty()) {
            return;
        }
        Dictionary said = Dictionary.parse(text.get().getBytes(StandardCharsets.UTF_8));
        List<String> ignored = new ArrayList<>();
        for (String key : said.keys()) {
            String value = said.text(key).strip();
            if (!NetworkSettings.KEYS.contains(key) && !value.isEmpty()) {
                ignored.add(key + "=" + value);
            }
        }
        if (!NetworkSettings.parse(text.get()).allowManaged()) {
            warnings.accept(
                    file + ": " + NetworkSettings.ALLOW_MANAGED + " leaves nothing of the network that could be used"
                            + " here; what is meant for it goes to the operating system");
        }
        if (!ignored.isEmpty()) {
            warnings.accept(file + ": not honoured: " + String.join(", ", ignored));
        }
    }

    private static Optional<String> text(Path file, Consumer<String> warnings) {
        if (!Files.exists(file)) {
            // So it is where the home is a file: then the node itself will say so.
            return Optional.empty();
        }
        try {
            return Optional.of(TextFile.read(file));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            warnings.accept(file + " is ignored" + ConfigLoader.reason(e));
            return Optional.empty();
        }
    }
}
