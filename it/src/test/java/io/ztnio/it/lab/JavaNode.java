package io.ztnio.it.lab;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
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
    public List<String> awaitAddresses(ControlledNode controller, String network) {
        String member = address();
        String ipv4 = Await.value("IPv4 address for the node on " + host, START_TIMEOUT, () -> {
            checkAlive();
            return controller.assignedIpv4(network, member).stream().findFirst();
        });
        return List.of(ipv4, Addresses.rfc4193(network, member), Addresses.sixPlane(network, member));
    }

    /** Waits until its status file lists that many addresses in a network, and returns them without prefix lengths. */
    public List<String> awaitStatusAddresses(String network, int count) {
        return Await.value(count + " addresses for the node on " + host, START_TIMEOUT, () -> {
            checkAlive();
            return Optional.of(statusAddresses(network)).filter(addresses -> addresses.size() >= count);
        });
    }

    private List<String> statusAddresses(String network) {
        try {
            if (!Files.exists(settings.statusFile())) {
                return List.of();
            }
            List<?> networks = (List<?>)
                    JSON.std.mapFrom(Files.readString(settings.statusFile())).get("networks");
            return networks.stream()
                    .map(joined -> (Map<?, ?>) joined)
                    .filter(joined -> network.equals(joined.get("id")))
                    .flatMap(joined -> ((List<?>) joined.get("addresses")).stream())
                    .map(address -> address.toString().replaceFirst("/.*", ""))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends it at once, without a chance to clean up. */
    public void kill() {
        process.close();
    }
}
