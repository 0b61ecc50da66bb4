package io.ztnio.it.lab;

import com.fasterxml.jackson.jr.ob.JSON;
import io.ztnio.it.lab.RunningProcess.Finished;
import io.ztnio.it.programs.HttpCall;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A stock {@code zerotier-one} on a host, with the kernel's TCP/IP over its TAP.
 *
 * <p>Thread: confined to the test.
 */
public final class Daemon {
    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
    private static final String LOCAL_CONF =
            "{\"settings\":{%s\"portMappingEnabled\":false,\"softwareUpdate\":\"disable\"}}";

    private final Host host;
    private final Path home;
    private final String executable;
    private final RunningProcess process;

    private Daemon(Host host, Path home, String executable, RunningProcess process) {
        this.host = host;
        this.home = home;
        this.executable = executable;
        this.process = process;
    }

    /** Starts a daemon with a new identity and waits until it is online. */
    public static Daemon member(Host host, Planet planet) {
        return member(host, planet, "");
    }

    /**
     * As {@link #member(Host, Planet)}.
     *
     * @param settings of its {@code local.conf}, each with a comma behind it
     */
    public static Daemon member(Host host, Planet planet, String settings) {
        Daemon daemon = start(host, host.lab().newDirectory("zerotier-" + host.name()), planet, settings);
        daemon.awaitInfo("ONLINE");
        return daemon;
    }

    /** Starts a daemon that is the planet's root and has a network controller. */
    public static Daemon root(Host host, Planet planet) {
        Path home = host.lab().newDirectory("zerotier-root");
        copy(planet.rootSecret(), home.resolve("identity.secret"));
        copy(planet.rootPublic(), home.resolve("identity.public"));
        Daemon daemon = start(host, home, planet, "");
        daemon.awaitInfo(planet.rootAddress());
        return daemon;
    }

    /** Starts a daemon again on the home of one that has ended. */
    public static Daemon restarted(Host host, Path home, Planet planet) {
        Daemon daemon = start(host, home, planet, "");
        daemon.awaitInfo(planet.rootAddress());
        return daemon;
    }

    /** Where it keeps its state. */
    public Path home() {
        return home;
    }

    /** Waits until what it says of a network matches, and returns that. */
    public String awaitPushed(String network, String pattern) {
        Pattern wanted = Pattern.compile(pattern);
        return Await.value(
                network + " on " + host + " with " + pattern,
                START_TIMEOUT,
                () -> Optional.of(query("-j", "listnetworks").orThrow().output())
                        .filter(text -> wanted.matcher(text).find()));
    }

