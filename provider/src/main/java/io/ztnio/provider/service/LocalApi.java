package io.ztnio.provider.service;

import com.fasterxml.jackson.jr.ob.JSON;
import io.ztnio.protocol.controller.api.Answer;
import io.ztnio.protocol.json.Json;
import io.ztnio.protocol.store.StateStore;
import io.ztnio.protocol.store.TextFile;
import io.ztnio.protocol.world.World;
import io.ztnio.provider.config.NetworkSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Answers the requests of the local API, without HTTP: paths, methods, fields and codes are the daemon's
 * ({@code docs/service-api.md}).
 *
 * <p>Thread: thread-safe.
 */
final class LocalApi {
    private static final String JSON_TYPE = "application/json";
    private static final String METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";
    private static final String EMPTY_OBJECT = "{}";
    private static final String LOCAL_CONF = "local.conf";
    private static final String SETTINGS = "settings";
    private static final String HEALTH = "/health";
    private static final String METRICS = "/metrics";
    private static final String CONTROLLER = "/controller";
    private static final String UNSTABLE = "/unstable" + CONTROLLER;
    private static final String READ = "GET";
    private static final String REMOVE = "DELETE";
    private static final List<String> WRITE = List.of("POST", "PUT");

    private static final Pattern NETWORK = Pattern.compile("/network/([0-9a-fA-F]{16})");
    private static final Pattern PEER = Pattern.compile("/peer/([0-9a-fA-F]{10})");

    /** The daemon takes ten digits only, and lists sixteen. */
    private static final Pattern MOON = Pattern.compile("/moon/(?:000000)?([0-9a-fA-F]{10})");

    private static final Pattern BOND = Pattern.compile("/bond/show/([0-9a-fA-F]{10})");
    private static final Pattern ROTATION = Pattern.compile("/bond/rotate/([0-9a-fA-F]{10})");
    private static final Pattern MTU = Pattern.compile("/bond/setmtu/[0-9]{1,6}/\\w{1,16}/[0-9a-fA-F.:]{1,39}");

    private final ServedNode node;
    private final StateStore store;
    private final String home;
    private final ServedController controller;
    private final ApiToken all;
    private final ApiToken metrics;

    /** What is sent back. */
    record Reply(int status, String type, String body) {
        static Reply json(int status, String body) {
            return new Reply(status, JSON_TYPE, body);
        }

        static Reply ok(Object json) {
            return json(200, ReportJson.text(json));
        }
    }

    /**
     * Makes the tokens if there are none.
     *
     * @param store of the node: tokens, and {@code local.conf}
     * @param home its directory, if it has one
     * @param random cryptographically strong
     * @throws IOException if a token cannot be read or made
     */
    LocalApi(
            ServedNode node, StateStore store, Optional<Path> home, ServedController controller, RandomGenerator random)
            throws IOException {
        this.node = node;
        this.store = store;
        this.home = home.map(path -> path.toAbsolutePath().toString()).orElse("");
        this.controller = controller;
        this.all = ApiToken.of(store, ApiToken.ALL, random);
        this.metrics = ApiToken.of(store, ApiToken.METRICS, random);
    }

    /**
     * Whether a request may be made, as far as its head tells: the body need not be read of one that may not.
     *
     * @return what to answer if not
     */
    Optional<Reply> refuse(ApiRequest head) {
        if (head.isForeign()) {
            return Optional.of(Reply.json(403, EMPTY_OBJECT));
        }
        if (isOpen(head)) {
            return Optional.empty();
        }
        Optional<String> token = head.token();
        boolean known = token.filter(all::matches).isPresent()
                || (head.path().equals(METRICS)
                        && token.filter(metrics::matches).isPresent());
        return known ? Optional.empty() : Optional.of(Reply.json(401, EMPTY_OBJECT));
    }

    /** Whether it may be made by anybody on this machine, with whatever token. */
    boolean isOpen(ApiRequest head) {
        return head.path().equals(HEALTH);
    }

    /**
     * Answers a request that may be made.
     *
     * @param nowMillis epoch milliseconds
     */
    Reply answer(ApiRequest request, long nowMillis) {
        String method = request.method().equals("HEAD") ? READ : request.method();
        Reply reply = answer(method, request, nowMillis);
        if (!method.equals(READ)) {
            node.awaitStored();
        }
        return reply;
    }

