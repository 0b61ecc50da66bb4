package io.ztnio.it.software;

import io.ztnio.it.lab.RunningProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A new PostgreSQL of the test's own, which is not root's: the server refuses to be. Stateless. */
final class Postgres {
    static final String USER = "test";
    static final String PASSWORD = "a password";

    /** Distributions put it here, each version in a folder, for users call only its clients. */
    private static final Path VERSIONS = Path.of("/usr/lib/postgresql");

    private static final boolean ROOT = "root".equals(System.getProperty("user.name"));
    private static final String NOBODY = "nobody";

    private Postgres() {}

    /** Starts one at a port of the loopback interface; aborts the test where there is no PostgreSQL. */
    static RunningProcess start(Path directory, String port, ServerKeys.Pem keys) throws IOException {
        // What belongs to it lies where it really is, not beside a link to it.
        Path programs =
                LocalServer.executable("postgres", folders()).toRealPath().getParent();
        Path data = Files.createDirectory(directory.resolve("data"));
        Path password = Files.writeString(directory.resolve("password"), PASSWORD);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
        for (Path file : List.of(data, password, keys.key())) {
            giveAway(file);
        }
        List<String> initialise = List.of(
                programs.resolve("initdb").toString(),
                "--pgdata=" + data,
                "--username=" + USER,
                "--auth=scram-sha-256",
                "--pwfile=" + password,
                "--no-sync",
                "--no-locale",
                "--encoding=UTF8");
        RunningProcess.start("initdb", asNobody(initialise), "")
                .awaitExit(TwoNodes.TIMEOUT)
                .orThrow();

        List<String> serve =
                new ArrayList<>(List.of(programs.resolve("postgres").toString(), "-D", data.toString()));
        for (String setting : List.of(
                "listen_addresses=127.0.0.1",
                "port=" + port,
                "unix_socket_directories=",
                "fsync=off",
                "ssl=on",
                "ssl_cert_file=" + keys.certificate(),
                "ssl_key_file=" + keys.key())) {
            serve.addAll(List.of("-c", setting));
        }
        RunningProcess server = RunningProcess.open("postgres", asNobody(serve), directory, Map.of());
        server.awaitLine("ready to accept connections", TwoNodes.TIMEOUT);
        return server;
    }

    /** The newest version first. */
    private static List<Path> folders() throws IOException {
        if (!Files.isDirectory(VERSIONS)) {
            return List.of();
        }
        try (Stream<Path> versions = Files.list(VERSIONS)) {
            return versions.sorted(Comparator.reverseOrder())
                    .map(version -> version.resolve("bin"))
                    .toList();
        }
    }

    private static void giveAway(Path file) throws IOException {
        if (ROOT) {
            UserPrincipal nobody =
                    file.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(NOBODY);
            Files.setOwner(file, nobody);
        }
        boolean folder = Files.isDirectory(file);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(folder ? "rwx------" : "rw-------"));
    }

    /** It replaces itself by the command, so that the process is PostgreSQL's own. */
    private static List<String> asNobody(List<String> command) {
        if (!ROOT) {
            return command;
        }
        List<String> longer = new ArrayList<>(
                List.of(LocalServer.executable("setpriv", List.of()).toString(), "--clear-groups"));
        longer.addAll(List.of("--reuid=" + NOBODY, "--regid=65534"));
        longer.addAll(command);
        return longer;
    }
}
