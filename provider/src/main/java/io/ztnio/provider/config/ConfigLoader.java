package io.ztnio.provider.config;

import io.ztnio.protocol.store.TextFile;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Collects settings from their sources, by precedence, and validates them all before it complains.
 *
 * <p>The environment is not ours alone: platforms put variables into every process beside a service that is called
 * {@code ztnio}. What is not understood there is warned of; anywhere else it is an error.
 *
 * <p>Thread: confined to its creator. Use once.
 */
public final class ConfigLoader {
    private static final String KEY_PREFIX = "ztnio.";
    private static final String VARIABLE_PREFIX = "ZTNIO_";

    private final Map<String, String> properties;
    private final Map<String, String> environment;
    private final Consumer<String> warnings;
    private final Map<String, String> agentOptions = new TreeMap<>();
    private final Map<String, String> programSettings = new TreeMap<>();
    private final List<String> problems = new ArrayList<>();
    private final Map<ConfigKey, Setting> settings = new EnumMap<>(ConfigKey.class);

    /** Whether it could not be told which networks there are. */
    private boolean homeUnknown;

    private boolean planetGiven;
    private PathSettings paths = PathSettings.NONE;

    /** A value and where it came from, for messages. */
    record Setting(String value, String source) {}

    /** What the settings are for, which says how much of them must be right. */
    private enum Purpose {
        /** All is validated. */
        ANY,
        /** A node runs, with or without networks, so that it needs a home. */
        NODE,
        /** The same, with its state elsewhere than in a home. */
        NODE_WITHOUT_HOME,
        /** Channels: without networks they need nothing. */
        CHANNELS
    }

    /**
     * A loader over given sources, whose warnings are logged.
     *
     * @param properties system properties; keys outside {@code ztnio.} are ignored
     * @param environment environment variables; names outside {@code ZTNIO_} are ignored
     */
    public ConfigLoader(Map<String, String> properties, Map<String, String> environment) {
        this(properties, environment, ConfigLoader::log);
    }

    /**
     * A loader over given sources.
     *
     * @param properties system properties; keys outside {@code ztnio.} are ignored
     * @param environment environment variables; names outside {@code ZTNIO_} are ignored
     * @param warnings gets a line for each oddity that is no error
     */
    public ConfigLoader(Map<String, String> properties, Map<String, String> environment, Consumer<String> warnings) {
        this.properties = new TreeMap<>(properties);
        this.environment = new TreeMap<>(environment);
        this.warnings = warnings;
    }

    /** A loader over this process's system properties and environment, whose warnings are logged. */
    public static ConfigLoader ofProcess() {
        return ofProcess(ConfigLoader::log);
    }

    /** A loader over this process's system properties and environment. */
    public static ConfigLoader ofProcess(Consumer<String> warnings) {
        Map<String, String> properties = new HashMap<>();
        Properties system = System.getProperties();
        for (String name : system.stringPropertyNames()) {
            properties.put(name, system.getProperty(name));
        }
        return new ConfigLoader(properties, System.getenv(), warnings);
    }

    private static void log(String warning) {
        System.getLogger("io.ztnio").log(System.Logger.Level.WARNING, warning);
    }

    /**
     * Sets a value that beats all sources.
     *
     * @param source what messages call it
     */
    public void override(ConfigKey key, String value, String source) {
        settings.put(key, new Setting(value, source));
    }

    /** Adds the settings that a program has made by their keys: they beat all sources. */
    public ConfigLoader programSettings(Map<String, String> given) {
        programSettings.putAll(given);
        return this;
    }

    /** Adds the settings that the agent was started with: system properties beat them, they beat the environment. */
    public ConfigLoader agentOptions(Map<String, String> options) {
        agentOptions.putAll(options);
        return this;
    }

    /**
     * Reads and validates.
     *
     * @throws ConfigException naming every unknown key and bad value
     */
    public ZtnioConfig load() {
        return load(Purpose.ANY);
    }

    /**
     * Reads and validates for a node that runs whether it joins networks or not.
     *
     * @throws ConfigException naming every unknown key and bad value, or a home that nobody chose
     */
    public ZtnioConfig loadForNode() {
        return load(Purpose.NODE);
    }

    /**
     * As {@link #loadForNode}, for a node whose state is not in a home: {@code ztnio.home} is not looked at, and its networks
     * are those that are named.
     *
     * @throws ConfigException naming every unknown key and bad value
     */
    public ZtnioConfig loadForNodeWithoutHome() {
        planetGiven = true;
        return load(Purpose.NODE_WITHOUT_HOME);
    }

    /** The node's roots come from elsewhere than the settings, so that these need not name them. */
    public ConfigLoader planetGiven() {
        planetGiven = true;
        return this;
    }

