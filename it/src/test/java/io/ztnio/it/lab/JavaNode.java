package io.ztnio.it.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * An unmodified program in a JVM with a node of its own.
 *
 * @param host where it runs
 * @param settings what its node was told
 * @param process the JVM
 */
public record JavaNode(Host host, NodeSettings settings, RunningProcess process) {
    private static final Duration START_TIMEOUT = Duration.ofSeconds(90);

    /** Starts a program. */
    public static JavaNode start(Host host, NodeSettings settings, Class<?> main, String... arguments) {
        RunningProcess process =
                JavaProgram.node(main, settings).with(arguments).start(host);
        return new JavaNode(host, settings, process);
    }

    /** Its ZeroTier address, 10 hexadecimal digits, as soon as it has one. */
    public String address() {
        Path identity = settings.home().resolve("identity.public");
        return Await.value("identity of the node on " + host, START_TIMEOUT, () -> {
            checkAlive();
            return readIdentity(identity);
        });
    }

    private static Optional<String> readIdentity(Path identity) {
        try {
            return Files.exists(identity)
                    ? Optional.of(Files.readString(identity, StandardCharsets.US_ASCII))
                            .filter(text -> text.length() > 10)
                            .map(text -> text.substring(0, 10))
                    : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void checkAlive() {
        if (!process.isAlive()) {
            throw new AssertionError("the node on " + host + " ended:\n" + process.output());
        }
    }

    /** Waits until a controller has given it an IPv4 address, and returns that and its IPv6 addresses by rule. */
    public List<String> awaitAddresses(Daemon controller, String network) {
        String member = address();
        String ipv4 = Await.value("IPv4 address for the node on " + host, START_TIMEOUT, () -> {
            checkAlive();
            return controller.assignedIpv4(network, member).stream().findFirst();
        });
        return List.of(ipv4, Addresses.rfc4193(network, member), Addresses.sixPlane(network, member));
    }

    /** Ends it at once, without a chance to clean up. */
    public void kill() {
        process.close();
    }
}
