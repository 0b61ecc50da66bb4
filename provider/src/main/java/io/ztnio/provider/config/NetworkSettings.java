package io.ztnio.provider.config;

import io.ztnio.protocol.config.Dictionary;
import io.ztnio.protocol.config.InetPrefix;
import io.ztnio.tcpip.link.IpPrefix;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a user lets a network do: {@code networks.d/ID.local.conf}, with the daemon's keys ({@code docs/home.md}). Immutable.
 *
 * @param allowManaged whether the addresses and routes that its controller says count at all
 * @param managed if not empty, the only prefixes within which they count
 * @param allowGlobal whether public ones count too
 * @param allowDefault whether a route to everywhere counts
 * @param allowDns whether the DNS servers that it pushes are asked for the names of its domain
 */
public record NetworkSettings(
        boolean allowManaged, List<IpPrefix> managed, boolean allowGlobal, boolean allowDefault, boolean allowDns) {
    /** Of a network of which nothing is said. */
    public static final NetworkSettings DEFAULT = new NetworkSettings(true, List.of(), false, false, false);

    public static final String ALLOW_MANAGED = "allowManaged";
    public static final String ALLOW_GLOBAL = "allowGlobal";
    public static final String ALLOW_DEFAULT = "allowDefault";
    public static final String ALLOW_DNS = "allowDNS";

    /** The keys of the file. */
    static final Set<String> KEYS = Set.of(ALLOW_MANAGED, ALLOW_GLOBAL, ALLOW_DEFAULT, ALLOW_DNS);

    /** The daemon takes what is longer for a list of prefixes. */
    private static final int LONGEST_FLAG = 5;

    public NetworkSettings {
        managed = List.copyOf(managed);
    }

    /**
     * What a file says; what it does not say is as in {@link #DEFAULT}. Prefixes that are none are left out; if none is left of
     * a list, nothing is managed.
     *
     * @param content with any line ends
     */
    public static NetworkSettings parse(String content) {
        Dictionary d = Dictionary.parse(content.getBytes(StandardCharsets.UTF_8));
        String named = d.text(ALLOW_MANAGED).strip();
        List<IpPrefix> prefixes = named.length() > LONGEST_FLAG ? prefixes(named) : List.of();
        boolean isManaged = named.length() > LONGEST_FLAG ? !prefixes.isEmpty() : named.isEmpty() || isTrue(named);
        return new NetworkSettings(
                isManaged,
                prefixes,
                isTrue(d.text(ALLOW_GLOBAL)),
                isTrue(d.text(ALLOW_DEFAULT)),
                isTrue(d.text(ALLOW_DNS)));
    }

    private static boolean isTrue(String text) {
        String value = text.strip();
        return !value.isEmpty() && "1tT".indexOf(value.charAt(0)) >= 0;
    }

    private static List<IpPrefix> prefixes(String text) {
        List<IpPrefix> found = new ArrayList<>();
        for (String part : Arrays.stream(text.split(",", -1)).map(String::strip).toList()) {
            try {
                InetPrefix prefix = InetPrefix.parse(part);
                found.add(new IpPrefix(prefix.address(), prefix.bits()));
            } catch (IllegalArgumentException e) {
                // A list that allows less than was meant is the safe mistake.
            }
        }
        return found;
    }

    /** The file's content. */
    public String toFile() {
        String named = allowManaged && !managed.isEmpty()
                ? managed.stream().map(IpPrefix::toString).collect(Collectors.joining(","))
                : digit(allowManaged);
        return ALLOW_MANAGED + "=" + named + "\n" + ALLOW_GLOBAL + "=" + digit(allowGlobal) + "\n" + ALLOW_DEFAULT + "="
                + digit(allowDefault) + "\n" + ALLOW_DNS + "=" + digit(allowDns) + "\n";
    }

    private static String digit(boolean value) {
        return value ? "1" : "0";
    }

    /** These settings with one of them changed; a list of prefixes stays. */
    public NetworkSettings with(String key, boolean value) {
        return switch (key) {
            case ALLOW_MANAGED -> new NetworkSettings(value, managed, allowGlobal, allowDefault, allowDns);
            case ALLOW_GLOBAL -> new NetworkSettings(allowManaged, managed, value, allowDefault, allowDns);
            case ALLOW_DEFAULT -> new NetworkSettings(allowManaged, managed, allowGlobal, value, allowDns);
            case ALLOW_DNS -> new NetworkSettings(allowManaged, managed, allowGlobal, allowDefault, value);
            default ->
                throw new IllegalArgumentException(key + " is no setting of a network; those are " + ALLOW_MANAGED
                        + ", " + ALLOW_GLOBAL + ", " + ALLOW_DEFAULT + ", " + ALLOW_DNS);
        };
    }

    /** Whether the controller may name a prefix, public or not: it is within what is managed. */
    public boolean manages(IpPrefix prefix) {
        return allowManaged
                && (managed.isEmpty()
                        || managed.stream()
                                .anyMatch(wide -> wide.bits() <= prefix.bits() && wide.contains(prefix.address())));
    }
}