    /**
     * Reads and validates for channels: where no networks are named, nothing else is needed, so that no other value is
     * looked at and all are at their defaults.
     *
     * @throws ConfigException naming every unknown key, and bad values if there are networks
     */
    public ZtnioConfig loadForChannels() {
        return load(Purpose.CHANNELS);
    }

    private ZtnioConfig load(Purpose purpose) {
        programSettings.forEach((name, value) -> collect(ConfigKey.ofKey(name), name, value, "set by the program"));
        collectProperties();
        collectAgentOptions();
        collectEnvironment();
        collectFile();
        ConfigValues values = new ConfigValues(settings, properties.getOrDefault("user.home", ""), problems);
        List<Long> networks =
                purpose == Purpose.NODE_WITHOUT_HOME ? values.networks() : withDaemonHome(values, purpose);
        boolean captures = settings.containsKey(ConfigKey.CAPTURE);
        boolean wrong = homeUnknown || (!problems.isEmpty() && (settings.containsKey(ConfigKey.NETWORKS) || captures));
        if (purpose == Purpose.CHANNELS && networks.isEmpty() && !captures && !wrong) {
            settings.clear();
        }
        ZtnioConfig config = values.build(
                networks,
                purpose == Purpose.NODE || (purpose != Purpose.NODE_WITHOUT_HOME && !networks.isEmpty()),
                planetGiven,
                paths);
        if (!problems.isEmpty()) {
            throw new ConfigException(problems, homeUnknown);
        }
        return config;
    }

    /** The networks, those of a home that was the daemon's among them; its settings count least of all. */
    private List<Long> withDaemonHome(ConfigValues values, Purpose purpose) {
        List<Long> named = values.networks();
        Optional<Path> home = values.zeroTierHome();
        List<String> notices = new ArrayList<>();
        DaemonHome daemon = home.isPresent() ? DaemonHome.read(home.get(), named, notices::add) : DaemonHome.NONE;
        List<Long> networks = Stream.concat(named.stream(), daemon.networks().stream())
                .distinct()
                .toList();
        daemon.unknown().ifPresent(failure -> refuseUnknown(home.orElseThrow(), named, failure));
        if (purpose == Purpose.CHANNELS && networks.isEmpty() && settings.containsKey(ConfigKey.HOME)) {
            home.filter(directory -> !Files.isDirectory(directory)).ifPresent(this::warnOfNoHome);
        }
        if (purpose != Purpose.CHANNELS || !networks.isEmpty()) {
            notices.forEach(warnings);
            String source = "local.conf of the home";
            daemon.local().port().ifPresent(port -> settings.putIfAbsent(ConfigKey.PORT, new Setting(port, source)));
            paths = daemon.local().paths();
            daemon.local()
                    .tcpRelaySetting()
                    .ifPresent(relay -> settings.putIfAbsent(ConfigKey.TCP_RELAY, new Setting(relay, source)));
            daemon.local()
                    .forceTcpRelay()
                    .ifPresent(force -> settings.putIfAbsent(ConfigKey.TCP_RELAY_FORCE, new Setting(force, source)));
            daemon.local()
                    .portMapping()
                    .ifPresent(map -> settings.putIfAbsent(ConfigKey.PORT_MAPPING, new Setting(map, source)));
            daemon.local().bind().ifPresent(bind -> settings.putIfAbsent(ConfigKey.BIND, new Setting(bind, source)));
        }
        return networks;
    }

    /** What cannot be read may be a member of networks, whose traffic must not go anywhere else. */
    private void refuseUnknown(Path home, List<Long> named, IOException failure) {
        if (!named.isEmpty() && !isSearchable(home)) {
            // Then the node cannot start, and what the networks could claim fails until it can.
            return;
        }
        String file = failure instanceof FileSystemException known && known.getFile() != null
                ? known.getFile()
                : home.toString();
        homeUnknown = true;
        problems.add(ConfigKey.HOME.key() + "=" + home + ": which networks it is a member of is not known, for " + file
                + " cannot be read" + reason(failure) + "; make it readable for this process, or set "
                + ConfigKey.HOME.key() + " (" + ConfigKey.HOME.environmentVariable() + ") to another directory");
    }

    private static boolean isSearchable(Path home) {
        try {
            return Files.readAttributes(home.resolve("."), BasicFileAttributes.class)
                    .isDirectory();
        } catch (IOException e) {
            return false;
        }
    }

    private void warnOfNoHome(Path home) {
        warnings.accept(ConfigKey.HOME.key() + "=" + home + " ("
                + settings.get(ConfigKey.HOME).source()
                + "): there is no such directory, and no network is named: all traffic goes to the operating system."
                + " Networks are named in " + ConfigKey.NETWORKS.key());
    }

    private void collectProperties() {
        properties.forEach((name, value) -> {
            if (name.startsWith(KEY_PREFIX)) {
                collect(ConfigKey.ofKey(name), name, value, "system property");
            }
        });
    }

