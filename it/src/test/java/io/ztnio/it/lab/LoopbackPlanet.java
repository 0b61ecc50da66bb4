package io.ztnio.it.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;

/**
 * A planet on the loopback interface, which needs no lab: our own {@code node} command is its root and the controller of
 * one open network.
 *
 * <p>Thread: confined to the test.
 */
public final class LoopbackPlanet implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final Path directory;
    private final UnaryOperator<JavaProgram> place;
    private final int port = freeUdpPort();
    private final Planet planet;
    private final RunningProcess root;

    /** @param directory for its files, empty */
    public LoopbackPlanet(Path directory) {
        this(directory, program -> program, false, List.of());
    }

    /** The same, with further options of the root's command. */
    public LoopbackPlanet(Path directory, String... rootOptions) {
        this(directory, program -> program, false, List.of(rootOptions));
    }

    /** The same in a namespace: programs that are to reach it have to be there too. */
    public LoopbackPlanet(Path directory, LoneNamespace namespace) {
        this(directory, namespace::of, false, List.of());
    }

    /** One whose network lets nobody in. */
    public static LoopbackPlanet closed(Path directory, LoneNamespace namespace) {
        return new LoopbackPlanet(directory, namespace::of, true, List.of());
    }

    private LoopbackPlanet(Path directory, UnaryOperator<JavaProgram> place, boolean closed, List<String> rootOptions) {
        this.directory = directory;
        this.place = place;
        try {
            Path home = Files.createDirectories(directory.resolve("root"));
            Path secret = home.resolve("identity.secret");
            Path publicPart = home.resolve("identity.public");
            Path file = directory.resolve("planet");
            PreparedIdentities.into(home);
            run(
                    "planet",
                    "make",
                    file.toString(),
                    "--root",
                    publicPart + ",127.0.0.1/" + port,
                    "--key",
                    directory.resolve("planet.key").toString());
            planet = new Planet(file, secret, publicPart);
            Path definition =
                    Files.writeString(directory.resolve("network.json"), """
                    {"id": "%s", "name": "loopback", "private": %s, "v6AssignMode": {"rfc4193": true},
                     "routes": [{"target": "10.98.0.0/24"}],
                     "ipAssignmentPools": [{"ipRangeStart": "10.98.0.10", "ipRangeEnd": "10.98.0.100"}]}
                    """.formatted(planet.network(), closed));
            JavaProgram node = JavaProgram.cli(List.of("-Dztnio.bind=127.0.0.1", "-Dztnio.loopback=true"))
                    .with("node", "--root", "--controller", "--network", definition.toString())
                    .with("--home", home.toString(), "--planet", file.toString(), "--port", Integer.toString(port))
                    .with(rootOptions.toArray(String[]::new));
            root = place.apply(node).start();
            // It has its UDP port then.
            root.awaitLine("network " + planet.network() + " is served", TIMEOUT);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void run(String... arguments) {
        JavaProgram.cli(arguments).start().awaitExit(TIMEOUT).orThrow();
    }

    /** A UDP port of the loopback interface that was free a moment ago. */
    public static int freeUdpPort() {
        try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The root's UDP port. */
    public int port() {
        return port;
    }

    /** From now on the controller pushes this DNS to whoever asks for the network's configuration. */
    public void pushDns(String domain, String server) {
        Path definition = directory.resolve("network.json");
        try {
            String text = Files.readString(definition);
            Files.writeString(
                    definition,
                    text.replaceFirst(
                            "\\{", "{\"dns\": {\"domain\": \"" + domain + "\", \"servers\": [\"" + server + "\"]}, "));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        root.awaitLine("network.json", TIMEOUT);
    }

    /** The match of the first line of the root's that contains {@code pattern}. */
    public Matcher awaitRoot(String pattern) {
        return root.awaitLine(pattern, TIMEOUT);
    }

    /** The network, 16 hexadecimal digits. */
    public String network() {
        return planet.network();
    }

    /** Options of a network command whose node is a member with this home. */
    public String[] options(String home) {
        PreparedIdentities.into(directory.resolve(home));
        return new String[] {
            "--network", planet.network(),
            "--planet", planet.file().toString(),
            "--home", directory.resolve(home).toString(),
            "--bind", "127.0.0.1",
            "--loopback"
        };
    }

    /** Options of a JVM whose node is a member with this home. */
    public List<String> jvmOptions(String home) {
        PreparedIdentities.into(directory.resolve(home));
        return new ArrayList<>(List.of(
                NodeSettings.PROVIDER,
                "-Dztnio.networks=" + planet.network(),
                "-Dztnio.planet=" + planet.file(),
                "-Dztnio.home=" + directory.resolve(home),
                "-Dztnio.bind=127.0.0.1",
                "-Dztnio.loopback=true"));
    }

    /** The IPv4 address that the controller gives the node with this home, which joins and ends for that. */
    public String addressOf(String home) {
        List<String> options = new ArrayList<>(List.of(options(home)));
        // The command takes the network without a flag.
        options.remove("--network");
        return place.apply(JavaProgram.cli("join").with(options.toArray(String[]::new)))
                .start()
                .awaitLine("\\b(10\\.98\\.0\\.\\d+)", TIMEOUT)
                .group(1);
    }

    @Override
    public void close() {
        root.close();
    }
}
