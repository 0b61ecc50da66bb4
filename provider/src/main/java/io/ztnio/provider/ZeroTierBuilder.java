package io.ztnio.provider;

import io.ztnio.protocol.node.NodeState;
import io.ztnio.protocol.store.MemoryStateStore;
import io.ztnio.protocol.store.StateStore;
import io.ztnio.protocol.transport.UdpSockets;
import io.ztnio.protocol.world.World;
import io.ztnio.provider.config.ConfigKey;
import io.ztnio.provider.config.ConfigLoader;
import io.ztnio.provider.config.Transport;
import io.ztnio.provider.config.ZtnioConfig;
import io.ztnio.provider.os.OsProvider;
import io.ztnio.provider.runtime.NodeGround;
import io.ztnio.tcpip.turn.NodeTime;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * The settings of an instance. Only what is set here counts, whatever the process's properties and environment say; but a
 * process that forbids the public roots ({@code ztnio.public.planet=forbid}) forbids them here too. Where the state is not
 * named it is in {@code ${user.home}/.ztnio}.
 *
 * <p>A bind to the wildcard address listens on the networks only, unless {@code ztnio.wildcard} is set.
 *
 * <p>Thread: confined.
 */
public final class ZeroTierBuilder {
    private static final String PREFIX = "ztnio.";
    private static final String USER_HOME = "user.home";
    private static final String FORBID = "forbid";

    private final Set<String> networks = new LinkedHashSet<>();
    private final Map<String, String> settings = new HashMap<>();
    private Optional<StateStore> store = Optional.empty();
    private Optional<World> planet = Optional.empty();
    private Optional<UdpSockets> sockets = Optional.empty();
    private NodeTime time = NodeTime.SYSTEM;

    ZeroTierBuilder() {
        set(ConfigKey.WILDCARD.key(), "zerotier");
    }

    /** One more network to join, 16 hexadecimal digits. */
    public ZeroTierBuilder network(String id) {
        networks.add(Objects.requireNonNull(id, "id"));
        return this;
    }

    /** Where the identity, the planet and the caches live; made if needed. */
    public ZeroTierBuilder home(Path directory) {
        store = Optional.empty();
        return set(ConfigKey.HOME.key(), directory.toString());
    }

    /** Another place for them. Two nodes must not share it. */
    public ZeroTierBuilder store(StateStore state) {
        store = Optional.of(state);
        return this;
    }

    /**
     * An identity, and nothing on any disk.
     *
     * @param secret the text of an {@code identity.secret}
     */
    public ZeroTierBuilder identity(String secret) {
        MemoryStateStore state = new MemoryStateStore();
        state.put(NodeState.IDENTITY_SECRET, secret.getBytes(StandardCharsets.US_ASCII));
        return store(state);
    }

    /** A new identity that is forgotten with the instance: for throw-away nodes of networks that let in anybody. */
    public ZeroTierBuilder newIdentity() {
        return store(new MemoryStateStore());
    }

    /** The roots, by a planet file. */
    public ZeroTierBuilder planet(Path file) {
        planet = Optional.empty();
        return set(ConfigKey.PLANET.key(), file.toString());
    }

    /**
     * The roots, by the content of a planet file.
     *
     * @throws IllegalArgumentException if it is none
     */
    public ZeroTierBuilder planet(byte[] content) {
        planet = Optional.of(NodeState.planet(content)
                .orElseThrow(() -> new IllegalArgumentException("not a planet file's content")));
        return this;
    }

    /** What carries the node's datagrams in the place of the operating system's UDP: for tests in memory. */
    public ZeroTierBuilder udpSockets(UdpSockets carrier) {
        sockets = Optional.of(carrier);
        return this;
    }

    /** The node goes by another clock than the system's: for tests in memory. Timeouts of blocking calls do not. */
    public ZeroTierBuilder time(NodeTime other) {
        time = Objects.requireNonNull(other, "other");
        return this;
    }

    /**
     * Any other setting, as in {@code docs/configuration.md}.
     *
     * @param key such as {@code ztnio.port}; the prefix {@code ztnio.} may be left out
     */
    public ZeroTierBuilder set(String key, String value) {
        settings.put(key.startsWith(PREFIX) ? key : PREFIX + key, Objects.requireNonNull(value, "value"));
        return this;
    }

    /**
     * The instance. Starts nothing: {@link ZeroTier#up} does, or the first channel that needs it.
     *
     * @throws io.ztnio.provider.config.ConfigException naming every unknown key and bad value
     * @throws IllegalArgumentException if there is no network to join, or an overlay is given what only ZeroTier has
     */
    public ZeroTier build() {
        ZtnioConfig config = config();
        if (!config.hasNetworks()) {
            throw new IllegalArgumentException(
                    "no network to join: name one with network(id), or a home that is a member of one");
        }
        refuseWhatAnOverlayHasNot(config);
        UdpSockets carrier = sockets.orElse(
                (bind, offload, senders) -> UdpSockets.of(OsProvider.get()).open(bind, offload, senders));
        NodeGround inHome = NodeGround.of(config);
        return new ZeroTier(
                config,
                store.isPresent()
                        ? new NodeGround(Optional.empty(), store.get(), planet, carrier, time)
                        : new NodeGround(inHome.home(), inHome.store(), planet, carrier, time));
    }

    private void refuseWhatAnOverlayHasNot(ZtnioConfig config) {
        boolean special = sockets.isPresent()
                || planet.isPresent()
                || settings.containsKey(ConfigKey.PLANET.key())
                || time != NodeTime.SYSTEM;
        if (config.transport() != Transport.ZEROTIER && special) {
            throw new IllegalArgumentException("an overlay has no planet, and brings its own sockets and time: leave"
                    + " planet, udpSockets and time out, or " + ConfigKey.TRANSPORT.key());
        }
    }

    private ZtnioConfig config() {
        Map<String, String> all = new HashMap<>(settings);
        Set<String> ids = new LinkedHashSet<>(networks);
        Optional.ofNullable(all.get(ConfigKey.NETWORKS.key()))
                .filter(text -> !text.isBlank())
                .ifPresent(ids::add);
        if (!ids.isEmpty()) {
            all.put(ConfigKey.NETWORKS.key(), String.join(",", ids));
        }
        ConfigKey publicPlanet = ConfigKey.PUBLIC_PLANET;
        if (FORBID.equals(System.getProperty(publicPlanet.key()))
                || FORBID.equals(System.getenv(publicPlanet.environmentVariable()))) {
            all.put(publicPlanet.key(), FORBID);
        }
        ConfigLoader loader =
                new ConfigLoader(Map.of(USER_HOME, System.getProperty(USER_HOME, "")), Map.of()).programSettings(all);
        if (store.isPresent()) {
            return loader.loadForNodeWithoutHome();
        }
        return planet.isPresent() ? loader.planetGiven().loadForNode() : loader.loadForNode();
    }
}
