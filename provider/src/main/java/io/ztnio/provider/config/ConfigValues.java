package io.ztnio.provider.config;

import io.ztnio.overlay.identity.PublicIdentity;
import io.ztnio.protocol.node.NodeState;
import io.ztnio.protocol.store.TextFile;
import io.ztnio.protocol.transport.UdpOffload;
import io.ztnio.protocol.vl1.Bonding;
import io.ztnio.protocol.vl1.PathRules;
import io.ztnio.provider.config.ConfigLoader.Setting;
import io.ztnio.tcpip.link.IpPrefix;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Turns the text of each setting into its value; a value that is not allowed becomes a problem and the default. */
final class ConfigValues {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h)");
    private static final Pattern IPV4 = Pattern.compile("((25[0-5]|2[0-4]\\d|1?\\d?\\d)(\\.(?!$)|$)){4}");
    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");
    private static final Pattern NETWORK = Pattern.compile("[0-9a-fA-F]{16}");
    private static final Pattern ENDPOINT = Pattern.compile("(?:\\[[0-9a-fA-F:.]+]|[A-Za-z0-9.-]+):(\\d{1,5})");
    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
    /** With a port: IPv6 in brackets, IPv4 without. */
    private static final Pattern BYPASSED_PORT = Pattern.compile("(?:\\[([0-9a-fA-F:./]+)]|([0-9./]+)):(\\d{1,5})");

    private static final String WILDCARD = "wildcard";
    private static final int MIN_SECRET_LENGTH = 8;
    private static final String EARTH = "earth";
    private static final String AUTO = "auto";
    private static final String USER_HOME = "${user.home}";
    private static final int MAX_THREADS = 64;
    private static final int MAX_READERS = 16;
    private static final int MAX_SPIN_MICROS = 1_000;
    private static final int LEAST_MSS = 48;
    private static final int MOST_MSS = 536;
    private static final List<WildcardScope> WILDCARDS =
            List.of(WildcardScope.BOTH, WildcardScope.OS, WildcardScope.ZEROTIER);
    private static final List<WhenUnavailable> UNAVAILABLE = List.of(WhenUnavailable.FAIL, WhenUnavailable.OS);
    private static final List<String> CONGESTION = List.of("cubic", "reno", "bbr");
    private static final List<Transport> TRANSPORTS =
            List.of(Transport.ZEROTIER, Transport.OVERLAY_UDP, Transport.OVERLAY_MEMORY);
    private static final List<UdpOffload> OFFLOADS = List.of(UdpOffload.AUTO, UdpOffload.ON, UdpOffload.OFF);

    private final Map<ConfigKey, Setting> settings;
    private final String userHome;
    private final List<String> problems;

    ConfigValues(Map<ConfigKey, Setting> settings, String userHome, List<String> problems) {
        this.settings = settings;
        this.userHome = userHome;
        this.problems = problems;
    }

    /** The networks to join. */
    List<Long> networks() {
        return value(ConfigKey.NETWORKS, list(ConfigValues::network));
    }

    /** What is captured. */
    CaptureSettings capture() {
        List<String> named = value(ConfigKey.CAPTURE, text -> {
            List<String> parts = list(part -> part).apply(text);
            parts.stream().filter(part -> !part.equals(WILDCARD)).forEach(ConfigValues::prefixOrAddress);
            return parts;
        });
        return new CaptureSettings(
                named.stream()
                        .filter(part -> !part.equals(WILDCARD))
                        .map(ConfigValues::prefixOrAddress)
                        .toList(),
                named.contains(WILDCARD));
    }

    /** Entries whose port is 0 are for all ports. */
    private List<BypassedPort> bypass() {
        return value(ConfigKey.BYPASS, list(ConfigValues::bypassed));
    }

    /**
     * All settings.
     *
     * @param networks as {@link #networks} gave them
     * @param needsHome whether there will be a node that keeps its state in a home
     * @param planetGiven whether its roots come from elsewhere
     * @param paths what the home says of them
     */
    ZtnioConfig build(List<Long> networks, boolean needsHome, boolean planetGiven, PathSettings paths) {
        Optional<Path> planetFile =
                value(ConfigKey.PLANET, text -> text.equals(EARTH) ? Optional.empty() : Optional.of(path(text)));
        boolean publicPlanetNamed = settings.containsKey(ConfigKey.PLANET)
                && EARTH.equals(settings.get(ConfigKey.PLANET).value());
        boolean publicPlanetAllowed = chosen(ConfigKey.PUBLIC_PLANET, "forbid", "allow") == 1;
        Transport transport = transport();
        Path home = home(needsHome && transport != Transport.OVERLAY_MEMORY);
        boolean needsPlanet =
                !planetGiven && transport == Transport.ZEROTIER && !networks.isEmpty() && planetFile.isEmpty();
        if (!publicPlanetAllowed
                && needsPlanet
                && (publicPlanetNamed || !Files.exists(home.resolve(NodeState.PLANET)))) {
            problems.add(ConfigKey.PLANET.key() + "=" + EARTH
                    + (publicPlanetNamed ? "" : " (there is no planet in " + home + ")") + ": not allowed while "
                    + ConfigKey.PUBLIC_PLANET.key() + "=forbid; allowed is the path of a planet file");
        }
        CaptureSettings capture = capture();
        if (capture.isOn() && !networks.isEmpty()) {
            problems.add(ConfigKey.CAPTURE.key() + "="
                    + settings.get(ConfigKey.CAPTURE).value()
                    + ": not allowed together with networks: leave one of the two out (the networks are those of "
                    + ConfigKey.NETWORKS.key() + " and of the home)");
        }
        List<BypassedPort> bypass = bypass();
        if (!capture.isOn() && bypass.stream().anyMatch(entry -> entry.port() != 0)) {
            problems.add(ConfigKey.BYPASS.key() + "="
                    + settings.get(ConfigKey.BYPASS).value()
                    + ": a port is allowed only together with " + ConfigKey.CAPTURE.key()
                    + "; networks are divided by prefixes");
        }
        return new ZtnioConfig(
                networks,
                home,
                value(ConfigKey.PORT, ConfigValues::port),
                value(ConfigKey.BIND, list(ConfigValues::address)),
                chosen(ConfigKey.LOOPBACK, "false", "true") == 1,
                planetFile,
                publicPlanetNamed,
                publicPlanetAllowed,
                value(ConfigKey.JOIN_TIMEOUT, ConfigValues::duration),
                value(ConfigKey.PEER_TIMEOUT, ConfigValues::durationOrZero),
                value(ConfigKey.EXIT_TIMEOUT, ConfigValues::durationOrZero),
                UNAVAILABLE.get(chosen(ConfigKey.UNAVAILABLE, "fail", "os")),
                value(ConfigKey.ROUTES, list(ConfigValues::prefix)),
                bypass.stream()
                        .filter(entry -> entry.port() == 0)
                        .map(BypassedPort::prefix)
                        .toList(),
                bypass.stream().filter(entry -> entry.port() != 0).toList(),
                capture,
                new NameSettings(
                        value(ConfigKey.HOSTS, optional(ConfigValues::textFile)),
                        chosen(ConfigKey.DNS, "false", "true") == 1),
                WILDCARDS.get(chosen(ConfigKey.WILDCARD, "both", "os", "zerotier")),
                CONGESTION.get(chosen(ConfigKey.TCP_CONGESTION, "cubic", "reno", "bbr")),
                value(ConfigKey.TCP_MINIMUM_MSS, ConfigValues::minimumMss),
                OFFLOADS.get(chosen(ConfigKey.UDP_OFFLOAD, "auto", "on", "off")),
                value(ConfigKey.THREADS, ConfigValues::threads),
                settings.containsKey(ConfigKey.STATUS_FILE)
                        ? value(
                                ConfigKey.STATUS_FILE,
                                text -> text.isEmpty() ? Optional.empty() : Optional.of(path(text)))
                        : Optional.empty(),
                chosen(ConfigKey.API, "off", "on") == 1,
                transport,
                overlay(),
                bonded(paths.with(tcpRelay(), portMapping()))
                        .withMtu(value(ConfigKey.PATH_MTU, ConfigValues::pathMtu))
                        .withReceiving(new ReceiveSettings(
                                chosen(ConfigKey.LEAD, "off", "on") == 1,
                                value(ConfigKey.SPIN, ConfigValues::spinMicros),
                                value(ConfigKey.READERS, ConfigValues::readers))));
    }

    /** What the home says, unless a setting says otherwise. */
    private PathSettings bonded(PathSettings paths) {
        return settings.containsKey(ConfigKey.BONDING)
                ? paths.withBonding(value(ConfigKey.BONDING, ConfigValues::policy))
                : paths;
    }

    private static Optional<Bonding.Policy> policy(String text) {
        Optional<Bonding.Policy> policy = Bonding.Policy.of(text);
        require(policy.isPresent() || text.equals(ConfigKey.BONDING.defaultValue()));
        return policy;
    }

    private TcpRelaySettings tcpRelay() {
        boolean forced = chosen(ConfigKey.TCP_RELAY_FORCE, "false", "true") == 1;
        return value(ConfigKey.TCP_RELAY, text -> switch (text) {
            case AUTO -> new TcpRelaySettings(Optional.empty(), true, forced);
            case "off" -> TcpRelaySettings.NONE;
            default -> new TcpRelaySettings(Optional.of(endpoint(text)), false, forced);
        });
    }

    private PortMappingSettings portMapping() {
        Optional<InetAddress> gateway = value(ConfigKey.PORT_MAPPING_GATEWAY, optional(ConfigValues::ipv4));
        return new PortMappingSettings(chosen(ConfigKey.PORT_MAPPING, "off", "on") == 1, gateway);
    }

    private Transport transport() {
        return TRANSPORTS.get(chosen(ConfigKey.TRANSPORT, "zerotier", "overlay-udp", "overlay-memory"));
    }

    /** The home, if it can be told and would be a ZeroTier node's: to look into, before anything is validated. */
    Optional<Path> zeroTierHome() {
        Setting carrier = settings.get(ConfigKey.TRANSPORT);
        Setting home = settings.get(ConfigKey.HOME);
        String text = home == null ? ConfigKey.HOME.defaultValue() : home.value();
        boolean told = !text.contains(USER_HOME) || objectionTo(userHome).isEmpty();
        boolean zeroTier = carrier == null || carrier.value().equals(ConfigKey.TRANSPORT.defaultValue());
        try {
            return told && zeroTier && !text.isEmpty()
                    ? Optional.of(Path.of(text.replace(USER_HOME, userHome)))
                    : Optional.empty();
        } catch (InvalidPathException e) {
            // That is said when it is validated.
            return Optional.empty();
        }
    }

    /** A home is never made where nobody would look for it, and where a container forgets it. */
    private Path home(boolean needed) {
        Setting setting = settings.get(ConfigKey.HOME);
        boolean isDefault = setting == null || setting.value().contains(USER_HOME);
        Optional<String> objection = isDefault ? objectionTo(userHome) : Optional.empty();
        if (objection.isEmpty()) {
            return value(ConfigKey.HOME, text -> path(text.replace(USER_HOME, userHome)));
        }
        if (needed) {
            problems.add(ConfigKey.HOME.key() + "="
                    + (setting == null ? ConfigKey.HOME.defaultValue() : setting.value())
                    + ": user.home is '" + userHome + "', " + objection.get() + "; set " + ConfigKey.HOME.key() + " ("
                    + ConfigKey.HOME.environmentVariable()
                    + ") to a directory that is kept and that this process can write");
        }
        return Path.of(".ztnio");
    }

    private static Optional<String> objectionTo(String userHome) {
        if (userHome.isBlank() || userHome.equals("?")) {
            return Optional.of("for this user has no home directory, as is common in containers");
        }
        Path path = Path.of(userHome);
        return path.isAbsolute() && path.normalize().getNameCount() == 0
                ? Optional.of("the root of the file system, which is no place for a node's identity")
                : Optional.empty();
    }

    private OverlaySettings overlay() {
        return new OverlaySettings(
                value(ConfigKey.OVERLAY_PEERS, list(ConfigValues::endpoint)),
                overlayKey(),
                value(ConfigKey.OVERLAY_ALLOW, list(PublicIdentity::parse)),
                value(ConfigKey.OVERLAY_ADDRESSES, list(ConfigValues::prefix)),
                value(ConfigKey.OVERLAY_NAME, optional(ConfigValues::label)),
                chosen(ConfigKey.OVERLAY_INSECURE, "false", "true") == 1,
                value(ConfigKey.OVERLAY_HUB, ConfigValues::label));
    }

    private Optional<String> overlayKey() {
        Optional<String> inline = value(ConfigKey.OVERLAY_KEY, optional(ConfigValues::secret));
        Optional<String> fromFile = value(ConfigKey.OVERLAY_KEY_FILE, optional(ConfigValues::secretOf));
        if (inline.isPresent() && fromFile.isPresent()) {
            problems.add(ConfigKey.OVERLAY_KEY.key() + " and " + ConfigKey.OVERLAY_KEY_FILE.key()
                    + ": allowed is one of them");
        }
        return inline.or(() -> fromFile);
    }

    /** Which of some words it is, by number. */
    private int chosen(ConfigKey key, String... choices) {
        return value(key, text -> choice(text, choices));
    }

    private <T> T value(ConfigKey key, Function<String, T> parser) {
        Setting setting = settings.get(key);
        if (setting != null) {
            try {
                return parser.apply(setting.value());
            } catch (IllegalArgumentException e) {
                problems.add(ConfigLoader.badValue(key, setting)
                        + (e.getCause() instanceof IOException cause ? ConfigLoader.reason(cause) : ""));
            }
        }
        return parser.apply(key.defaultValue());
    }

    private static <T> Function<String, Optional<T>> optional(Function<String, T> parser) {
        return text -> text.isEmpty() ? Optional.empty() : Optional.of(parser.apply(text));
    }

    private static <T> Function<String, List<T>> list(Function<String, T> element) {
        return text -> text.isEmpty()
                ? List.of()
                : Arrays.stream(text.split(",", -1))
                        .map(String::strip)
                        .map(element)
                        .distinct()
                        .toList();
    }

    private static Long network(String text) {
        require(NETWORK.matcher(text).matches());
        long id = Long.parseUnsignedLong(text, 16);
        require(id != 0);
        return id;
    }

    private static int port(String text) {
        int port = Integer.parseInt(text);
        require(port >= 0 && port <= 0xffff);
        return port;
    }

    private static int spinMicros(String text) {
        int micros = Integer.parseInt(text);
        require(micros >= 0 && micros <= MAX_SPIN_MICROS);
        return micros;
    }

    private static int readers(String text) {
        int readers = Integer.parseInt(text);
        require(readers >= 0 && readers <= MAX_READERS);
        return readers;
    }

    private static OptionalInt threads(String text) {
        if (text.equals(AUTO)) {
            return OptionalInt.empty();
        }
        int threads = Integer.parseInt(text);
        require(threads >= 0 && threads <= MAX_THREADS);
        return OptionalInt.of(threads);
    }

    private static int minimumMss(String text) {
        int bytes = Integer.parseInt(text);
        require(bytes >= LEAST_MSS && bytes <= MOST_MSS);
        return bytes;
    }

    /** 0 for auto. */
    private static int pathMtu(String text) {
        if (text.equals(AUTO)) {
            return 0;
        }
        int bytes = Integer.parseInt(text);
        require(bytes >= PathRules.MIN_MTU && bytes <= PathRules.MAX_MTU);
        return bytes;
    }

    private static Duration duration(String text) {
        Matcher matcher = DURATION.matcher(text);
        require(matcher.matches());
        long amount = Long.parseLong(matcher.group(1));
        require(amount > 0);
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            default -> Duration.ofHours(amount);
        };
    }

    private static Duration durationOrZero(String text) {
        return text.matches("0(ms|s|m|h)?") ? Duration.ZERO : duration(text);
    }

    private static String endpoint(String text) {
        Matcher matcher = ENDPOINT.matcher(text);
        require(matcher.matches());
        port(matcher.group(1));
        return text;
    }

    private static String label(String text) {
        require(LABEL.matcher(text).matches());
        return text;
    }

    private static String secret(String text) {
        require(text.length() >= MIN_SECRET_LENGTH);
        return text;
    }

    private static String secretOf(String file) {
        try {
            return secret(TextFile.read(path(file)).strip());
        } catch (IOException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** A file that can be read now; later it may change, or be gone for a moment. */
    private static Path textFile(String text) {
        Path file = path(text);
        try {
            TextFile.read(file);
        } catch (IOException e) {
            throw new IllegalArgumentException(e);
        }
        return file;
    }

    private static Path path(String text) {
        require(!text.isEmpty());
        return Path.of(text);
    }

    private static InetAddress address(String text) {
        require(IPV4.matcher(text).matches() || IPV6.matcher(text).matches());
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static InetAddress ipv4(String text) {
        require(IPV4.matcher(text).matches());
        return address(text);
    }

    private static IpPrefix prefix(String text) {
        int slash = text.indexOf('/');
        require(slash > 0);
        return new IpPrefix(address(text.substring(0, slash)), Integer.parseInt(text.substring(slash + 1)));
    }

    private static IpPrefix prefixOrAddress(String text) {
        if (text.indexOf('/') > 0) {
            return prefix(text);
        }
        InetAddress address = address(text);
        return new IpPrefix(address, address.getAddress().length * 8);
    }

    private static BypassedPort bypassed(String text) {
        Matcher matcher = BYPASSED_PORT.matcher(text);
        if (!matcher.matches()) {
            return new BypassedPort(prefixOrAddress(text), 0);
        }
        int port = port(matcher.group(3));
        require(port != 0);
        return new BypassedPort(prefixOrAddress(matcher.group(matcher.group(1) == null ? 2 : 1)), port);
    }

    private static int choice(String text, String... choices) {
        int index = Arrays.asList(choices).indexOf(text);
        require(index >= 0);
        return index;
    }

    private static void require(boolean condition) {
        if (!condition) {
            throw new IllegalArgumentException();
        }
    }
}
