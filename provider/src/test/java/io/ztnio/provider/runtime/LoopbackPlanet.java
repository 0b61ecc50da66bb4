package io.ztnio.provider.runtime;

import io.ztnio.protocol.config.Dns;
import io.ztnio.protocol.config.InetPrefix;
import io.ztnio.protocol.config.NetworkId;
import io.ztnio.protocol.config.Route;
import io.ztnio.protocol.controller.AddressPool;
import io.ztnio.protocol.controller.NetworkDefinition;
import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.node.NodeState;
import io.ztnio.protocol.rule.Rule;
import io.ztnio.protocol.store.MemoryStateStore;
import io.ztnio.protocol.transport.UdpOffload;
import io.ztnio.protocol.world.World;
import io.ztnio.protocol.world.WorldRoot;
import io.ztnio.provider.ZeroTierSelectorProvider;
import io.ztnio.provider.config.ConfigLoader;
import io.ztnio.provider.config.PathSettings;
import io.ztnio.provider.os.OsProvider;
import io.ztnio.tcpip.stack.StackConfig;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A root that is a controller too, and members that join its network: all on loopback, in this process. */
public final class LoopbackPlanet implements AutoCloseable {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    private final EngineConfig rootConfig;
    private Engine root;
    private final long networkId;
    private final Path directory;
    private final List<ZeroTierNetworks> members = new ArrayList<>();

    private LoopbackPlanet(EngineConfig rootConfig, Engine root, long networkId, Path directory) {
        this.rootConfig = rootConfig;
        this.root = root;
        this.networkId = networkId;
        this.directory = directory;
    }

    public static LoopbackPlanet start() throws IOException {
        Identity identity = PreparedIdentities.next();
        int port;
        try (DatagramSocket probe = new DatagramSocket(new InetSocketAddress(LOOPBACK, 0))) {
            port = probe.getLocalPort();
        }
        World world = World.create(
                World.Type.PLANET,
                identity.address(),
                1_700_000_000_000L,
                identity,
                List.of(new WorldRoot(identity, List.of(new InetSocketAddress(LOOPBACK, port)))));
        Path directory = Files.createTempDirectory("ztnio-planet");
        Files.write(directory.resolve("planet"), world.toByteArray());
        MemoryStateStore store = new MemoryStateStore();
        store.put(NodeState.IDENTITY_SECRET, identity.toSecretString().getBytes(StandardCharsets.US_ASCII));
        EngineConfig rootConfig = new EngineConfig(
                Optional.empty(),
                store,
                Optional.of(world),
                List.of(LOOPBACK),
                port,
                true,
                true,
                UdpOffload.OFF,
                0,
                Duration.ofSeconds(60),
                Duration.ofSeconds(8),
                StackConfig.defaults(),
                PathSettings.NONE);
        Engine root = Engine.start(rootConfig, OsProvider.get());
        long networkId = identity.address() << 24 | 1;
        root.controller().define(definition(networkId, false));
        return new LoopbackPlanet(rootConfig, root, networkId, directory);
    }

    /** The network has these rules from now on. */
    public void rules(List<Rule> rules) throws IOException {
        root.controller().define(builder(networkId, false).rules(rules).build());
    }

    /** Members are told this name server. */
    public void dns(String domain, InetAddress server) throws IOException {
        root.controller()
                .define(builder(networkId, false)
                        .dns(new Dns(domain, List.of(server)))
                        .build());
    }

    private static NetworkDefinition definition(long networkId, boolean isPrivate) throws IOException {
        return builder(networkId, isPrivate).build();
    }

    private static NetworkDefinition.Builder builder(long networkId, boolean isPrivate) throws IOException {
        InetAddress first = InetAddress.getByName("10.71.82.1");
        InetAddress last = InetAddress.getByName("10.71.82.254");
        return NetworkDefinition.builder(networkId)
                .name("test")
                .isPrivate(isPrivate)
                .rfc4193(true)
                .routes(List.of(new Route(new InetPrefix(InetAddress.getByName("10.71.82.0"), 24))))
                .pools(List.of(new AddressPool(first, last)));
    }

    /** The network becomes private, and everybody is put out. */
    public void putOutAll() throws IOException {
        root.controller().define(definition(networkId, true), Set.of());
    }

    /** A new member, configured. */
    public Member join() throws IOException, InterruptedException {
        return join(Map.of());
    }

