package io.ztnio.it.planet;

import io.ztnio.protocol.sim.SimNet;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToIntBiFunction;
import org.assertj.core.api.SoftAssertions;

/**
 * What befalls a planet, step by step, and what is asserted after each. Each step prints its figures; at the
 * end those that are not what they should be are told, with the seed. Times are virtual.
 */
final class PlanetScript {
    private static final double PERCENT = 100.0;

    private final PlanetSimulation planet;
    private final SimNet net;
    private final long seed;
    private final long beganMillis;
    private final SoftAssertions softly = new SoftAssertions();

    PlanetScript(int members, long seed) {
        this.seed = seed;
        planet = new PlanetSimulation(members, seed);
        net = planet.net;
        beganMillis = net.nowMillis();
    }

    /** How long it has gone on. */
    long passedMillis() {
        return net.nowMillis() - beganMillis;
    }

    long fingerprint() {
        return planet.fingerprint();
    }

    /** All start, and are members soon. */
    void begin() {
        planet.start();
        planet.run(30_000);
        ready("began", planet.members);
        long hellos = planet.hellos();
        planet.run(30_000);
        atMost("HELLOs of a member in half a minute, idle", perMember(planet.hellos() - hellos), 1);
    }

    /** Those who have never met talk. */
    void meet() {
        planet.converse(20_000);
        planet.run(60_000);
        Figures first = Figures.of(
                planet.conversations, each -> Math.max(each.there.firstTookMillis(), each.back.firstTookMillis()));
        within("first contact, both ways", first, 2_000, 6_000);
        List<Conversation> able =
                planet.conversations.stream().filter(Conversation::canBeDirect).toList();
        Figures direct = Figures.of(able, Conversation::directAfterMillis);
        within("direct path, of those whose NATs allow it", direct, 3_000, 40_000);
        direct("met");
    }

    /** Nothing happens for a minute. */
    void calm() {
        long hellos = planet.hellos();
        long datagrams = planet.memberDatagrams();
        long start = net.nowMillis();
        planet.run(60_000);
        atMost("HELLOs of a member in a minute, talking", perMember(planet.hellos() - hellos), 14);
        atMost("datagrams of a member in a minute", perMember(planet.memberDatagrams() - datagrams), 100);
        delivered("calm", planet.conversations, start, 97);
    }

    /** One of two roots dies, and returns a minute later. */
    void rootDies() {
        List<Conversation> eager = planet.eager();
        planet.crashRoot(0);
        long start = net.nowMillis();
        planet.talkEagerly(eager, 60_000);
        planet.run(60_000);
        within("one of two roots dead", recovery(eager, start), 5_000, 10_000);
        delivered("one of two roots dead, from 10 s on", eager, start + 10_000, 96);
        long hellos = planet.hellos();
        planet.startRoot(0);
        start = net.nowMillis();
        planet.talkEagerly(eager, 40_000);
        planet.run(45_000);
        atMost("HELLOs of a member in 45 s after a root's return", perMember(planet.hellos() - hellos), 14);
        delivered("root returned", eager, start, 96);
        direct("root returned");
    }

    /** The internet falls in two, each with a root, one with the controller, and is whole again after a minute. */
    void parts() {
        List<Conversation> eager = planet.eager();
        List<Conversation> inside = eager.stream().filter(planet::isOnOneSide).toList();
        List<Conversation> across =
                eager.stream().filter(each -> !planet.isOnOneSide(each)).toList();
        planet.partition(true);
        long start = net.nowMillis();
        planet.talkEagerly(eager, 100_000);
        planet.run(60_000);
        within("parted, on one side", recovery(inside, start), 5_000, 10_000);
        delivered("parted, on one side, from 10 s on", inside, start + 10_000, 95);
        softly.assertThat(arrived(across, start, net.nowMillis()))
                .as("seed %d: frames across a partition", seed)
                .isZero();
        long hellos = planet.hellos();
        planet.partition(false);
        start = net.nowMillis();
        planet.run(45_000);
        within("healed, across", recovery(across, start), 5_000, 20_000);
        atMost("HELLOs of a member in 45 s after healing", perMember(planet.hellos() - hellos), 20);
        direct("healed");
    }

