package io.ztnio.provider.config;

import com.fasterxml.jackson.jr.ob.JSON;
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
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a home says that was ZeroTier One's before: the networks it is a member of, and its settings
 * ({@code protocol.md} 8.14). What of them is not honoured here is named. Reads only.
 */
final class DaemonHome {
    /** Nothing is said. */
    static final DaemonHome NONE =
            new DaemonHome(List.of(), false, Optional.empty(), Optional.empty(), Optional.empty());

    private static final String LOCAL_CONF = "local.conf";
    private static final String PORT = "settings.primaryPort";
    private static final String BIND = "settings.bind";

    /** Of physical and virtual networks; true is not honoured. */
    private static final String BLACKLIST = ".blacklist";

    /** Settings that say what is the case here anyway. */
    private static final Map<String, Object> OURS = Map.of(
            "settings.portMappingEnabled", false,
            "settings.allowSecondaryPort", false,
            "settings.allowTcpFallbackRelay", false,
            "settings.forceTcpRelay", false,
            "settings.lowBandwidthMode", false,
            "settings.softwareUpdate", "disable");

    /** The same of a network's own settings. */
    private static final Map<String, String> NETWORK_OURS =
            Map.of("allowManaged", "1", "allowGlobal", "0", "allowDefault", "0", "allowDNS", "0");

    private static final String NOT_MANAGED = "allowManaged";
    private static final Set<String> WIDER = Set.of("allowGlobal", "allowDefault");

    private final List<Long> networks;
    private final boolean leftOut;
    private final Optional<IOException> unknown;
    private final Optional<String> port;
    private final Optional<String> bind;

    private DaemonHome(
            List<Long> networks,
            boolean leftOut,
            Optional<IOException> unknown,
            Optional<String> port,
            Optional<String> bind) {
        this.networks = List.copyOf(networks);
        this.leftOut = leftOut;
        this.unknown = unknown;
        this.port = port;
        this.bind = bind;
    }

    /**
     * Looks at a home.
     *
     * @param named networks that are joined in any case
     * @param warnings gets a line for each file with settings that are not honoured
     */
    static DaemonHome read(Path home, List<Long> named, Consumer<String> warnings) {
        List<Long> networks = new ArrayList<>();
        Optional<IOException> unknown = Optional.empty();
        try {
            networks.addAll(memberships(home));
        } catch (IOException e) {
            unknown = Optional.of(e);
        }
        int members = networks.size();
        Set<Long> joined = new HashSet<>(named);
        joined.addAll(networks);
        for (long id : joined) {
            if (!honours(home, id, named.contains(id), warnings)) {
                networks.remove(id);
            }
        }
        Map<String, Object> settings = localConf(home.resolve(LOCAL_CONF), warnings);
        return new DaemonHome(networks, networks.size() < members, unknown, port(settings), bind(settings));
    }

    /** The networks whose files are there, without those that are only caches of settings. */
    List<Long> networks() {
        return networks;
    }

    /** Whether the home is a member of networks that are not joined all the same. */
    boolean leavesOut() {
        return leftOut;
    }

    /** Why it is not known which networks the home is a member of. */
    Optional<IOException> unknown() {
        return unknown;
    }

    /** The value of {@link ConfigKey#PORT} that the daemon's settings have. */
    Optional<String> port() {
        return port;
    }

    /** The same of {@link ConfigKey#BIND}. */
    Optional<String> bind() {
        return bind;
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

    /** Names what a network's own settings say in vain; false if it is better not joined. */
    private static boolean honours(Path home, long id, boolean named, Consumer<String> warnings) {
        Path file = home.resolve(MembershipFile.FOLDER).resolve(NetworkId.format(id) + ".local.conf");
        Optional<String> text = text(file, warnings);
        if (text.isEmpty()) {
            return true;
        }
        Dictionary settings = Dictionary.parse(text.get().getBytes(StandardCharsets.UTF_8));
        List<String> ignored = new ArrayList<>();
        boolean wider = false;
        boolean managed = true;
        for (String key : settings.keys()) {
            String value = settings.text(key).strip();
            if (!value.equals(NETWORK_OURS.get(key)) && !value.isEmpty()) {
                ignored.add(key + "=" + value);
                wider |= WIDER.contains(key);
                managed &= !(key.equals(NOT_MANAGED) && value.equals("0"));
            }
        }
        if (!managed && !named) {
            warnings.accept(
                    file + ": " + NOT_MANAGED + "=0 leaves nothing of the network that could be used here; it is not"
                            + " joined, and what is meant for it goes to the operating system ("
                            + ConfigKey.NETWORKS.key() + " joins it all the same)");
            return false;
        }
        if (!ignored.isEmpty()) {
            warnings.accept(file + ": not honoured: " + String.join(", ", ignored)
                    + (wider ? "; public destinations are named in " + ConfigKey.ROUTES.key() : ""));
        }
        return true;
    }

    private static Map<String, Object> localConf(Path file, Consumer<String> warnings) {
        Map<String, Object> settings = new TreeMap<>();
        Optional<String> text = text(file, warnings);
        if (text.isEmpty()) {
            return settings;
        }
        try {
            flatten("", JSON.std.mapFrom(text.get()), settings);
        } catch (IOException | RuntimeException e) {
            // The library throws more than it says.
            warnings.accept(file + " is not a JSON object, and is ignored");
            return Map.of();
        }
        List<String> ignored = settings.entrySet().stream()
                .filter(setting -> !setting.getValue().equals(OURS.get(setting.getKey())))
                .filter(setting -> !(setting.getKey().endsWith(BLACKLIST)
                        && setting.getValue().equals(false)))
                .map(Map.Entry::getKey)
                .filter(key -> !(key.equals(PORT) && port(settings).isPresent())
                        && !(key.equals(BIND) && bind(settings).isPresent()))
                .toList();
        if (!ignored.isEmpty()) {
            warnings.accept(file + ": not honoured: " + String.join(", ", ignored));
        }
        return settings;
    }

    /** Objects within objects become names with dots; an empty one, and an empty list, says nothing. */
    private static void flatten(String prefix, Map<?, ?> object, Map<String, Object> settings) {
        object.forEach((name, value) -> {
            String key = prefix + name;
            if (value instanceof Map<?, ?> inner) {
                flatten(key + ".", inner, settings);
            } else if (!List.of().equals(value)) {
                settings.put(key, value == null ? "null" : value);
            }
        });
    }

    private static Optional<String> port(Map<String, Object> settings) {
        return settings.get(PORT) instanceof Integer port && port >= 0 && port <= 0xffff
                ? Optional.of(port.toString())
                : Optional.empty();
    }

    private static Optional<String> bind(Map<String, Object> settings) {
        return settings.get(BIND) instanceof List<?> addresses && !addresses.isEmpty()
                ? Optional.of(addresses.stream().map(String::valueOf).collect(Collectors.joining(",")))
                : Optional.empty();
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
