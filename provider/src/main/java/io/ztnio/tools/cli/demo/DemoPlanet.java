package io.ztnio.tools.cli.demo;

import io.ztnio.protocol.identity.Address;
import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.world.World;
import io.ztnio.protocol.world.WorldRoot;
import io.ztnio.tools.cli.identity.IdentityFile;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/** The files of a private planet with one root, which is the controller of one network too. Immutable. */
final class DemoPlanet {
    private static final String IPV4_NETWORK = "10.71.82";
    private static final String IPV6_NETWORK = "fd7a:746e:696f";
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    private final Path directory;
    private final Identity root;
    private final int port;

    private DemoPlanet(Path directory, Identity root, int port) {
        this.directory = directory;
        this.root = root;
        this.port = port;
    }

    /** Makes the root's identity, the planet file and the network's definition in {@code directory}. */
    static DemoPlanet create(Path directory) throws IOException {
        Path home = Files.createDirectories(directory.resolve("root"));
        Identity root = IdentityFile.readOrGenerate(home.resolve("identity.secret"));
        DemoPlanet planet = new DemoPlanet(directory, root, freePort());
        List<InetSocketAddress> endpoints = List.of(new InetSocketAddress(LOOPBACK, planet.port));
        World world = World.create(
                World.Type.PLANET,
                root.address(),
                Clock.systemUTC().millis(),
                root,
                List.of(new WorldRoot(root, endpoints)));
        Files.write(planet.planetFile(), world.toByteArray());
        Files.writeString(planet.networkFile(), planet.networkDefinition());
        return planet;
    }

    /** A port that was free a moment ago. */
    private static int freePort() throws IOException {
        try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(LOOPBACK, 0))) {
            return socket.getLocalPort();
        }
    }

    private Path planetFile() {
        return directory.resolve("planet");
    }

    private Path networkFile() {
        return directory.resolve("network.json");
    }

    private String networkDefinition() {
        return """
                {
                  "id": "%s",
                  "name": "demo",
                  "private": false,
                  "routes": [{"target": "%3$s.0/24"}, {"target": "%2$s::/64"}],
                  "ipAssignmentPools": [
                    {"ipRangeStart": "%3$s.1", "ipRangeEnd": "%3$s.254"},
                    {"ipRangeStart": "%2$s::1", "ipRangeEnd": "%2$s::ffff"}
                  ]
                }
                """.formatted(networkId(), IPV6_NETWORK, IPV4_NETWORK);
    }

    String rootAddress() {
        return Address.format(root.address());
    }

    /** 16 hexadecimal digits. */
    String networkId() {
        return String.format("%016x", root.address() << 24 | 1);
    }

    Path statusFile(String name) {
        return directory.resolve(name + ".status.json");
    }

    /** Arguments of the {@code node} command for the root and controller. */
    List<String> rootArguments() {
        return List.of(
                "node",
                "--root",
                "--controller",
                "--network",
                networkFile().toString(),
                "--home",
                directory.resolve("root").toString(),
                "--port",
                Integer.toString(port),
                "--planet",
                planetFile().toString());
    }

    /** Settings that keep a node on this machine and this planet. */
    List<String> localFlags(String name) {
        return List.of(
                "-Dztnio.bind=" + LOOPBACK.getHostAddress(),
                "-Dztnio.loopback=true",
                "-Dztnio.public.planet=forbid",
                "-Dztnio.status.file=" + statusFile(name));
    }

    /** The README's flags for any program, and those that keep it on this machine. */
    List<String> programFlags(String name) {
        List<String> flags = new ArrayList<>();
        flags.add("-Djava.nio.channels.spi.SelectorProvider=io.ztnio.provider.ZeroTierSelectorProvider");
        flags.add("-Dztnio.networks=" + networkId());
        flags.add("-Dztnio.planet=" + planetFile());
        flags.add("-Dztnio.home=" + directory.resolve(name));
        flags.addAll(localFlags(name));
        return flags;
    }
}
