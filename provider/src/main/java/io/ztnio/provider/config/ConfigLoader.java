package io.ztnio.provider.config;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
import java.util.stream.Collectors;

/**
 * Collects settings from their sources, by precedence, and validates them all before it complains.
 *
 * <p>Thread: confined to its creator. Use once.
 */
public final class ConfigLoader {
    private static final String KEY_PREFIX = "ztnio.";
    private static final String VARIABLE_PREFIX = "ZTNIO_";

    private final Map<String, String> properties;
    private final Map<String, String> environment;
    private final List<String> problems = new ArrayList<>();
    private final Map<ConfigKey, Setting> settings = new EnumMap<>(ConfigKey.class);

    /** A value and where it came from, for messages. */
    record Setting(String value, String source) {}

    /**
     * A loader over given sources.
     *
     * @param properties system properties; keys outside {@code ztnio.} are ignored
     * @param environment environment variables; names outside {@code ZTNIO_} are ignored
     */
    public ConfigLoader(Map<String, String> properties, Map<String, String> environment) {
        this.properties = new TreeMap<>(properties);
        this.environment = new TreeMap<>(environment);
    }

    /** A loader over this process's system properties and environment. */
    public static ConfigLoader ofProcess() {
        Map<String, String> properties = new HashMap<>();
        Properties system = System.getProperties();
        for (String name : system.stringPropertyNames()) {
            properties.put(name, system.getProperty(name));
        }
        return new ConfigLoader(properties, System.getenv());
    }

    /**
     * Sets a value that beats all sources.
     *
     * @param source what messages call it
     */
    public void override(ConfigKey key, String value, String source) {
        settings.put(key, new Setting(value, source));
    }

    /**
     * Reads and validates.
     *
     * @throws ConfigException naming every unknown key and bad value
     */
    public ZtnioConfig load() {
        collectProperties();
        collectEnvironment();
        collectFile();
        ConfigValues values = new ConfigValues(settings, properties.getOrDefault("user.home", ""), problems);
        ZtnioConfig config = values.build();
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
        return config;
    }

    private void collectProperties() {
        properties.forEach((name, value) -> {
            if (name.startsWith(KEY_PREFIX)) {
                collect(ConfigKey.ofKey(name), name, value, "system property");
            }
        });
    }

    private void collectEnvironment() {
        environment.forEach((name, value) -> {
            if (name.startsWith(VARIABLE_PREFIX)) {
                collect(ConfigKey.ofEnvironmentVariable(name), name, value, "environment variable " + name);
            }
        });
    }

    private void collectFile() {
        Setting file = settings.get(ConfigKey.CONFIG);
        if (file == null) {
            return;
        }
        Properties content = new Properties();
        try (Reader reader = Files.newBufferedReader(Path.of(file.value()), StandardCharsets.UTF_8)) {
            content.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            problems.add(badValue(ConfigKey.CONFIG, file) + " (" + e + ")");
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
            problems.add(unknownKey(name, value, source));
        }
    }

    /** The line of a value that is not allowed. */
    static String badValue(ConfigKey key, Setting setting) {
        return key.key() + "=" + (key.isSecret() ? "..." : setting.value()) + " (" + setting.source() + "): allowed is "
                + key.allowed();
    }

    private static String unknownKey(String name, String value, String source) {
        boolean variable = name.startsWith(VARIABLE_PREFIX);
        List<String> known = Arrays.stream(ConfigKey.values())
                .map(k -> variable ? k.environmentVariable() : k.key())
                .toList();
        String nearest = known.stream()
                .min(Comparator.comparingInt(k -> editDistance(name, k)))
                .orElseThrow();
        return name + "=" + value + " (" + source + "): unknown key, did you mean " + nearest + "? Allowed keys: "
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