    private Reply answer(String method, ApiRequest request, long nowMillis) {
        String path = request.path();
        if (isBelow(CONTROLLER, path)) {
            return reply(controller.handle(method, segments(CONTROLLER, path), request.body(), nowMillis));
        }
        if (isBelow(UNSTABLE, path)) {
            return reply(controller.handleUnstable(method, segments(UNSTABLE, path)));
        }
        if (method.equals(READ)) {
            return read(path, nowMillis);
        }
        if (WRITE.contains(method)) {
            return write(path, request.body());
        }
        return method.equals(REMOVE) ? remove(path) : notFound();
    }

    private static boolean isBelow(String top, String path) {
        return path.equals(top) || path.startsWith(top + "/");
    }

    private static List<String> segments(String top, String path) {
        return path.equals(top)
                ? List.of()
                : List.of(path.substring(top.length() + 1).split("/", -1));
    }

    private static Reply reply(Answer answer) {
        return answer.json().isEmpty()
                ? new Reply(answer.status(), "", "")
                : Reply.json(answer.status(), answer.json());
    }

    private static Reply notFound() {
        return new Reply(404, "", "");
    }

    private Reply read(String path, long nowMillis) {
        switch (path) {
            case "/status" -> {
                return Reply.ok(ReportJson.status(node.report(), localConf(), home, nowMillis));
            }
            case HEALTH -> {
                return Reply.ok(ReportJson.health(node.report(), nowMillis));
            }
            case "/config" -> {
                return Reply.ok(localConf());
            }
            case METRICS -> {
                return new Reply(200, METRICS_TYPE, MetricsText.of(node.report()));
            }
            case "/network" -> {
                return Reply.ok(node.report().networks().stream()
                        .sorted((a, b) -> Long.compareUnsigned(a.id(), b.id()))
                        .map(ReportJson::network)
                        .toList());
            }
            case "/peer" -> {
                NodeReport report = node.report();
                return Reply.ok(report.peers().stream()
                        .map(peer -> ReportJson.peer(peer, report, nowMillis))
                        .toList());
            }
            case "/moon" -> {
                NodeReport report = node.report();
                return Reply.ok(Stream.concat(
                                report.moons().stream().map(ReportJson::moon),
                                report.wantedMoons().stream().sorted().map(ReportJson::waitingMoon))
                        .toList());
            }
            default -> {
                return readOne(path, nowMillis);
            }
        }
    }

    private Reply readOne(String path, long nowMillis) {
        Matcher network = NETWORK.matcher(path);
        if (network.matches()) {
            return network(id(network))
                    .map(found -> Reply.ok(ReportJson.network(found)))
                    .orElseGet(() -> Reply.json(404, EMPTY_OBJECT));
        }
        Matcher peer = PEER.matcher(path);
        if (peer.matches()) {
            NodeReport report = node.report();
            return report.peers().stream()
                    .filter(known -> known.address() == id(peer))
                    .findFirst()
                    .map(known -> Reply.ok(ReportJson.peer(known, report, nowMillis)))
                    .orElseGet(() -> Reply.json(200, EMPTY_OBJECT));
        }
        Matcher moon = MOON.matcher(path);
        if (moon.matches()) {
            return Reply.ok(moon(id(moon)).orElse(Map.of()));
        }
        Matcher bond = BOND.matcher(path);
        if (bond.matches()) {
            NodeReport report = node.report();
            return report.peers().stream()
                    .filter(known -> known.address() == id(bond) && known.bond().isPresent())
                    .findFirst()
                    .map(known -> Reply.ok(ReportJson.peer(known, report, nowMillis)))
                    .orElseGet(() -> Reply.json(400, EMPTY_OBJECT));
        }
        return notFound();
    }

    private Reply write(String path, String body) {
        if (path.equals("/config/settings")) {
            return object(body).map(this::changeLocalConf).orElseGet(() -> failure("not JSON"));
        }
        // What is not JSON says nothing, as with the daemon.
        Map<String, Object> json = object(body).orElse(Map.of());
        Matcher network = NETWORK.matcher(path);
        if (network.matches()) {
            return join(id(network), json);
        }
        Matcher moon = MOON.matcher(path);
        if (moon.matches()) {
            return orbit(id(moon), json);
        }
        Matcher rotation = ROTATION.matcher(path);
        if (rotation.matches()) {
            return Reply.json(node.rotateBond(id(rotation)) ? 200 : 400, EMPTY_OBJECT);
        }
        // An MTU is configured in local.conf.
        return MTU.matcher(path).matches() ? Reply.json(400, EMPTY_OBJECT) : notFound();
    }

