package io.ztnio.it.lab;

import io.ztnio.it.lab.RunningProcess.Finished;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A network namespace with a loopback interface and no way out. Its kernel takes every address of the prefixes that it is
 * told for its own, without telling programs: whoever listens there on the wildcard address is the stranger that answers
 * what was meant for somebody else.
 *
 * <p>Thread: confined to the test.
 */
public final class LoneNamespace implements AutoCloseable {
    private static final Duration COMMAND_TIMEOUT = Duration.ofSeconds(30);
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final String name = "ztnio" + ProcessHandle.current().pid() + "-lone" + COUNT.incrementAndGet();

    /** Makes it. */
    public LoneNamespace() {
        run("ip", "netns", "add", name);
        up();
    }

    /** Whether this process may make one. */
    public static boolean isPossible() {
        String probe = "ztnio" + ProcessHandle.current().pid() + "-probe";
        return succeeds("ip", "netns", "add", probe) && succeeds("ip", "netns", "del", probe);
    }

    /** From now on every address of the prefix is reached here. */
    public void answerFor(String prefix) {
        run("ip", "-n", name, "route", "add", "local", prefix, "dev", "lo");
    }

    /** Gives the loopback interface a further address with its prefix, which programs see. */
    public void addAddress(String prefix) {
        run("ip", "-n", name, "addr", "add", prefix, "dev", "lo");
    }

    /** The loopback interface takes packets of so many bytes from now on. */
    public void mtu(int bytes) {
        run("ip", "-n", name, "link", "set", "lo", "mtu", Integer.toString(bytes));
    }

    /** Takes the loopback interface down: nothing that is sent here arrives. */
    public void down() {
        run("ip", "-n", name, "link", "set", "lo", "down");
    }

    /** Brings it up again. */
    public void up() {
        run("ip", "-n", name, "link", "set", "lo", "up");
    }

    /** The name server that the operating system asks here, an address of the namespace's own. */
    public void resolveBy(String server) {
        try {
            Files.createDirectories(configuration());
            Files.writeString(
                    configuration().resolve("resolv.conf"),
                    "nameserver " + server + "\noptions timeout:1 attempts:1\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@code ip netns exec} puts its files over those of /etc. */
    private Path configuration() {
        return Path.of("/etc/netns", name);
    }

    /** What to put in front of a command to run it here. */
    public List<String> prefix() {
        return List.of("ip", "netns", "exec", name);
    }

    /** A program that runs here. */
    public JavaProgram of(JavaProgram program) {
        List<String> command = new ArrayList<>(prefix());
        command.addAll(program.command());
        return new JavaProgram(command);
    }

    @Override
    public void close() {
        run("ip", "netns", "del", name);
        try {
            Files.deleteIfExists(configuration().resolve("resolv.conf"));
            Files.deleteIfExists(configuration());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void run(String... command) {
        finish(command).orThrow();
    }

    private static boolean succeeds(String... command) {
        try {
            return finish(command).exitCode() == 0;
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    private static Finished finish(String... command) {
        return RunningProcess.start(String.join(" ", command), List.of(command), "")
                .awaitExit(COMMAND_TIMEOUT);
    }
}