    /** Both roots die: who is direct goes on, and the others when the roots are back. */
    void noRoots() {
        List<Conversation> eager = planet.eager();
        List<Conversation> able =
                eager.stream().filter(Conversation::canBeDirect).toList();
        List<Conversation> relayed =
                eager.stream().filter(each -> !each.canBeDirect()).toList();
        planet.crashRoot(0);
        planet.crashRoot(1);
        long start = net.nowMillis();
        planet.talkEagerly(eager, 85_000);
        planet.run(45_000);
        delivered("no roots, direct", able, start, 96);
        long hellos = planet.hellos();
        planet.startRoot(0);
        planet.startRoot(1);
        start = net.nowMillis();
        planet.run(45_000);
        within("roots returned, relayed", recovery(relayed, start), 5_000, 12_000);
        atMost("HELLOs of a member in 45 s after both roots' return", perMember(planet.hellos() - hellos), 25);
        direct("roots returned");
    }

    /** Every tenth member's process dies, some without having stored anything, and starts again. */
    void restarts() {
        List<PlanetNode> dying = planet.some(10);
        List<Conversation> theirs = planet.of(dying);
        planet.restart(dying, 5_000);
        planet.run(5_000);
        long start = net.nowMillis();
        planet.talkEagerly(theirs, 30_000);
        planet.run(45_000);
        ready("restarted", dying);
        within("restarted", recovery(theirs, start), 5_000, 15_000);
        direct("restarted");
    }

    /** Members move to other networks, NATs forget all they knew, clocks are set. */
    void moves() {
        List<PlanetNode> moving = planet.some(5);
        List<Conversation> theirs = planet.of(moving);
        List<Conversation> eager = planet.eager();
        planet.rebootNats(10);
        planet.roam(moving);
        planet.stepClocks(planet.some(10));
        long start = net.nowMillis();
        planet.talkEagerly(theirs, 60_000);
        planet.talkEagerly(eager, 60_000);
        planet.run(60_000);
        within("moved", recovery(theirs, start), 13_000, 25_000);
        within("NATs rebooted", recovery(eager, start), 13_000, 25_000);
        delivered("moved and rebooted, from 20 s on", theirs, start + 20_000, 95);
        direct("moved");
    }

    /** The controller is away for 20 s, and then every tenth datagram is lost for a minute. */
    void bearsLoss() {
        planet.controllerNode.close();
        planet.run(20_000);
        planet.startController();
        List<Conversation> eager = planet.eager();
        planet.loss(0.1);
        long start = net.nowMillis();
        planet.talkEagerly(eager, 60_000);
        planet.run(60_000);
        // By a relay it is lost twice as often, and one in fifty frames is as long as two datagrams.
        delivered("a tenth lost", eager, start, 80);
        planet.loss(0.01);
        planet.run(30_000);
    }

    /** All is well. */
    void end() {
        long start = net.nowMillis();
        planet.talkEagerly(planet.conversations, 10_000);
        planet.run(20_000);
        within("at the end", recovery(planet.conversations, start), 2_000, 6_000);
        ready("at the end", planet.members);
        direct("at the end");
        softly.assertThat(planet.conversations)
                .as("seed %d: frames that came twice", seed)
                .allMatch(each -> each.there.copies() == 0 && each.back.copies() == 0);
        int most = planet.members.stream().mapToInt(PlanetNode::peerCount).max().orElseThrow();
        int partners = planet.mostPartners();
        say("peers that a member knows: %d at most, %d roots, partners and the controller", most, partners + 3);
        softly.assertThat(most).as("seed %d: peers that a member knows", seed).isLessThanOrEqualTo(partners + 3);
        for (PlanetNode root : planet.roots) {
            softly.assertThat(root.peerCount())
                    .as("seed %d: peers that a root knows", seed)
                    .isLessThanOrEqualTo(planet.members.size() + 2);
        }
        say("dropped: %s", planet.drops());
        softly.assertAll();
    }