    private Reply join(long id, Map<String, Object> json) {
        if (id == 0) {
            return Reply.json(400, EMPTY_OBJECT);
        }
        node.join(id);
        NetworkSettings settings = network(id).map(NetworkReport::settings).orElse(NetworkSettings.DEFAULT);
        for (String key : List.of(
                NetworkSettings.ALLOW_MANAGED,
                NetworkSettings.ALLOW_GLOBAL,
                NetworkSettings.ALLOW_DEFAULT,
                NetworkSettings.ALLOW_DNS)) {
            if (json.get(key) instanceof Boolean value) {
                settings = settings.with(key, value);
            }
        }
        node.configure(id, settings);
        // Somebody may have left it meanwhile.
        return network(id)
                .map(found -> Reply.ok(ReportJson.network(found)))
                .orElseGet(() -> Reply.json(200, EMPTY_OBJECT));
    }

    private Reply orbit(long id, Map<String, Object> json) {
        Optional<Map<String, Object>> known = moon(id);
        long seed = seed(json.get("seed"));
        boolean isJoined = known.isPresent() && Boolean.FALSE.equals(known.get().get("waiting"));
        if (isJoined || seed == 0) {
            return Reply.ok(known.orElse(Map.of()));
        }
        node.orbit(id, seed);
        return Reply.ok(ReportJson.waitingMoon(id));
    }

    private static long seed(Object value) {
        return value instanceof String text && text.matches("[0-9a-fA-F]{1,16}") ? Long.parseUnsignedLong(text, 16) : 0;
    }

    private Reply remove(String path) {
        Matcher network = NETWORK.matcher(path);
        if (network.matches()) {
            return node.leave(id(network)) ? done() : Reply.json(200, EMPTY_OBJECT);
        }
        Matcher moon = MOON.matcher(path);
        if (moon.matches()) {
            node.deorbit(id(moon));
            return done();
        }
        return notFound();
    }

    private static Reply done() {
        return Reply.ok(Map.of("result", true));
    }

    private Optional<NetworkReport> network(long id) {
        return node.report().networks().stream()
                .filter(network -> network.id() == id)
                .findFirst();
    }

    /** A moon that is joined, or waited for. */
    private Optional<Map<String, Object>> moon(long id) {
        NodeReport report = node.report();
        Optional<World> joined =
                report.moons().stream().filter(moon -> moon.id() == id).findFirst();
        return joined.map(ReportJson::moon)
                .or(() -> Optional.of(id).filter(report.wantedMoons()::contains).map(ReportJson::waitingMoon));
    }

    private static long id(Matcher matcher) {
        return Long.parseUnsignedLong(matcher.group(1), 16);
    }

    /** The object that a text is, one with nothing in it if it is another value of JSON; empty if it is not JSON. */
    private static Optional<Map<String, Object>> object(String text) {
        try {
            return Optional.of(Json.parse(text) instanceof Map<?, ?> map ? named(map) : Map.of());
        } catch (RuntimeException e) {
            // The library throws more than it says.
            return Optional.empty();
        }
    }

    private static Map<String, Object> named(Map<?, ?> map) {
        Map<String, Object> named = new TreeMap<>();
        map.forEach((name, value) -> named.put(String.valueOf(name), value));
        return named;
    }

    private Map<String, Object> localConf() {
        return readLocalConf().orElse(Map.of());
    }

    /** Empty if it cannot be read. */
    private Optional<Map<String, Object>> readLocalConf() {
        try {
            Optional<byte[]> content = store.get(LOCAL_CONF);
            return content.isPresent() ? object(TextFile.decode(LOCAL_CONF, content.get())) : Optional.of(Map.of());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** What it says counts from the next start on. */
    private synchronized Reply changeLocalConf(Map<String, Object> json) {
        Optional<Map<String, Object>> existing = readLocalConf();
        if (existing.isEmpty()) {
            return failure(LOCAL_CONF + " cannot be read");
        }
        Map<String, Object> changed = new TreeMap<>(existing.get());
        Map<String, Object> settings = new TreeMap<>();
        if (changed.get(SETTINGS) instanceof Map<?, ?> before) {
            before.forEach((name, value) -> settings.put(String.valueOf(name), value));
        }
        settings.putAll(json);
        changed.put(SETTINGS, settings);
        try {
            String text = JSON.std
                    .with(JSON.Feature.PRETTY_PRINT_OUTPUT, JSON.Feature.WRITE_NULL_PROPERTIES)
                    .asString(changed);
            store.put(LOCAL_CONF, (text + "\n").getBytes(StandardCharsets.UTF_8));
            return Reply.json(200, EMPTY_OBJECT);
        } catch (IOException e) {
            return failure(LOCAL_CONF + " cannot be written");
        }
    }

    private static Reply failure(String description) {
        return Reply.json(500, ReportJson.text(new TreeMap<>(Map.of("description", description, "error", 500))));
    }
}
