package io.ztnio.provider.config;

import io.ztnio.protocol.identity.Address;
import io.ztnio.protocol.vl1.Bonding;
import io.ztnio.protocol.vl1.PathRules;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Bonding in the daemon's {@code local.conf} ({@code protocol.md} 8.14): {@code settings.defaultBondingPolicy},
 * {@code settings.policies} and {@code settings.peerSpecificBonds}. What is honoured is taken out of the objects, the rest stays
 * and is named by whoever reads the file. Stateless.
 */
final class BondingConf {
    private static final String DEFAULT = "defaultBondingPolicy";
    private static final String POLICIES = "policies";
    private static final String PEERS = "peerSpecificBonds";
    private static final String BASE = "basePolicy";
    private static final String LINKS = "links";
    private static final String QUALITY = "linkQuality";
    private static final String RESELECT = "activeReselect";
    private static final String MODE = "mode";
    private static final String PRIMARY = "primary";
    private static final String SPARE = "spare";
    private static final String NONE = "none";

    private final Map<String, Bonding.Terms> policies = new HashMap<>();

    private BondingConf() {}

    /**
     * What the settings say.
     *
     * @param settings the section of this name, whose objects can be changed
     */
    static Bonding take(Map<?, ?> settings) {
        return new BondingConf().read(settings);
    }

    private Bonding read(Map<?, ?> settings) {
        for (Bonding.Policy policy : Bonding.Policy.values()) {
            policies.put(policy.text(), Bonding.Terms.of(policy));
        }
        object(settings.get(POLICIES)).forEach((name, said) -> define(name.toString(), object(said)));
        Optional<Bonding.Terms> standard = terms(settings.get(DEFAULT));
        if (standard.isPresent() || NONE.equals(settings.get(DEFAULT))) {
            settings.remove(DEFAULT);
        }
        Map<Long, Bonding.Terms> byPeer = new HashMap<>();
        object(settings.get(PEERS)).entrySet().removeIf(entry -> {
            Optional<Bonding.Terms> ofPeer =
                    entry.getKey().toString().matches("[0-9a-fA-F]{10}") ? terms(entry.getValue()) : Optional.empty();
            ofPeer.ifPresent(terms -> byPeer.put(Address.parse(entry.getKey().toString()), terms));
            return ofPeer.isPresent();
        });
        return new Bonding(standard, byPeer);
    }

    private Optional<Bonding.Terms> terms(Object name) {
        return Optional.ofNullable(policies.get(String.valueOf(name)));
    }

    private void define(String name, Map<?, ?> said) {
        Bonding.Policy policy =
                Bonding.Policy.of(String.valueOf(said.get(BASE))).orElse(null);
        if (policy == null || policies.containsKey(name)) {
            return;
        }
        said.remove(BASE);
        policies.put(
                name,
                new Bonding.Terms(
                        name,
                        policy,
                        number(said, "failoverInterval", Bonding.Terms.FAILOVER_MILLIS),
                        number(said, "upDelay", 0),
                        number(said, "downDelay", 0),
                        number(said, "packetsPerLink", Bonding.Terms.PACKETS_PER_LINK),
                        reselect(said),
                        quality(object(said.get(QUALITY))),
                        object(said.get(LINKS)).entrySet().stream()
                                .map(entry -> link(entry.getKey().toString(), object(entry.getValue())))
                                .toList()));
    }

    private static Bonding.Reselect reselect(Map<?, ?> said) {
        Optional<Bonding.Reselect> named = Bonding.Reselect.of(String.valueOf(said.get(RESELECT)));
        if (named.isPresent()) {
            said.remove(RESELECT);
        }
        return named.orElse(Bonding.Reselect.ALWAYS);
    }

    /** What is said of packets that are damaged is not honoured: they are not told from others that are not authentic. */
    private static Bonding.Quality quality(Map<?, ?> said) {
        Bonding.Quality usual = Bonding.Quality.STANDARD;
        return new Bonding.Quality(
                fraction(said, "lat_max", usual.maxLatencyMillis()),
                fraction(said, "pdv_max", usual.maxJitterMillis()),
                fraction(said, "plr_max", usual.maxLoss()),
                fraction(said, "lat_weight", usual.latencyWeight()),
                fraction(said, "pdv_weight", usual.jitterWeight()),
                fraction(said, "plr_weight", usual.lossWeight()));
    }

    /** A spare that names whom it fails over to is a mistake, and the daemon does without the link. */
    private static Bonding.Link link(String name, Map<?, ?> said) {
        boolean primary = PRIMARY.equals(said.get(MODE));
        if (primary || SPARE.equals(said.get(MODE))) {
            said.remove(MODE);
        }
        String failoverTo = said.get("failoverTo") instanceof String text ? text : "";
        said.remove("failoverTo", failoverTo);
        int preference = number(said, "ipvPref", 0);
        Optional<Bonding.Family> family = Bonding.Family.of(preference);
        boolean enabled = isEnabled(said) && family.isPresent() && (primary || failoverTo.isEmpty());
        int mtu = number(said, "mtu", 0);
        return new Bonding.Link(
                name,
                enabled,
                primary,
                Math.max(0, number(said, "capacity", 0)),
                family.orElse(Bonding.Family.ANY),
                mtu <= 0 ? 0 : Math.max(PathRules.MIN_MTU, Math.min(mtu, PathRules.MAX_MTU)),
                failoverTo);
    }

    private static boolean isEnabled(Map<?, ?> said) {
        Object enabled = said.get("enabled");
        if (enabled instanceof Boolean || enabled instanceof Integer) {
            said.remove("enabled");
        }
        return enabled == null || !List.<Object>of(false, 0).contains(enabled);
    }

    private static int number(Map<?, ?> said, String key, int usual) {
        if (said.get(key) instanceof Integer number) {
            said.remove(key);
            return number < 0 ? usual : number;
        }
        return usual;
    }

    private static double fraction(Map<?, ?> said, String key, double usual) {
        if (said.get(key) instanceof Number number && number.doubleValue() >= 0) {
            said.remove(key);
            return number.doubleValue();
        }
        return usual;
    }

    private static Map<?, ?> object(Object value) {
        return value instanceof Map<?, ?> map ? map : new HashMap<>();
    }
}
