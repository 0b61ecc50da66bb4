package io.ztnio.tools.cli.control;

import com.fasterxml.jackson.jr.ob.JSON;
import io.ztnio.protocol.store.TextFile;
import io.ztnio.provider.runtime.OverlayNetworks;
import io.ztnio.tools.cli.command.CommandFailure;
import io.ztnio.tools.cli.command.FailureText;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The node that runs with a home, ours or ZeroTier One, by its local API. Immutable. */
public final class RunningNode {
    private static final String PORT_FILE = "zerotier-one.port";
    private static final String TOKEN_FILE = "authtoken.secret";
    private static final String IDENTITY_FILE = "identity.secret";
    private static final int CONNECT_MILLIS = 2000;
    private static final int READ_MILLIS = 60_000;
    private static final int MAX_BYTES = 16 << 20;
    private static final int OK = 200;

    private final Path home;
    private final int port;
    private final String token;

    private RunningNode(Path home, int port, String token) {
        this.home = home;
        this.port = port;
        this.token = token;
    }

    /** What came back. */
    record Response(int status, String body) {}

    /**
     * The node of a home.
     *
     * @param port 0 for what the home says
     * @param token {@code null} for what the home says
     * @throws CommandFailure saying what to do, if the home does not say it
     */
    static RunningNode of(Path home, int port, String token) {
        try {
            return new RunningNode(
                    home,
                    port == 0
                            ? Integer.parseInt(
                                    TextFile.read(home.resolve(PORT_FILE)).strip())
                            : port,
                    token == null ? TextFile.read(home.resolve(TOKEN_FILE)).strip() : token);
        } catch (NoSuchFileException e) {
            throw new CommandFailure(noNode(home) + ": there is no " + e.getFile(), e);
        } catch (NumberFormatException e) {
            throw new CommandFailure(home.resolve(PORT_FILE) + " does not hold a port", e);
        } catch (IOException e) {
            throw new CommandFailure(FailureText.of(e), e);
        }
    }

    /** The node that runs with a home now, if one does and serves its API. */
    public static Optional<RunningNode> find(Path home) {
        try {
            RunningNode node = of(home, 0, null);
            // Without the token, which is not for whoever has the port now.
            Response health = node.send("GET", "/health", null, false);
            return health.status() == OK && health.body().contains("\"versionMajor\"")
                    ? Optional.of(node)
                    : Optional.empty();
        } catch (CommandFailure e) {
            return Optional.empty();
        }
    }

    private static String noNode(Path home) {
        if (Files.isDirectory(home.resolve(OverlayNetworks.FOLDER)) && Files.notExists(home.resolve(IDENTITY_FILE))) {
            return "no node that can be asked runs with " + home
                    + " (it is the home of an overlay's node, which writes how it"
                    + " stands into a file: --status-file, ztnio.status.file)";
        }
        return "no node that can be asked runs with " + home + " (start one with: node --home " + home
                + ", or name another home with -D)";
    }

    /** The value of a path. */
    public Object get(String path) {
        return parse(text("GET", path, null));
    }

    /** The object of a path; an empty one if it is none. */
    public Map<?, ?> object(String path) {
        return get(path) instanceof Map<?, ?> map ? map : Map.of();
    }

    /** The objects of a path. */
    List<Map<?, ?>> objects(String path) {
        return objects(get(path));
    }

    /** The objects of a list; none if it is none. */
    static List<Map<?, ?>> objects(Object value) {
        return value instanceof List<?> list
                ? list.stream()
                        .filter(Map.class::isInstance)
                        .<Map<?, ?>>map(element -> (Map<?, ?>) element)
                        .toList()
                : List.of();
    }

    /** What a path has, as it was sent. */
    String text(String path) {
        return text("GET", path, null);
    }

    /** Changes something. */
    public String post(String path, String json) {
        return text("POST", path, json);
    }

    /** Removes something. */
    String delete(String path) {
        return text("DELETE", path, null);
    }

    /** Whether a path is there. */
    boolean has(String path) {
        return send("GET", path, null, true).status() == OK;
    }

    private String text(String method, String path, String json) {
        Response response = send(method, path, json, true);
        if (response.status() == 401) {
            throw new CommandFailure("the node on port " + port + " does not take the token of "
                    + home.resolve(TOKEN_FILE) + ": it runs with another home");
        }
        if (response.status() != OK) {
            throw new CommandFailure(method + " " + path + ": the node answers " + response.status() + " "
                    + response.body().strip());
        }
        return response.body();
    }

    private Response send(String method, String path, String json, boolean authorised) {
        try {
            HttpURLConnection connection = (HttpURLConnection)
                    URI.create("http://127.0.0.1:" + port + path).toURL().openConnection(Proxy.NO_PROXY);
            connection.setConnectTimeout(CONNECT_MILLIS);
            connection.setReadTimeout(READ_MILLIS);
            connection.setInstanceFollowRedirects(false);
            connection.setRequestMethod(method);
            if (authorised) {
                connection.setRequestProperty("X-ZT1-Auth", token);
            }
            if (json != null) {
                connection.setDoOutput(true);
                connection.setRequestProperty("Content-Type", "application/json");
                connection.getOutputStream().write(json.getBytes(StandardCharsets.UTF_8));
            }
            int status = connection.getResponseCode();
            try (InputStream body = status >= 400 ? connection.getErrorStream() : connection.getInputStream()) {
                return new Response(
                        status, body == null ? "" : new String(body.readNBytes(MAX_BYTES), StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            throw new CommandFailure(noNode(home) + ": 127.0.0.1:" + port + ": " + FailureText.of(e), e);
        }
    }

    static Object parse(String json) {
        try {
            return JSON.std.anyFrom(json);
        } catch (IOException e) {
            throw new CommandFailure("the node's answer is not JSON: " + json.strip(), e);
        }
    }

    /** A field as text; a hyphen if there is none. */
    public static String field(Map<?, ?> object, String name) {
        Object value = object.get(name);
        return value == null || value.equals("") ? "-" : String.valueOf(value);
    }
}
