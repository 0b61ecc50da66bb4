package io.ztnio.it.lab;

import io.ztnio.it.lab.RunningProcess.Finished;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A network namespace of a {@link Lab} with one interface, {@code eth0}.
 *
 * <p>Thread: confined to the test.
 */
public final class Host {
    private static final Duration COMMAND_TIMEOUT = Duration.ofSeconds(30);
    private static final Pattern PING_SUMMARY = Pattern.compile(
            "(\\d+) packets transmitted, (\\d+) (?:packets )?received.*?(?:= [\\d.]+/([\\d.]+)/|$)", Pattern.DOTALL);

    private final Lab lab;
    private final String name;
    private final String namespace;
    private final String address;

    Host(Lab lab, String name, String namespace, String address) {
        this.lab = lab;
        this.name = name;
        this.namespace = namespace;
        this.address = address;
    }

    public String name() {
        return name;
    }

    /** The lab this host is part of. */
    public Lab lab() {
        return lab;
    }

    /** Its address on the physical network. */
    public String address() {
        return address;
    }

    String namespace() {
        return namespace;
    }

    /** Starts a command here. The lab ends it when it closes, if nobody did before. */
    public RunningProcess start(List<String> command, String input) {
        List<String> inside = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
        inside.addAll(command);
        return lab.track(RunningProcess.start(command.get(0) + " on " + name, inside, input));
    }

    /** Starts a command here that is told what to do as it goes. The lab ends it when it closes, if nobody did before. */
    public RunningProcess open(List<String> command) {
        List<String> inside = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
        inside.addAll(command);
        return lab.track(RunningProcess.open(
                command.get(0) + " on " + name, inside, Path.of("").toAbsolutePath(), Map.of()));
    }

    /** Runs a command here to its end, which must come soon. */
    public Finished run(String... command) {
        return start(List.of(command), "").awaitExit(COMMAND_TIMEOUT);
    }

    /**
     * The answers to echo requests.
     *
     * @param sent requests
     * @param received answers
     * @param averageMillis average round trip, NaN without any answer
     */
    public record Ping(int sent, int received, double averageMillis) {}

    /** Pings an IPv4 or IPv6 address, five requests a second. */
    public Ping ping(String destination, int count) {
        return ping(destination, count, 56);
    }

    /** Pings until the first answer: a member must first learn of the other's existence, path and MAC address. */
    public void awaitPing(String destination, Duration timeout) {
        Await.until(
                destination + " answers a ping from " + name,
                timeout,
                () -> ping(destination, 1).received() == 1);
    }

    /** Pings until one is not answered: rules take effect when both have each other's credentials, which go once a second. */
    public void awaitNoPing(String destination, Duration timeout) {
        Await.until(
                destination + " answers no ping from " + name,
                timeout,
                () -> ping(destination, 1).received() == 0);
    }

    /** Pings with {@code payloadBytes} of data in each request. */
    public Ping ping(String destination, int count, int payloadBytes) {
        String output = run("ping", "-c", "" + count, "-i", "0.2", "-W", "2", "-s", "" + payloadBytes, destination)
                .output();
        Matcher summary = PING_SUMMARY.matcher(output);
        if (!summary.find()) {
            throw new IllegalStateException("ping on " + name + ": " + output);
        }
        return new Ping(
                Integer.parseInt(summary.group(1)),
                Integer.parseInt(summary.group(2)),
                summary.group(3) == null ? Double.NaN : Double.parseDouble(summary.group(3)));
    }

    /** From now on loses the TCP segments from or to a port that reach this host's kernel, over both IP versions. */
    public void loseIncomingSegments(String port) {
        segmentRules("-A", port);
    }

    /** Ends {@link #loseIncomingSegments}. */
    public void passIncomingSegments(String port) {
        segmentRules("-D", port);
    }

    private void segmentRules(String change, String port) {
        for (String command : List.of("iptables", "ip6tables")) {
            for (String side : List.of("--sport", "--dport")) {
                run(command, change, "INPUT", "-p", "tcp", side, port, "-j", "DROP")
                        .orThrow();
            }
        }
    }

    /** From now on loses the UDP datagrams that reach this host by an interface from another host. */
    public void cutOff(String device, String from) {
        run("iptables", "-A", "INPUT", "-i", device, "-s", from, "-p", "udp", "-j", "DROP")
                .orThrow();
    }

    /** Ends {@link #cutOff}. */
    public void reconnect(String device, String from) {
        run("iptables", "-D", "INPUT", "-i", device, "-s", from, "-p", "udp", "-j", "DROP")
                .orThrow();
    }

    /** Bounds the receive buffer of every TCP connection of this host's kernel that is opened from now on. */
    public void limitReceiveMemory(int bytes) {
        String limits = "4096 " + bytes / 2 + " " + bytes;
        run("sh", "-c", "echo " + limits + " >/proc/sys/net/ipv4/tcp_rmem").orThrow();
    }

    /** From now on no UDP datagram leaves this host or comes in by its interface. */
    public void blockUdp() {
        run("iptables", "-A", "INPUT", "-i", "eth0", "-p", "udp", "-j", "DROP").orThrow();
        run("iptables", "-A", "OUTPUT", "-o", "eth0", "-p", "udp", "-j", "DROP").orThrow();
    }

    /** From now on loses that share of the UDP datagrams that reach this host, at random. */
    public void loseIncomingDatagrams(double share) {
        run(
                        "iptables",
                        "-A",
                        "INPUT",
                        "-p",
                        "udp",
                        "-m",
                        "statistic",
                        "--mode",
                        "random",
                        "--probability",
                        "" + share,
                        "-j",
                        "DROP")
                .orThrow();
    }

    /** Datagrams that {@link #loseIncomingDatagrams} dropped so far. */
    public long lostDatagrams() {
        return run("iptables", "-L", "INPUT", "-v", "-x", "-n")
                .orThrow()
                .output()
                .lines()
                .map(String::strip)
                .filter(line -> line.contains(" DROP "))
                .mapToLong(line -> Long.parseLong(line.split(" +", 2)[0]))
                .sum();
    }

    @Override
    public String toString() {
        return name + " " + address;
    }
}