    /** A new member with further settings, configured. */
    public Member join(Map<String, String> settings) throws IOException, InterruptedException {
        ZeroTierNetworks networks = networksIn("member" + members.size(), settings);
        members.add(networks);
        if (!networks.awaitUsable(networkId, 30, TimeUnit.SECONDS)) {
            throw new IOException("network not usable: " + networks.networks());
        }
        return new Member(networks);
    }

    /** The network, 16 hexadecimal digits. */
    public String network() {
        return String.format("%016x", networkId);
    }

    /** The root and controller. */
    public Engine root() {
        return root;
    }

    /** The root's token for its local API; once that is served. */
    String rootToken() throws IOException {
        return new String(rootConfig.store().get("authtoken.secret").orElseThrow(), StandardCharsets.US_ASCII);
    }

    /** Where homes and the planet file are. */
    public Path directory() {
        return directory;
    }

    /** Nobody answers from now on. */
    public void stopRoot() {
        root.close();
    }

    /** The root is back, with what it knew. */
    public void startRoot() throws IOException {
        root = Engine.start(rootConfig, OsProvider.get());
    }

    /** A home with an identity. */
    private Path home(String name) {
        Path home = directory.resolve(name);
        PreparedIdentities.into(home);
        return home;
    }

    /** Options of a command whose node is a member, with a home of its own. */
    public List<String> options(String home) {
        return List.of(
                "--network",
                network(),
                "--planet",
                directory.resolve("planet").toString(),
                "--home",
                home(home).toString(),
                "--bind",
                "127.0.0.1",
                "--loopback");
    }

    /** Defines a network of the same controller that lets nobody in. */
    public String definePrivate() throws IOException {
        long id = networkId + 1;
        root.controller()
                .define(NetworkDefinition.builder(id)
                        .name("private")
                        .isPrivate(true)
                        .routes(List.of(new Route(new InetPrefix(InetAddress.getByName("10.71.83.0"), 24))))
                        .pools(List.of(new AddressPool(
                                InetAddress.getByName("10.71.83.1"), InetAddress.getByName("10.71.83.254"))))
                        .build());
        return String.format("%016x", id);
    }

    /** The settings of a member with a home of its own. */
    public Map<String, String> settings(String home) {
        return new HashMap<>(Map.of(
                "ztnio.networks", network(),
                "ztnio.planet", directory.resolve("planet").toString(),
                "ztnio.home", home(home).toString(),
                "ztnio.bind", "127.0.0.1",
                "ztnio.loopback", "true"));
    }

    /** The networks of a node with a given home; it is not started. */
    public ZeroTierNetworks networksIn(String home) {
        return networksIn(home, Map.of());
    }

    /** The same with settings that beat those of the planet. */
    public ZeroTierNetworks networksIn(String home, Map<String, String> settings) {
        Map<String, String> all = settings(home);
        all.putAll(settings);
        return new ZeroTierNetworks(new ConfigLoader(all, Map.of()).load());
    }

    @Override
    public void close() {
        members.forEach(ZeroTierNetworks::close);
        root.close();
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Lets a node into a private network of the controller's, and waits until it has it. */
    public void letIn(ZeroTierNetworks networks, String network) throws IOException, InterruptedException {
        long id = NetworkId.parse(network);
        root.controller().authorize(id, networks.address());
        if (!networks.awaitUsable(id, 60, TimeUnit.SECONDS)) {
            throw new AssertionError("the network " + network + " does not become usable");
        }
    }

    /** The first address that the first network has given a node. */
    public static InetAddress firstAddress(ZeroTierNetworks networks) {
        return networks.networks()
                .get(0)
                .config()
                .orElseThrow()
                .addresses()
                .get(0)
                .address();
    }

    /** One member with its provider. */
    public record Member(ZeroTierNetworks networks, ZeroTierSelectorProvider provider) {
        Member(ZeroTierNetworks networks) {
            this(networks, new ZeroTierSelectorProvider(networks));
        }

        public InetAddress ipv4() {
            return address(true);
        }

        public InetAddress ipv6() {
            return address(false);
        }

        private InetAddress address(boolean ipv4) {
            return networks.networks().get(0).config().orElseThrow().addresses().stream()
                    .map(InetPrefix::address)
                    .filter(address -> address instanceof Inet4Address == ipv4)
                    .findFirst()
                    .orElseThrow();
        }
    }
}