    private void collectAgentOptions() {
        agentOptions.forEach((name, value) -> collect(ConfigKey.ofKey(name), name, value, "option of the agent"));
    }

    private void collectEnvironment() {
        List<String> links = new ArrayList<>();
        environment.forEach((name, value) -> {
            if (!name.startsWith(VARIABLE_PREFIX)) {
                return;
            }
            Optional<ConfigKey> key = ConfigKey.ofEnvironmentVariable(name);
            if (isServiceLink(key, name, value)) {
                links.add(name);
            } else if (key.isPresent()) {
                collect(key, name, value, "environment variable " + name);
            } else {
                // Without its value: whoever set it did not mean us to print it.
                warnings.accept("environment variable " + name + " is ignored: " + unknownKey(name));
            }
        });
        if (!links.isEmpty()) {
            warnings.accept(
                    "environment variables " + String.join(", ", links) + " are ignored: they describe a service "
                            + "that is called ztnio, as container platforms do (in Kubernetes: enableServiceLinks: false turns "
                            + "them off)");
        }
    }

    private static boolean isServiceLink(Optional<ConfigKey> key, String name, String value) {
        return ServiceLinks.ADDRESS.matcher(value.strip()).matches()
                || (key.isEmpty() && ServiceLinks.VARIABLE.matcher(name).matches());
    }

    /** Compiled where there is a variable to look at, and so in few processes. */
    private static final class ServiceLinks {
        /** The address of a service, as container platforms put it into the environment. */
        static final Pattern ADDRESS = Pattern.compile("(?i)(tcp|udp|sctp)://.*");

        /** Further variables of a service: Kubernetes' and Docker's. */
        static final Pattern VARIABLE = Pattern.compile(VARIABLE_PREFIX
                + "(.+_)?(SERVICE_HOST|SERVICE_PORT(_.+)?|PORT_\\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)");
    }

    private void collectFile() {
        Setting file = settings.get(ConfigKey.CONFIG);
        if (file == null) {
            return;
        }
        Properties content = new Properties();
        try {
            content.load(new StringReader(TextFile.read(Path.of(file.value()))));
        } catch (IOException e) {
            problems.add(badValue(ConfigKey.CONFIG, file) + reason(e));
            return;
        } catch (IllegalArgumentException e) {
            // Not a path, or an escape that is none.
            problems.add(badValue(ConfigKey.CONFIG, file) + " (" + e.getMessage() + ")");
            return;
        }
        for (String name : content.stringPropertyNames().stream().sorted().toList()) {
            if (name.equals(ConfigKey.CONFIG.key())) {
                problems.add(name + "=" + content.getProperty(name) + " (file " + file.value()
                        + "): not allowed in a file; allowed as a system property or environment variable");
            } else {
                collect(ConfigKey.ofKey(name), name, content.getProperty(name), "file " + file.value());
            }
        }
    }

    private void collect(Optional<ConfigKey> key, String name, String value, String source) {
        if (key.isPresent()) {
            settings.putIfAbsent(key.get(), new Setting(value.strip(), source));
        } else {
            problems.add(name + "=" + value + " (" + source + "): " + unknownKey(name));
        }
    }

    /** The line of a value that is not allowed. */
    static String badValue(ConfigKey key, Setting setting) {
        return key.key() + "=" + (key.isSecret() ? "..." : setting.value()) + " (" + setting.source() + "): allowed is "
                + key.allowed();
    }

    /** Why a file cannot be read; the line names it already. */
    static String reason(IOException e) {
        if (e instanceof NoSuchFileException) {
            return " (there is no such file)";
        }
        if (e instanceof AccessDeniedException) {
            return " (no permission to read it)";
        }
        String reason = e instanceof FileSystemException f ? f.getReason() : e.getMessage();
        return " (" + (reason == null ? e : reason) + ")";
    }

    private static String unknownKey(String name) {
        boolean variable = name.startsWith(VARIABLE_PREFIX);
        List<String> known = Arrays.stream(ConfigKey.values())
                .map(k -> variable ? k.environmentVariable() : k.key())
                .toList();
        String nearest = known.stream()
                .min(Comparator.comparingInt(k -> editDistance(name, k)))
                .orElseThrow();
        return "unknown key, did you mean " + nearest + "? Allowed keys: "
                + known.stream().collect(Collectors.joining(", "));
    }

    /** Levenshtein's distance, by rows. */
    private static int editDistance(String a, String b) {
        int[] previous = new int[b.length() + 1];
        Arrays.setAll(previous, i -> i);
        for (int i = 1; i <= a.length(); i++) {
            int[] current = new int[b.length() + 1];
            current[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substitution = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(substitution, Math.min(previous[j], current[j - 1]) + 1);
            }
            previous = current;
        }
        return previous[b.length()];
    }
}
