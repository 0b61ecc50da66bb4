package io.ztnio.it.lab;

import com.fasterxml.jackson.jr.ob.JSON;
import io.ztnio.it.lab.RunningProcess.Finished;
import io.ztnio.it.programs.ApiScript;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A node on a host, the daemon or ours, that is asked and told by the daemon's command line and its HTTP API.
 *
 * <p>Thread: confined to the test.
 */
public abstract class ControlledNode {
    /** A daemon greets a root that is new to it, and asks for a configuration again, once a minute. */
    static final Duration TIMEOUT = Duration.ofSeconds(150);

    private final Host host;
    private final Path home;
    private final RunningProcess process;
    private RunningProcess api;
    private int requests;

    ControlledNode(Host host, Path home, RunningProcess process) {
        this.host = host;
        this.home = home;
        this.process = process;
    }

    /**
     * An answer of the API.
     *
     * @param status HTTP's
     * @param type its content type
     * @param body what it says
     */
    public record Answer(int status, String type, String body) {
        /** The body; an empty text if there is none. */
        public Object json() {
            try {
                return body.isEmpty() ? "" : JSON.std.anyFrom(body);
            } catch (IOException e) {
                throw new UncheckedIOException(body, e);
            }
        }

        /** The body, which must be an object and the answer a good one. */
        public Map<?, ?> object() {
            if (status != 200 || !(json() instanceof Map<?, ?> object)) {
                throw new IllegalStateException(toString());
            }
            return object;
        }
    }