    private void ready(String what, List<PlanetNode> nodes) {
        Figures figures = Figures.of(nodes, node -> node.readyMillis < 0 ? -1 : node.readyMillis - node.startedMillis);
        within(what + ", start to member", figures, 10_000, 25_000);
        softly.assertThat(nodes)
                .as("seed %d: online and member, %s", seed, what)
                .allMatch(node -> node.isOnline() && node.isReady());
    }

    /** After which time a frame that was sent since a moment had come, each way. */
    private static Figures recovery(List<Conversation> some, long start) {
        return Figures.of(some, each -> {
            long there = each.there.firstArrivalAfter(start);
            long back = each.back.firstArrivalAfter(start);
            return there < 0 || back < 0 ? -1 : Math.max(there, back);
        });
    }

    private void within(String what, Figures figures, long mostMillis, long allMillis) {
        say("%s: %s", what, figures);
        softly.assertThat(figures.percentile(95))
                .as("seed %d: ms in 95 of 100 cases, %s", seed, what)
                .isLessThanOrEqualTo(mostMillis);
        softly.assertThat(figures.percentile(100))
                .as("seed %d: ms at most, %s", seed, what)
                .isLessThanOrEqualTo(allMillis);
    }

    private void delivered(String what, List<Conversation> some, long start, double percent) {
        long end = net.nowMillis() - 1_000;
        double share = PERCENT * arrived(some, start, end) / Math.max(1, sent(some, start, end));
        say("%s: %.1f %% of %d frames delivered", what, share, sent(some, start, end));
        softly.assertThat(share)
                .as("seed %d: percent delivered, %s", seed, what)
                .isGreaterThanOrEqualTo(percent);
    }

    private static int sent(List<Conversation> some, long start, long end) {
        return sum(some, (each, at) -> each.sentBetween(at, end), start);
    }

    private static int arrived(List<Conversation> some, long start, long end) {
        return sum(some, (each, at) -> each.arrivedOf(at, end), start);
    }

    private static int sum(List<Conversation> some, ToIntBiFunction<Conversation.Direction, Long> count, long start) {
        return some.stream()
                .mapToInt(each -> count.applyAsInt(each.there, start) + count.applyAsInt(each.back, start))
                .sum();
    }

    /** Who can be direct is, and nobody says so who cannot. */
    private void direct(String what) {
        List<Conversation> able =
                planet.conversations.stream().filter(Conversation::canBeDirect).toList();
        List<Conversation> relayed = new ArrayList<>(able);
        relayed.removeIf(Conversation::isDirect);
        say("%s: %d of %d that can be are direct", what, able.size() - relayed.size(), able.size());
        softly.assertThat(PERCENT * (able.size() - relayed.size()) / able.size())
                .as("seed %d: percent direct, %s; not %s", seed, what, relayed)
                .isGreaterThanOrEqualTo(99);
        softly.assertThat(planet.conversations)
                .as("seed %d: direct against all NATs, %s", seed, what)
                .allMatch(each -> each.canBeDirect() || each.isRelayed());
    }

    private double perMember(long count) {
        return (double) count / planet.members.size();
    }

    private void atMost(String what, double value, double most) {
        say("%s: %.1f", what, value);
        softly.assertThat(value).as("seed %d: %s", seed, what).isLessThanOrEqualTo(most);
    }

    private void say(String format, Object... arguments) {
        double cpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() / 1e9;
        String line = String.format(Locale.ROOT, format, arguments);
        System.out.printf(Locale.ROOT, "%6d s (processor %.1f s): %s%n", passedMillis() / 1000, cpu, line);
    }
}
