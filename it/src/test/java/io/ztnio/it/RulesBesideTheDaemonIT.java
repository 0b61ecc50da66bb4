package io.ztnio.it;

import static io.ztnio.it.lab.RandomRules.json;
import static io.ztnio.it.lab.RandomRules.rule;
import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.it.lab.Addresses;
import io.ztnio.it.lab.Await;
import io.ztnio.it.lab.ControlledNode;
import io.ztnio.it.lab.Daemon;
import io.ztnio.it.lab.JavaNode;
import io.ztnio.it.lab.JavaProgram;
import io.ztnio.it.lab.Lab;
import io.ztnio.it.lab.NodeSettings;
import io.ztnio.it.lab.OwnNode;
import io.ztnio.it.lab.Planet;
import io.ztnio.it.lab.RandomRules;
import io.ztnio.it.lab.RealDaemon;
import io.ztnio.it.lab.RunningProcess;
import io.ztnio.it.programs.Datagrams;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Random rules decide alike at the daemon and at ours. The same datagrams are sent twice each way: once while whatever comes in is
 * accepted, so that the sender's filter decides alone, and once while whatever goes out is accepted, so that the receiver's does. With them
 * go datagrams and SYNs that are answered by ICMP errors, RSTs and SYNs with ACK, which come back if they are let through too.
 *
 * <p>{@code -Dztnio.it.rule-sets=200} for more, {@code -Dztnio.it.seed} for one that was printed.
 */
