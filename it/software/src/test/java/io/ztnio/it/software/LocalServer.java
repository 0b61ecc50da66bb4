package io.ztnio.it.software;

import static org.junit.jupiter.api.Assumptions.abort;

import io.ztnio.it.lab.JavaProgram;
import io.ztnio.it.lab.RunningProcess;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Servers that this machine has, started for one test on the loopback interface, and lent to the network. Stateless. */
final class LocalServer {
    private LocalServer() {}

    /** Starts Redis with a plain port and one with TLS; aborts the test where there is no Redis. */
    static RunningProcess redis(Path directory, String port, String tlsPort, ServerKeys.Pem keys) {
        List<String> command =
                new ArrayList<>(List.of(executable("redis-server", List.of()).toString(), "--bind", "127.0.0.1"));
        command.addAll(List.of("--port", port, "--tls-port", tlsPort, "--tls-auth-clients", "no"));
        command.addAll(List.of("--tls-cert-file", keys.certificate().toString()));
        command.addAll(List.of("--tls-key-file", keys.key().toString()));
        command.addAll(List.of("--save", "", "--dir", directory.toString()));
        RunningProcess server = RunningProcess.open("redis", command, directory, Map.of());
        server.awaitLine("Ready to accept connections", TwoNodes.TIMEOUT);
        return server;
    }

    /** The {@code expose} command: a port of the network leads to the same port of the loopback interface. */
    static RunningProcess expose(TwoNodes nodes, String home, String port) {
        RunningProcess expose = JavaProgram.cli("expose", port, "127.0.0.1:" + port)
                .with(nodes.options(home))
                .start();
        expose.awaitLine("listening on", TwoNodes.TIMEOUT);
        return expose;
    }

    /** A program of this machine; aborts the test without it. */
    static Path executable(String name, List<Path> furtherFolders) {
        List<Path> folders = new ArrayList<>();
        for (String folder : System.getenv("PATH").split(File.pathSeparator, -1)) {
            folders.add(Path.of(folder));
        }
        folders.addAll(furtherFolders);
        for (Path folder : folders) {
            Path file = folder.resolve(name);
            if (Files.isExecutable(file)) {
                return file;
            }
        }
        return abort("this machine has no " + name + "; looked at the path and at " + furtherFolders);
    }
}