    private static Daemon start(Host host, Path home, Planet planet, String settings) {
        copy(planet.file(), home.resolve("planet"));
        try {
            Files.writeString(home.resolve("local.conf"), LOCAL_CONF.formatted(settings));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String executable = RealDaemonCondition.executable().orElseThrow();
        RunningProcess process = host.start(List.of(executable, "-U", home.toString()), "");
        return new Daemon(host, home, executable, process);
    }

    private static void copy(Path from, Path to) {
        try {
            Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitInfo(String state) {
        Await.until("zerotier-one on " + host + " reports " + state, START_TIMEOUT, () -> {
            if (!process.isAlive()) {
                throw new IllegalStateException("zerotier-one on " + host + " ended:\n" + process.output());
            }
            return Files.exists(home.resolve("authtoken.secret"))
                    && query("info").output().contains(state);
        });
    }

    public Host host() {
        return host;
    }

    /** Its address, 10 hexadecimal digits. */
    public String address() {
        return query("info").orThrow().output().split(" ", -1)[2];
    }

    /** Joins a network; what comes of it is in {@link #networkStatus} and {@link #addresses}. */
    public void join(String network) {
        query("join", network).orThrow();
    }

    /** Leaves a network. */
    public void leave(String network) {
        query("leave", network).orThrow();
    }

    /** {@code OK}, {@code ACCESS_DENIED} and so on; empty if not joined. */
    public Optional<String> networkStatus(String network) {
        return network(network).map(n -> n.get("status").toString());
    }

    /** Waits until the network's status is that. */
    public void awaitNetworkStatus(String network, String status) {
        Await.until(
                "status " + status + " of " + network + " on " + host,
                START_TIMEOUT,
                () -> networkStatus(network).filter(status::equals).isPresent());
    }

    /** Waits until the network is joined and has given an address of each kind asked for, and returns them all. */
    public List<String> awaitAddresses(String network, int count) {
        return Await.value(
                count + " addresses for " + host + " in " + network,
                START_TIMEOUT,
                () -> Optional.of(addresses(network)).filter(a -> a.size() >= count));
    }

    /** The addresses the network gave it, without prefix lengths, IPv4 first. */
    public List<String> addresses(String network) {
        List<String> addresses = new ArrayList<>();
        network(network).ifPresent(n -> {
            for (Object address : (List<?>) n.get("assignedAddresses")) {
                String literal = Addresses.normal(address.toString().replaceFirst("/.*", ""));
                addresses.add(literal.contains(":") ? addresses.size() : 0, literal);
            }
        });
        return addresses;
    }

    /** The physical paths to a peer that it considers alive; empty if packets to the peer are relayed. */
    public List<String> directPaths(String peer) {
        Map<?, ?> info = peer(peer);
        List<String> paths = new ArrayList<>();
        for (Object path : info.get("paths") instanceof List<?> all ? all : List.of()) {
            Map<?, ?> p = (Map<?, ?>) path;
            if (Boolean.TRUE.equals(p.get("active")) && !Boolean.TRUE.equals(p.get("expired"))) {
                paths.add(p.get("address").toString());
            }
        }
        return paths;
    }

    /** What it says of a peer and of its bond with it, in JSON; empty while it knows none. */
    public Map<?, ?> peer(String address) {
        return object(query("-j", "peers").orThrow().output(), "address", address);
    }

    private Optional<Map<?, ?>> network(String network) {
        Map<?, ?> found = object(query("-j", "listnetworks").orThrow().output(), "id", network);
        return found.isEmpty() ? Optional.empty() : Optional.of(found);
    }

    private static Map<?, ?> object(String json, String key, String value) {
        try {
            return JSON.std.listFrom(json).stream()
                    .map(element -> (Map<?, ?>) element)
                    .filter(object -> value.equals(object.get(key)))
                    .findFirst()
                    .orElse(Map.of());
        } catch (IOException e) {
            throw new UncheckedIOException(json, e);
        }
    }

    /** Creates a network on its controller that gives IPv4 addresses of 10.99.0.0/24 and both kinds of IPv6 ones. */
    public void createNetwork(String network, boolean isPrivate) {
        controller("POST", "network/" + network, """
                {"name": "lab", "private": %b,
                 "v4AssignMode": {"zt": true}, "v6AssignMode": {"rfc4193": true, "6plane": true, "zt": false},
                 "routes": [{"target": "10.99.0.0/24"}],
                 "ipAssignmentPools": [{"ipRangeStart": "10.99.0.10", "ipRangeEnd": "10.99.0.100"}]}
                """.formatted(isPrivate));
    }

    /** Lets a member in, or puts it out. */
    public void authorize(String network, String member, boolean authorized) {
        controller("POST", "network/" + network + "/member/" + member, "{\"authorized\": %b}".formatted(authorized));
    }

    /** The IPv4 addresses its controller gave a member. */
    public List<String> assignedIpv4(String network, String member) {
        Finished answer = callController("GET", "network/" + network + "/member/" + member, "");
        if (answer.exitCode() != 0) {
            return List.of();
        }
        try {
            Object assignments = JSON.std.mapFrom(answer.output()).get("ipAssignments");
            return ((List<?>) assignments)
                    .stream()
                            .map(Object::toString)
                            .filter(a -> !a.contains(":"))
                            .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(answer.output(), e);
        }
    }

    private void controller(String method, String path, String body) {
        callController(method, path, body).orThrow();
    }

    /** The control port answers only on the host's loopback, so the caller is a process there. */
    private Finished callController(String method, String path, String body) {
        List<String> command =
                new ArrayList<>(JavaProgram.kernel(HttpCall.class).command());
        command.addAll(List.of(method, "http://127.0.0.1:9993/controller/" + path));
        if (!body.isEmpty()) {
            command.add(body);
        }
        try {
            String token = Files.readString(home.resolve("authtoken.secret"));
            return host.start(command, token).awaitExit(START_TIMEOUT);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Finished query(String... arguments) {
        List<String> command = new ArrayList<>(List.of(executable, "-q", "-D" + home));
        command.addAll(List.of(arguments));
        return host.run(command.toArray(String[]::new));
    }

    /** Ends it at once. */
    public void stop() {
        process.close();
    }
}