@RealDaemon
@Tag("any-jdk")
class RulesBesideTheDaemonIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int SETS = Integer.getInteger("ztnio.it.rule-sets", 25);
    private static final long SEED = Long.getLong("ztnio.it.seed", System.nanoTime());
    private static final int FRAMES = 40;
    private static final int ATTEMPTS = 3;
    private static final int CAPABILITY = 7;
    /** A peer takes credentials once in a second, and new rules bring new ones. */
    private static final long CREDENTIALS_NANOS = Duration.ofMillis(1200).toNanos();

    private static final Pattern CONFIGURED = Pattern.compile(" inet6? ([^/]+)/");

    /** What makes the rest possible, and says that a round is over. */
    private static final List<Map<String, Object>> FIRST = List.of(
            rule("MATCH_ETHERTYPE", "etherType", 0x0806),
            rule("ACTION_ACCEPT"),
            rule("MATCH_ICMP", "icmpType", 135),
            rule("MATCH_ICMP", "icmpType", 136, "or", true),
            rule("ACTION_ACCEPT"),
            rule("MATCH_IP_DEST_PORT_RANGE", "start", Datagrams.FENCE_PORT, "end", Datagrams.FENCE_PORT),
            rule("ACTION_ACCEPT"));

    private final Lab lab = new Lab();
    private final Planet planet = Planet.ofResources(lab.newDirectory("planet"));
    private final String network = planet.network();
    private OwnNode root;
    private Daemon daemon;
    private OwnNode own;
    private RunningProcess kernel;
    private RunningProcess program;
    private int round;
    private long roundNanos = System.nanoTime();

    /** The two who sent a round's datagrams, what the other one heard, and which answers came back. */
    private record Verdicts(String ofDaemons, String ofOurs) {}

    @BeforeEach
    void startPlanet() {
        root = OwnNode.root(lab.root(), planet);
        root.createNetwork(network, false);
        daemon = Daemon.member(lab.member(), planet);
        daemon.join(network);
        NodeSettings settings =
                NodeSettings.in(lab.java1(), planet.file(), network).with("-Dztnio.api=on");
        program = lab.java1().open(JavaProgram.node(Datagrams.class, settings).command());
        program.awaitLine("listening", TIMEOUT);
        own = OwnNode.of(new JavaNode(lab.java1(), settings, program));
        kernel = lab.member().open(JavaProgram.kernel(Datagrams.class).command());
        kernel.awaitLine("listening", TIMEOUT);
        List<String> theirs = daemon.awaitAddresses(network, 3);
        List<String> ours = own.awaitAddresses(network, 3);
        Await.until("the kernel has the daemon's addresses, each for itself alone", TIMEOUT, () -> {
            String addresses = lab.member().run("ip", "-o", "addr", "show").output();
            List<String> known = CONFIGURED
                    .matcher(addresses)
                    .results()
                    .map(match -> Addresses.normal(match.group(1)))
                    .toList();
            return known.containsAll(theirs) && !addresses.contains("tentative");
        });
        say(kernel, theirs, ours);
        say(program, ours, theirs);
        lab.member().awaitPing(ours.get(0), TIMEOUT);
    }

    private static void say(RunningProcess to, List<String> own, List<String> peer) {
        to.say(String.join(" ", own.get(0), own.get(1), peer.get(0), peer.get(1)) + "\n");
        to.awaitLine("ready", TIMEOUT);
    }

    @AfterEach
    void tearDown() {
        lab.close();
    }

    @Test
    void bothFiltersDecideAlike() {
        for (ControlledNode member : List.of(daemon, own)) {
            String tags = member == daemon ? "[[1, 1], [2, 2], [3, 3]]" : "[[1, 1], [2, 3], [3, 0]]";
            root.configureMember(
                    network, member.address(), "{\"tags\": " + tags + ", \"capabilities\": [" + CAPABILITY + "]}");
        }
        RandomRules random = random();
        compare(random::next, random::next, (sender, receiver) -> sender.equals(receiver));
    }

    /** Frames of either that ask alike are judged alike where they come in, and where they go out, by who asks which of it is. */
    @Test
    void bothKnowWhichWayAFrameGoes() {
        for (ControlledNode member : List.of(daemon, own)) {
            root.configureMember(network, member.address(), "{\"capabilities\": [" + CAPABILITY + "]}");
        }
        RandomRules random = random();
        compare(
                random::nextOfDirection,
                random::nextOfDirection,
                (sender, receiver) ->
                        sender.ofDaemons.equals(sender.ofOurs) && receiver.ofDaemons.equals(receiver.ofOurs));
    }

    private RandomRules random() {
        System.out.println("rules of seed " + SEED);
        return new RandomRules(
                SEED,
                List.of(daemon.address(), own.address()),
                List.of(mac(daemon), mac(own)),
                List.of(address(daemon, 0), address(own, 0)),
                List.of(address(daemon, 1), address(own, 1)));
    }

    private void compare(
            Supplier<List<Map<String, Object>>> nextRules,
            Supplier<List<Map<String, Object>>> nextCapability,
            BiPredicate<Verdicts, Verdicts> alike) {
        List<String> differences = new ArrayList<>();
        int passed = 0;
        int dropped = 0;
        for (int set = 0; set < SETS; set++) {
            List<Map<String, Object>> rules = nextRules.get();
            List<Map<String, Object>> capability = nextCapability.get();
            long frames = SEED + set;
            Verdicts sender = judge(false, rules, capability, frames);
            Verdicts receiver = judge(true, rules, capability, frames);
            for (int attempt = 1; attempt < ATTEMPTS && !alike.test(sender, receiver); attempt++) {
                sender = judge(false, rules, capability, frames);
                receiver = judge(true, rules, capability, frames);
            }
            if (!alike.test(sender, receiver)) {
                differences.add(json(rules) + "\ncapability " + json(capability) + "\nframes of seed " + frames
                        + "\ndaemon out, ours in:\n" + sender.ofDaemons() + "\n" + receiver.ofDaemons()
                        + "\nours out, daemon in:\n" + sender.ofOurs() + "\n" + receiver.ofOurs());
            }
            String all = sender.ofDaemons() + sender.ofOurs();
            passed += (int) all.chars().filter(digit -> digit == '1').count();
            dropped += (int) all.chars().filter(digit -> digit == '0').count();
        }
        System.out.println(SETS + " rule sets: " + passed + " frames passed, " + dropped + " dropped");
        assertThat(differences).isEmpty();
        assertThat(passed).isGreaterThan(SETS);
        assertThat(dropped).isGreaterThan(SETS);
    }

    private String mac(ControlledNode member) {
        return member.network(network).orElseThrow().get("mac").toString();
    }

    private String address(ControlledNode member, int index) {
        return member.awaitAddresses(network, 3).get(index);
    }

    /** Sends the frames both ways under the rules, of which the receiver's filter alone knows, or the sender's alone. */
    private Verdicts judge(
            boolean receiver, List<Map<String, Object>> rules, List<Map<String, Object>> capability, long frames) {
        List<Map<String, Object>> all = new ArrayList<>(FIRST);
        all.add(rule("MATCH_CHARACTERISTICS", "mask", "8000000000000000", "not", receiver));
        all.add(rule("ACTION_ACCEPT"));
        all.addAll(rules);
        long revision = root.configure(
                network,
                "{\"rules\": " + json(all) + ", \"capabilities\": [{\"id\": " + CAPABILITY
                        + ", \"default\": false, \"rules\": " + json(capability) + "}],"
                        + " \"tags\": [{\"id\": 1, \"default\": null}, {\"id\": 2, \"default\": null},"
                        + " {\"id\": 3, \"default\": null}]}");
        daemon.awaitRevision(network, revision);
        own.awaitRevision(network, revision);
        Await.until("credentials may be shown", TIMEOUT, () -> System.nanoTime() - roundNanos > CREDENTIALS_NANOS);
        round++;
        String line = round + " " + frames + " " + FRAMES + "\n";
        kernel.say(line);
        program.say(line);
        Verdicts verdicts = new Verdicts(
                digits(program, "heard") + " " + digits(kernel, "answered"),
                digits(kernel, "heard") + " " + digits(program, "answered"));
        roundNanos = System.nanoTime();
        return verdicts;
    }

    private String digits(RunningProcess by, String what) {
        try {
            return by.awaitLine(what + " " + round + " ([01]+)", TIMEOUT).group(1);
        } catch (AssertionError e) {
            String other = (by == kernel ? program : kernel).output();
            throw new AssertionError(e.getMessage() + "\nThe other one printed:\n" + other, e);
        }
    }
}
