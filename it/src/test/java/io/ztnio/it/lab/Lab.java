package io.ztnio.it.lab;

import io.ztnio.it.lab.RunningProcess.Finished;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * Hosts on one switch, each a network namespace, and no way out.
 *
 * <p>root 10.77.0.1, member 10.77.0.2, java1 10.77.0.3, java2 10.77.0.4; and on demand hosts behind NAT gateways, see
 * {@link #natHost}. Names are unique to this JVM, so labs of several builds live side by side.
 */
public final class Lab implements AutoCloseable {
    private static final Duration COMMAND_TIMEOUT = Duration.ofSeconds(30);
    private static final AtomicInteger LABS = new AtomicInteger();

    private final String prefix = "ztnio" + ProcessHandle.current().pid() + "-" + LABS.incrementAndGet() + "-";
    private final Deque<RunningProcess> processes = new ConcurrentLinkedDeque<>();
    private final Deque<String> namespaces = new ConcurrentLinkedDeque<>();
    private final Path directory;
    private final Thread tearDownAtExit = new Thread(this::tearDown, "lab tear-down");
    /** The switch's ports, with the namespace that each leads to. */
    private final Map<String, String> onSwitch = new LinkedHashMap<>();

    private int hosts;

    private final Host root;
    private final Host member;
    private final Host java1;
    private final Host java2;

    /** Creates the switch and the four hosts. */
    public Lab() {
        try {
            directory = Files.createTempDirectory(prefix);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Runtime.getRuntime().addShutdownHook(tearDownAtExit);
        try {
            addNamespace("switch");
            ip("-n", prefix + "switch", "link", "add", "br0", "type", "bridge");
            ip("-n", prefix + "switch", "link", "set", "br0", "up");
            root = addHost("root");
            member = addHost("member");
            java1 = addHost("java1");
            java2 = addHost("java2");
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** The planet's root. */
    public Host root() {
        return root;
    }

    /** A host for a stock daemon. */
    public Host member() {
        return member;
    }

    /** A host for a Java node. */
    public Host java1() {
        return java1;
    }

    /** Another host for a Java node. */
    public Host java2() {
        return java2;
    }

    /** A new directory that lives as long as the lab. */
    public Path newDirectory(String name) {
        try {
            return Files.createTempDirectory(directory, name + "-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * A new host 192.168.{@code subnet}.2 behind a new NAT gateway on the switch, which lets in only answers.
     *
     * @param symmetric whether the gateway takes a new random port for every destination
     */
    public Host natHost(int subnet, boolean symmetric) {
        Host gateway = addHost("nat" + subnet);
        String inside = addNamespace("inside" + subnet);
        String net = "192.168." + subnet;
        ip(
                "link",
                "add",
                "eth1",
                "netns",
                gateway.namespace(),
                "type",
                "veth",
                "peer",
                "name",
                "eth0",
                "netns",
                inside);
        ip("-n", gateway.namespace(), "addr", "add", net + ".1/24", "dev", "eth1");
        ip("-n", gateway.namespace(), "link", "set", "eth1", "up");
        ip("-n", inside, "addr", "add", net + ".2/24", "dev", "eth0");
        ip("-n", inside, "link", "set", "eth0", "up");
        ip("-n", inside, "route", "add", "default", "via", net + ".1");
        gateway.run("sh", "-c", "echo 1 >/proc/sys/net/ipv4/ip_forward").orThrow();
        List<String> masquerade = new ArrayList<>(
                List.of("iptables", "-t", "nat", "-A", "POSTROUTING", "-o", "eth0", "-p", "udp", "-j", "MASQUERADE"));
        if (symmetric) {
            masquerade.add("--random");
        }
        gateway.run(masquerade.toArray(String[]::new)).orThrow();
        gateway.run(
                        "iptables",
                        "-A",
                        "FORWARD",
                        "-i",
                        "eth0",
                        "-m",
                        "state",
                        "--state",
                        "ESTABLISHED,RELATED",
                        "-j",
                        "ACCEPT")
                .orThrow();
        gateway.run("iptables", "-A", "FORWARD", "-i", "eth0", "-j", "DROP").orThrow();
        return new Host(this, "inside" + subnet, inside, net + ".2");
    }

    /**
     * Connects two hosts by a cable of their own, besides the switch: 10.78.0.1 and 10.78.0.2.
     *
     * @param device name of the interface at both ends
     */
    public void addCable(Host one, Host other, String device) {
        ip(
                "link",
                "add",
                device,
                "netns",
                one.namespace(),
                "type",
                "veth",
                "peer",
                "name",
                device,
                "netns",
                other.namespace());
        int last = 1;
        for (Host host : List.of(one, other)) {
            ip("-n", host.namespace(), "addr", "add", "10.78.0." + last++ + "/24", "dev", device);
            ip("-n", host.namespace(), "link", "set", device, "up");
        }
    }

    /** The switch, and the interface of every host on it, take packets of so many bytes from now on. */
    public void mtu(int bytes) {
        String mtu = Integer.toString(bytes);
        onSwitch.forEach((port, namespace) -> {
            ip("-n", prefix + "switch", "link", "set", port, "mtu", mtu);
            ip("-n", namespace, "link", "set", "eth0", "mtu", mtu);
        });
    }

    /** A further host on the switch. */
    public Host newHost(String name) {
        return addHost(name);
    }

    private Host addHost(String name) {
        String namespace = addNamespace(name);
        String address = "10.77.0." + ++hosts;
        String port = "p-" + name;
        ip("link", "add", "eth0", "netns", namespace, "type", "veth", "peer", "name", port, "netns", prefix + "switch");
        ip("-n", prefix + "switch", "link", "set", port, "master", "br0", "up");
        ip("-n", namespace, "addr", "add", address + "/24", "dev", "eth0");
        ip("-n", namespace, "link", "set", "eth0", "up");
        onSwitch.put(port, namespace);
        return new Host(this, name, namespace, address);
    }

    private String addNamespace(String name) {
        String namespace = prefix + name;
        ip("netns", "add", namespace);
        namespaces.push(namespace);
        ip("-n", namespace, "link", "set", "lo", "up");
        return namespace;
    }

    private static void ip(String... arguments) {
        runIp(arguments).orThrow();
    }

    private static Finished runIp(String... arguments) {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(arguments));
        return RunningProcess.start(String.join(" ", command), command, "").awaitExit(COMMAND_TIMEOUT);
    }

    RunningProcess track(RunningProcess process) {
        processes.removeIf(p -> !p.isAlive());
        processes.push(process);
        return process;
    }

    /** Ends everything that was started here, removes the hosts and the files. */
    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(tearDownAtExit);
        tearDown();
    }

    private void tearDown() {
        processes.forEach(RunningProcess::close);
        namespaces.forEach(namespace -> runIp("netns", "del", namespace));
        namespaces.clear();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
