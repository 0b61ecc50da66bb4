package io.ztnio.provider.config;

import com.fasterxml.jackson.jr.ob.JSON;
import io.ztnio.protocol.config.InetPrefix;
import io.ztnio.protocol.identity.Address;
import io.ztnio.protocol.vl1.Bonding;
import io.ztnio.protocol.vl1.PathRules;
import io.ztnio.protocol.wire.SocketAddressField;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The daemon's {@code local.conf} ({@code protocol.md} 8.14): what of it counts here, and the names of what does not. Thread:
 * confined to its creator.
 */
final class LocalConf {
    /** Nothing is said. */
    static final LocalConf NONE = new LocalConf(Map.of());

    private static final String PHYSICAL = "physical.";
    private static final String VIRTUAL = "virtual.";
    private static final String SETTINGS = "settings.";
    private static final String PORT = SETTINGS + "primaryPort";
    private static final String BIND = SETTINGS + "bind";
    private static final String SECOND_PORT = SETTINGS + "secondaryPort";
    private static final String ALLOW_SECOND_PORT = SETTINGS + "allowSecondaryPort";
    private static final String INTERFACES = SETTINGS + "interfacePrefixBlacklist";
    private static final String RELAY = SETTINGS + "tcpFallbackRelay";
    private static final String ALLOW_RELAY = SETTINGS + "allowTcpFallbackRelay";
    private static final String FORCE_RELAY = SETTINGS + "forceTcpRelay";
    private static final String MAP_PORT = SETTINGS + "portMappingEnabled";
    private static final String BLACKLIST = "blacklist";
    private static final String TRUSTED = "trustedPathId";
    private static final String MTU = "mtu";
    private static final String TRY = "try";
    private static final int MAX_PORT = 0xffff;

    /** In the place of what a map does not hold. */
    private static final Object NULL = new Object() {
        @Override
        public String toString() {
            return "null";
        }
    };

    /** Settings that say what is the case here anyway. */
    private static final Map<String, Object> OURS =
            Map.of("settings.lowBandwidthMode", false, "settings.softwareUpdate", "disable");

    /** What is not honoured, by its name with dots; what is honoured is taken out. */
    private final Map<String, Object> rest = new TreeMap<>();

    private final Optional<String> port;
    private final Optional<String> bind;
    private final Optional<String> tcpRelay;
    private final Optional<String> forceTcpRelay;
    private final Optional<String> portMapping;
    private final PathSettings paths;

    private LocalConf(Map<?, ?> root) {
        PathRules rules = new PathRules(physical(section(root, PHYSICAL)), virtual(section(root, VIRTUAL)));
        Bonding bonding = BondingConf.take(section(root, SETTINGS));
        flatten("", root, rest);
        port = port(PORT).map(String::valueOf);
        bind = texts(BIND).map(addresses -> String.join(",", addresses));
        tcpRelay = tcpRelay();
        forceTcpRelay = flag(FORCE_RELAY).map(String::valueOf);
        portMapping = flag(MAP_PORT).map(wanted -> wanted ? "on" : "off");
        paths = new PathSettings(
                rules,
                texts(INTERFACES).orElse(List.of()),
                secondPort(),
                TcpRelaySettings.NONE,
                bonding,
                PortMappingSettings.NONE,
                ReceiveSettings.NONE);
    }

    /**
     * Reads one.
     *
     * @param text its content, if there is such a file
     * @param warnings gets a line for each value of a wrong type, and one for all that is not honoured besides
     */
    static LocalConf read(Path file, Optional<String> text, Consumer<String> warnings) {
        if (text.isEmpty()) {
            return NONE;
        }
        try {
            LocalConf conf = new LocalConf(mutable(JSON.std.mapFrom(text.get())));
            List<String> ignored = new ArrayList<>();
            for (String key : conf.ignored()) {
                Optional<String> mismatch = LocalConfTypes.mismatch(key, conf.rest.get(key));
                if (mismatch.isPresent()) {
                    warnings.accept(file + ": " + mismatch.get());
                } else {
                    ignored.add(key);
                }
            }
            if (!ignored.isEmpty()) {
                warnings.accept(file + ": not honoured: " + String.join(", ", ignored));
            }
            return conf;
        } catch (IOException | RuntimeException e) {
            // The library throws more than it says.
            warnings.accept(file + " is not a JSON object, and is ignored");
            return NONE;
        }
    }

    /** The value of {@link ConfigKey#PORT}. */
    Optional<String> port() {
        return port;
    }

    /** The same of {@link ConfigKey#BIND}. */
    Optional<String> bind() {
        return bind;
    }

    /** The same of {@link ConfigKey#TCP_RELAY}. */
    Optional<String> tcpRelaySetting() {
        return tcpRelay;
    }

    /** The same of {@link ConfigKey#TCP_RELAY_FORCE}. */
    Optional<String> forceTcpRelay() {
        return forceTcpRelay;
    }

    /** The same of {@link ConfigKey#PORT_MAPPING}: the daemon's default, true, is that of a program that somebody has installed. */
    Optional<String> portMapping() {
        return portMapping;
    }

    PathSettings paths() {
        return paths;
    }

