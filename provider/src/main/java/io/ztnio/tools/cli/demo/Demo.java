package io.ztnio.tools.cli.demo;

import io.ztnio.tools.cli.command.CommandFailure;
import io.ztnio.tools.cli.node.NodeStatus;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Runs the three JVMs and watches them. Thread: confined to the main thread. */
final class Demo {
    private static final long START_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long STALL_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final long POLL_MILLIS = 100;
    private static final int CHUNK_LENGTH = 1 << 20;
    private static final int SHORT_DIGEST = 16;

    private final Class<?> mainClass;
    private final Path directory;
    private final long fileBytes;
    private final Consumer<String> say;
    private final ProgressBar bar;
    private final List<Transfer> transfers = new ArrayList<>();
    private final List<Hop> hops = new ArrayList<>();

    /** How one node reached another at the end. */
    record Hop(String from, String to, boolean direct, String path) {}

    /**
     * Makes a demo.
     *
     * @param mainClass the command line's, for the planet's process
     */
    Demo(Class<?> mainClass, Path directory, long fileBytes, Consumer<String> say, ProgressBar bar) {
        this.mainClass = mainClass;
        this.directory = directory;
        this.fileBytes = fileBytes;
        this.say = say;
        this.bar = bar;
    }

    List<Transfer> transfers() {
        return transfers;
    }

    List<Hop> hops() {
        return hops;
    }

    /** Whether everything arrived as it was sent, both ways over both IP versions. */
    boolean succeeded() {
        return transfers.size() == 4 && transfers.stream().allMatch(Transfer::matches);
    }

    void run() throws IOException, InterruptedException {
        Path file = directory.resolve("file");
        String digest = makeFile(file);
        DemoPlanet planet = DemoPlanet.create(directory);
        try (ChildJvm root = ChildJvm.start("planet", planet.localFlags("root"), mainClass, planet.rootArguments())) {
            say.accept("planet      root and controller " + planet.rootAddress() + ", network " + planet.networkId());
            try (ChildJvm server = ChildJvm.start(
                    "server", planet.programFlags("server"), DemoServer.class, List.of(file.toString()))) {
                NodeStatus serverStatus = awaitAddresses(root, server, planet.statusFile("server"));
                List<String> urls = urls(serverStatus, awaitPort(root, server));
                say.accept("server      com.sun.net.httpserver on " + serverStatus.address() + ": "
                        + String.join(" ", urls));
                runClient(planet, file, digest, urls);
                addHops(planet);
            }
        }
    }

    private String makeFile(Path file) throws IOException {
        MessageDigest digest = DemoServer.sha256();
        SplittableRandom random = new SplittableRandom();
        byte[] chunk = new byte[CHUNK_LENGTH];
        try (OutputStream out = Files.newOutputStream(file)) {
            for (long left = fileBytes; left > 0; left -= chunk.length) {
                random.nextBytes(chunk);
                int length = (int) Math.min(left, chunk.length);
                digest.update(chunk, 0, length);
                out.write(chunk, 0, length);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static int awaitPort(ChildJvm root, ChildJvm server) throws InterruptedException {
        long deadline = System.nanoTime() + START_TIMEOUT_NANOS;
        while (System.nanoTime() < deadline) {
            String line = server.nextLine(POLL_MILLIS);
            root.checkAlive();
            if (line != null && line.startsWith("listening ")) {
                return Integer.parseInt(line.substring("listening ".length()));
            }
        }
        throw server.failure("did not listen in time");
    }

    /** Waits until a node has an address of each IP version. */
    private static NodeStatus awaitAddresses(ChildJvm root, ChildJvm child, Path statusFile)
            throws IOException, InterruptedException {
        long deadline = System.nanoTime() + START_TIMEOUT_NANOS;
        while (System.nanoTime() < deadline) {
            Optional<NodeStatus> status = NodeStatus.read(statusFile);
            if (status.isPresent() && addresses(status.get()).size() >= 2) {
                return status.get();
            }
            root.checkAlive();
            child.checkAlive();
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
        throw child.failure("did not get its addresses on the network in time");
    }

    private static List<String> addresses(NodeStatus status) {
        return status.networks().stream()
                .flatMap(network -> network.addresses().stream())
                .map(address -> address.substring(0, address.indexOf('/')))
                .toList();
    }

    private static List<String> urls(NodeStatus server, int port) {
        return addresses(server).stream()
                .map(address -> address.contains(":") ? "[" + address + "]" : address)
                .sorted()
                .map(host -> "http://" + host + ":" + port + "/file")
                .toList();
    }

    private void runClient(DemoPlanet planet, Path file, String digest, List<String> urls)
            throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>();
        arguments.add(file.toString());
        arguments.addAll(urls);
        try (ChildJvm client = ChildJvm.start("client", planet.programFlags("client"), DemoClient.class, arguments)) {
            say.accept("client      java.net.http.HttpClient; file " + fileBytes / 1_000_000 + " MB, SHA-256 "
                    + digest.substring(0, SHORT_DIGEST) + "...");
            String direction = "";
            String url = "";
            long lastNanos = System.nanoTime();
            while (transfers.size() < 2 * urls.size()) {
                String line = client.nextLine(POLL_MILLIS);
                if (line == null) {
                    if (System.nanoTime() - lastNanos > STALL_TIMEOUT_NANOS) {
                        throw client.failure("made no progress for 20 s");
                    }
                    continue;
                }
                lastNanos = System.nanoTime();
                String[] words = line.split(" ", -1);
                switch (words[0]) {
                    case "upload", "download" -> {
                        direction = words[0];
                        url = words[1];
                    }
                    case "progress" -> bar.draw(direction, Long.parseLong(words[1]), fileBytes);
                    case "done" -> onDone(direction, url, words, digest);
                    default -> throw client.failure("said: " + line);
                }
            }
        }
    }

    private void onDone(String direction, String url, String[] words, String digest) {
        long bytes = Long.parseLong(words[1]);
        Transfer transfer = new Transfer(
                direction, url, bytes, Long.parseLong(words[2]), bytes == fileBytes && words[3].equals(digest));
        transfers.add(transfer);
        bar.clear();
        say.accept(String.format(
                Locale.ROOT,
                "%-10s  %7.1f MB/s  %5.2f s  digest %s  %s",
                direction,
                transfer.megabytesPerSecond(),
                transfer.seconds(),
                transfer.matches() ? "equal" : "DIFFERENT",
                url));
    }

    private void addHops(DemoPlanet planet) throws IOException {
        NodeStatus server = status(planet, "server");
        NodeStatus client = status(planet, "client");
        addHop("client", client, "server", server.address());
        addHop("client", client, "planet", planet.rootAddress());
        addHop("server", server, "client", client.address());
        addHop("server", server, "planet", planet.rootAddress());
    }

    private static NodeStatus status(DemoPlanet planet, String name) throws IOException {
        return NodeStatus.read(planet.statusFile(name))
                .orElseThrow(() -> new CommandFailure("the " + name + " wrote no status"));
    }

    private void addHop(String from, NodeStatus status, String to, String address) {
        Optional<NodeStatus.PeerLink> peer = status.peer(address);
        boolean direct = peer.map(NodeStatus.PeerLink::direct).orElse(false);
        String path = peer.map(NodeStatus.PeerLink::path).orElse("");
        hops.add(new Hop(from, to, direct, path));
        say.accept("hop         " + from + " > " + to + ": " + (direct ? "direct, " + path : "relayed by the planet"));
    }
}