    static void copy(Path from, Path to) {
        try {
            Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void awaitInfo(String state) {
        List<String> said = new ArrayList<>();
        try {
            Await.until("the node on " + host + " reports " + state, TIMEOUT, () -> {
                if (!process.isAlive()) {
                    throw new IllegalStateException("the node on " + host + " ended:\n" + process.output());
                }
                if (!Files.exists(home.resolve("authtoken.secret"))
                        || !Files.exists(home.resolve("zerotier-one.port"))) {
                    return false;
                }
                said.add(cli("info").output());
                return said.get(said.size() - 1).contains(state);
            });
        } catch (AssertionError e) {
            throw new AssertionError(
                    e.getMessage() + "; it said last " + said.subList(Math.max(0, said.size() - 1), said.size())
                            + " and printed:\n" + process.output(),
                    e);
        }
    }

    public Host host() {
        return host;
    }

    /** Where it keeps its state. */
    public Path home() {
        return home;
    }

    public RunningProcess process() {
        return process;
    }

    /** Its address, 10 hexadecimal digits. */
    public String address() {
        return cli("info").orThrow().output().split(" ", -1)[2];
    }

    /** Runs the daemon's command line on it. */
    public Finished cli(String... arguments) {
        List<String> command =
                new ArrayList<>(List.of(RealDaemonCondition.executable().orElseThrow(), "-q", "-D" + home));
        command.addAll(List.of(arguments));
        return host.run(command.toArray(String[]::new));
    }

    /** A request of its API. The port answers only on the host's loopback, so the caller is a process there. */
    public Answer request(String method, String path, String body) {
        if (api == null || !api.isAlive()) {
            try {
                String port =
                        Files.readString(home.resolve("zerotier-one.port")).strip();
                api = host.open(JavaProgram.kernel(ApiScript.class).with(port).command());
                api.say(Files.readString(home.resolve("authtoken.secret")).strip() + "\n");
                requests = 0;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        api.say(method + " " + path + (body.isEmpty() ? "" : " " + body.replaceAll("\\s*\n\\s*", " ")) + "\n");
        requests++;
        String[] parts =
                api.awaitLine("^" + requests + "\t(.*)", TIMEOUT).group(1).split("\t", -1);
        String text = new String(Base64.getDecoder().decode(parts[2]), StandardCharsets.UTF_8);
        return new Answer(Integer.parseInt(parts[0]), parts[1], text);
    }

    /** Joins a network; what comes of it is in {@link #networkStatus} and {@link #addresses}. */
    public void join(String network) {
        cli("join", network).orThrow();
    }

    /** Leaves a network. */
    public void leave(String network) {
        cli("leave", network).orThrow();
    }

    /** {@code OK}, {@code ACCESS_DENIED} and so on; empty if not joined. */
    public Optional<String> networkStatus(String network) {
        return network(network).map(n -> n.get("status").toString());
    }

    /** Waits until the network's status is that. */
    public void awaitNetworkStatus(String network, String status) {
        Await.until(
                "status " + status + " of " + network + " on " + host,
                TIMEOUT,
                () -> networkStatus(network).filter(status::equals).isPresent());
    }

    /** Waits until what it says of a network matches, and returns that. */
    public String awaitPushed(String network, String pattern) {
        Pattern wanted = Pattern.compile(pattern);
        return Await.value(
                network + " on " + host + " with " + pattern,
                TIMEOUT,
                () -> Optional.of(cli("-j", "listnetworks").orThrow().output())
                        .filter(text -> wanted.matcher(text).find()));
    }

    /** Waits until it has a network's configuration of that revision, or a later one. */
    public void awaitRevision(String network, long revision) {
        Await.until(
                "revision " + revision + " of " + network + " on " + host,
                TIMEOUT,
                () -> network(network)
                        .filter(n -> ((Number) n.get("netconfRevision")).longValue() >= revision)
                        .isPresent());
    }

    /** Waits until the network is joined and has given an address of each kind asked for, and returns them all. */
    public List<String> awaitAddresses(String network, int count) {
        return Await.value(
                count + " addresses for " + host + " in " + network,
                TIMEOUT,
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

    /** What it says of a network that it has joined. */
    public Optional<Map<?, ?>> network(String network) {
        Map<?, ?> found = object(cli("-j", "listnetworks").orThrow().output(), "id", network);
        return found.isEmpty() ? Optional.empty() : Optional.of(found);
    }

    /** What it says of a peer; empty if it knows none. */
    public Map<?, ?> peer(String address) {
        return object(cli("-j", "peers").orThrow().output(), "address", address);
    }

    /** The physical paths to a peer that it considers alive; empty if packets to the peer are relayed. */
    public List<String> directPaths(String peer) {
        List<String> paths = new ArrayList<>();
        for (Object path : peer(peer).get("paths") instanceof List<?> all ? all : List.of()) {
            Map<?, ?> p = (Map<?, ?>) path;
            if (Boolean.TRUE.equals(p.get("active")) && !Boolean.TRUE.equals(p.get("expired"))) {
                paths.add(p.get("address").toString());
            }
        }
        return paths;
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
        configure(network, """
                {"name": "lab", "private": %b,
                 "v4AssignMode": {"zt": true}, "v6AssignMode": {"rfc4193": true, "6plane": true, "zt": false},
                 "routes": [{"target": "10.99.0.0/24"}],
                 "ipAssignmentPools": [{"ipRangeStart": "10.99.0.10", "ipRangeEnd": "10.99.0.100"}]}
                """.formatted(isPrivate));
    }

    /** Changes fields of a network on its controller, and returns the new revision. */
    public long configure(String network, String fields) {
        Map<?, ?> answer =
                request("POST", "/controller/network/" + network, fields).object();
        return ((Number) answer.get("revision")).longValue();
    }

    /** Changes fields of a member on its controller. */
    public void configureMember(String network, String member, String fields) {
        request("POST", "/controller/network/" + network + "/member/" + member, fields)
                .object();
    }

    /** Lets a member in, or puts it out. */
    public void authorize(String network, String member, boolean authorized) {
        configureMember(network, member, "{\"authorized\": %b}".formatted(authorized));
    }

    /** The IPv4 addresses its controller gave a member. */
    public List<String> assignedIpv4(String network, String member) {
        Answer answer = request("GET", "/controller/network/" + network + "/member/" + member, "");
        return answer.status() == 200 && answer.object().get("ipAssignments") instanceof List<?> assignments
                ? assignments.stream()
                        .map(Object::toString)
                        .filter(a -> !a.contains(":"))
                        .toList()
                : List.of();
    }

    /** Ends it as a service manager would, so that it keeps whom it knows: a daemon greets its root again after 224 s only. */
    public void end() {
        if (api != null) {
            api.close();
        }
        process.terminate();
        process.awaitExit(TIMEOUT);
    }

    /** Ends it at once. Its port is free for the next one, which it would not be for a minute if connections had been left. */
    public void stop() {
        if (api != null) {
            api.close();
        }
        process.close();
    }
}