    private List<String> ignored() {
        return rest.entrySet().stream()
                .filter(setting -> !setting.getValue().equals(OURS.get(setting.getKey())))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** A copy whose objects, however deep, can be changed. */
    private static Map<String, Object> mutable(Map<?, ?> object) {
        Map<String, Object> copy = new TreeMap<>();
        object.forEach((name, value) ->
                copy.put(name.toString(), value instanceof Map<?, ?> inner ? mutable(inner) : value));
        return copy;
    }

    private static Map<?, ?> section(Map<?, ?> root, String prefix) {
        return root.get(prefix.substring(0, prefix.length() - 1)) instanceof Map<?, ?> section
                ? section
                : new TreeMap<>();
    }

    private static List<PathRules.Physical> physical(Map<?, ?> section) {
        List<PathRules.Physical> rules = new ArrayList<>();
        section.forEach((name, value) -> {
            if (value instanceof Map<?, ?> given) {
                prefix(name).ifPresent(prefix -> rules.add(physical(prefix, given)));
            }
        });
        return rules;
    }

    private static PathRules.Physical physical(InetPrefix prefix, Map<?, ?> given) {
        boolean blacklisted = Boolean.TRUE.equals(given.get(BLACKLIST));
        given.remove(BLACKLIST, blacklisted);
        long trusted = 0;
        if (given.get(TRUSTED) instanceof Number id && id.longValue() != 0) {
            trusted = id.longValue();
            given.remove(TRUSTED);
        }
        int mtu = 0;
        if (given.get(MTU) instanceof Number bytes) {
            // As the daemon takes it: whatever is out of the range is brought into it, 0 is the usual one.
            long wanted = bytes.longValue();
            mtu = wanted <= 0 ? 0 : (int) Math.max(PathRules.MIN_MTU, Math.min(wanted, PathRules.MAX_MTU));
            given.remove(MTU);
        }
        return new PathRules.Physical(prefix, blacklisted, trusted, mtu);
    }

    private static Map<Long, PathRules.Virtual> virtual(Map<?, ?> section) {
        Map<Long, PathRules.Virtual> rules = new HashMap<>();
        section.forEach((name, value) -> {
            if (value instanceof Map<?, ?> given && name.toString().matches("[0-9a-fA-F]{10}")) {
                List<InetSocketAddress> tried = take(given, TRY, LocalConf::endpoint);
                List<InetPrefix> blacklist = take(given, BLACKLIST, LocalConf::prefix);
                rules.put(Address.parse(name.toString()), new PathRules.Virtual(tried, blacklist));
            }
        });
        return rules;
    }

    /** A list all of whose elements can be read is taken out of its object; any other stays, and is named. */
    private static <T> List<T> take(Map<?, ?> given, String key, Function<Object, Optional<T>> parser) {
        if (!(given.get(key) instanceof List<?> elements)) {
            return List.of();
        }
        List<T> values = elements.stream().map(parser).flatMap(Optional::stream).collect(Collectors.toList());
        if (values.size() == elements.size()) {
            given.remove(key);
        }
        return values;
    }

    private static Optional<InetSocketAddress> endpoint(Object text) {
        return SocketAddressField.parse(String.valueOf(text)).filter(endpoint -> endpoint.getPort() != 0);
    }

    private static Optional<InetPrefix> prefix(Object text) {
        try {
            InetPrefix prefix = InetPrefix.parse(String.valueOf(text));
            // All addresses of a family at once are nobody's intention, and the daemon does not take them either.
            return Optional.of(prefix).filter(any -> any.bits() > 0);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Objects within objects become names with dots; an empty one, and an empty list, says nothing. */
    private static void flatten(String prefix, Map<?, ?> object, Map<String, Object> settings) {
        object.forEach((name, value) -> {
            String key = prefix + name;
            if (value instanceof Map<?, ?> inner) {
                flatten(key + ".", inner, settings);
            } else if (!List.of().equals(value)) {
                settings.put(key, value == null ? NULL : value);
            }
        });
    }

    private Optional<Integer> port(String key) {
        if (rest.get(key) instanceof Integer number && number >= 0 && number <= MAX_PORT) {
            rest.remove(key);
            return Optional.of(number);
        }
        return Optional.empty();
    }

    private Optional<List<String>> texts(String key) {
        if (rest.get(key) instanceof List<?> values) {
            rest.remove(key);
            return Optional.of(values.stream().map(String::valueOf).toList());
        }
        return Optional.empty();
    }

    private Optional<Boolean> flag(String key) {
        return rest.get(key) instanceof Boolean ? Optional.of((Boolean) rest.remove(key)) : Optional.empty();
    }

    private Optional<String> tcpRelay() {
        Optional<Boolean> allowed = flag(ALLOW_RELAY);
        Optional<String> named = endpoint(rest.get(RELAY)).map(endpoint -> {
            rest.remove(RELAY);
            String ip = SocketAddressField.format(endpoint.getAddress());
            return (ip.indexOf(':') < 0 ? ip : "[" + ip + "]") + ":" + endpoint.getPort();
        });
        return allowed.equals(Optional.of(false)) ? Optional.of("off") : named;
    }

    /** Only if it is asked for: where a NAT keeps ports apart it doubles what is sent to keep ways open, and gains nothing. */
    private OptionalInt secondPort() {
        Optional<Integer> number = port(SECOND_PORT);
        return flag(ALLOW_SECOND_PORT).orElse(number.isPresent())
                ? OptionalInt.of(number.orElse(0))
                : OptionalInt.empty();
    }
}
