package io.ztnio.it.planet;

import io.ztnio.protocol.sim.SimNet;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.SoftAssertions;

/**
 * What befalls a planet, step by step, and what is asserted after each. Each step prints its figures; at the
 * end those that are not what they should be are told, with the seed. Times are virtual.
 */
final class PlanetScript {
    private final PlanetSimulation planet;
    private final SimNet net;
    private final long seed;
    private final long beganMillis;
    private final Findings findings;
    private final SoftAssertions softly;

    PlanetScript(int members, long seed) {
        this.seed = seed;
        planet = new PlanetSimulation(members, seed);
        net = planet.net;
        beganMillis = net.nowMillis();
        findings = new Findings(planet, seed);
        softly = findings.softly;
    }

    /** What befalls moons, IPv6, groups and memberships on this planet. */
    NetworkScript networks() {
        return new NetworkScript(planet, findings, seed);
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
        findings.ready("began", planet.members);
        long hellos = planet.hellos();
        planet.run(30_000);
        findings.atMost("HELLOs of a member in half a minute, idle", findings.perMember(planet.hellos() - hellos), 1);
    }

    /** Those who have never met talk. */
    void meet() {
        planet.talks.converse(20_000);
        planet.run(60_000);
        Figures first = Figures.of(
                planet.talks.all, each -> Math.max(each.there.firstTookMillis(), each.back.firstTookMillis()));
        findings.within("first contact, both ways", first, 2_000, 6_000);
        List<Conversation> able =
                planet.talks.all.stream().filter(Conversation::canBeDirect).toList();
        Figures direct = Figures.of(able, Conversation::directAfterMillis);
        findings.within("direct path, of those whose NATs allow it", direct, 3_000, 40_000);
        List<Conversation> ipv6 = able.stream()
                .filter(each -> each.canBeDirectByIpv6() && !each.canBeDirectByIpv4())
                .toList();
        findings.within(
                "direct path by IPv6, of those whom NATs leave no other",
                Figures.of(ipv6, Conversation::directAfterMillis),
                3_000,
                40_000);
        softly.assertThat(ipv6).as("seed %d: by IPv6 only", seed).isNotEmpty().allMatch(Conversation::isDirectByIpv6);
        findings.direct("met");
    }

    /** Nothing happens for a minute. */
    void calm() {
        long hellos = planet.hellos();
        long datagrams = planet.memberDatagrams();
        long start = net.nowMillis();
        planet.run(60_000);
        findings.atMost("HELLOs of a member in a minute, talking", findings.perMember(planet.hellos() - hellos), 14);
        findings.atMost(
                "datagrams of a member in a minute", findings.perMember(planet.memberDatagrams() - datagrams), 100);
        findings.delivered("calm", planet.talks.all, start, 97);
    }

    /** One of two roots dies, and returns a minute later. */
    void rootDies() {
        List<Conversation> eager = planet.talks.eager();
        planet.crashRoot(0);
        long start = net.nowMillis();
        planet.talks.talkEagerly(eager, 60_000);
        planet.run(60_000);
        findings.inTouch("one of two roots dead", eager, start, 5_000, 10_000);
        findings.delivered("one of two roots dead, from 10 s on", eager, start + 10_000, 96);
        long hellos = planet.hellos();
        planet.startRoot(0);
        start = net.nowMillis();
        planet.talks.talkEagerly(eager, 40_000);
        planet.run(45_000);
        findings.atMost(
                "HELLOs of a member in 45 s after a root's return", findings.perMember(planet.hellos() - hellos), 14);
        findings.delivered("root returned", eager, start, 96);
        findings.direct("root returned");
    }

    /** The internet falls in two, each with a root, one with the controller, and is whole again after a minute. */
    void parts() {
        List<Conversation> eager = planet.talks.eager();
        List<Conversation> inside = eager.stream().filter(planet::isOnOneSide).toList();
        List<Conversation> across =
                eager.stream().filter(each -> !planet.isOnOneSide(each)).toList();
        planet.partition(true);
        long start = net.nowMillis();
        planet.talks.talkEagerly(eager, 100_000);
        planet.run(60_000);
        findings.inTouch("parted, on one side", inside, start, 6_000, 10_000);
        findings.delivered("parted, on one side, from 10 s on", inside, start + 10_000, 95);
        softly.assertThat(Findings.arrived(across, start, net.nowMillis()))
                .as("seed %d: frames across a partition", seed)
                .isZero();
        long hellos = planet.hellos();
        planet.partition(false);
        start = net.nowMillis();
        planet.run(45_000);
        findings.inTouch("healed, across", across, start, 5_000, 20_000);
        findings.atMost("HELLOs of a member in 45 s after healing", findings.perMember(planet.hellos() - hellos), 20);
        findings.direct("healed");
    }

    /** Both roots die: who is direct goes on, and the others when the roots are back. */
    void noRoots() {
        List<Conversation> eager = planet.talks.eager();
        List<Conversation> able =
                eager.stream().filter(Conversation::canBeDirect).toList();
        List<Conversation> relayed =
                eager.stream().filter(each -> !each.canBeDirect()).toList();
        planet.crashRoot(0);
        planet.crashRoot(1);
        long start = net.nowMillis();
        planet.talks.talkEagerly(eager, 85_000);
        planet.run(45_000);
        findings.delivered("no roots, direct", able, start, 96);
        long hellos = planet.hellos();
        planet.startRoot(0);
        planet.startRoot(1);
        start = net.nowMillis();
        planet.run(45_000);
        findings.inTouch("roots returned, relayed", relayed, start, 5_000, 12_000);
        findings.atMost(
                "HELLOs of a member in 45 s after both roots' return",
                findings.perMember(planet.hellos() - hellos),
                25);
        findings.direct("roots returned");
    }

    /** Every tenth member's process dies, some without having stored anything, and starts again. */
    void restarts() {
        List<PlanetNode> dying = planet.some(10);
        List<Conversation> theirs = planet.talks.of(dying);
        planet.restart(dying, 5_000);
        planet.run(5_000);
        long start = net.nowMillis();
        planet.talks.talkEagerly(theirs, 30_000);
        planet.run(45_000);
        findings.ready("restarted", dying);
        findings.inTouch("restarted", theirs, start, 7_000, 15_000);
        findings.direct("restarted");
    }

    /** Members move to other networks, NATs forget all they knew, clocks are set. */
    void moves() {
        List<PlanetNode> moving = planet.some(5);
        List<Conversation> theirs = planet.talks.of(moving);
        List<Conversation> eager = planet.talks.eager();
        planet.rebootNats(10);
        planet.roam(moving);
        planet.stepClocks(planet.some(10));
        long start = net.nowMillis();
        planet.talks.talkEagerly(theirs, 60_000);
        planet.talks.talkEagerly(eager, 60_000);
        planet.run(60_000);
        findings.inTouch("moved", theirs, start, 15_000, 25_000);
        findings.inTouch("NATs rebooted", eager, start, 15_000, 25_000);
        findings.delivered("moved and rebooted, from 20 s on", theirs, start + 20_000, 95);
        // Between two NATs that were rebooted it takes until the next time that addresses are told.
        findings.direct("moved", 97);
    }

    /** The controller is away for 20 s, and then every tenth datagram is lost for a minute. */
    void bearsLoss() {
        planet.controllerNode.close();
        planet.run(20_000);
        planet.startController();
        List<Conversation> eager = planet.talks.eager();
        planet.loss(0.1);
        long start = net.nowMillis();
        planet.talks.talkEagerly(eager, 60_000);
        planet.run(60_000);
        // By a relay it is lost twice as often, and one in fifty frames is as long as two datagrams.
        findings.delivered("a tenth lost", eager, start, 80);
        planet.loss(0.01);
        planet.run(30_000);
    }

    /** All is well. */
    void end() {
        long start = net.nowMillis();
        planet.talks.talkEagerly(planet.talks.all, 10_000);
        planet.run(20_000);
        findings.inTouch("at the end", planet.talks.all, start, 2_000, 6_000);
        findings.ready("at the end", planet.members);
        findings.direct("at the end");
        softly.assertThat(planet.talks.all)
                .as("seed %d: frames that came twice", seed)
                .allMatch(each -> each.there.copies() == 0 && each.back.copies() == 0);
        int most = planet.members.stream().mapToInt(PlanetNode::peerCount).max().orElseThrow();
        Map<PlanetNode, Integer> needed = planet.needed();
        findings.say("peers that a member knows: %d at most", most);
        softly.assertThat(planet.members)
                .as("seed %d: peers that a member knows and does not need", seed)
                .allMatch(member -> member.peerCount() <= needed.get(member));
        for (PlanetNode root : planet.roots) {
            softly.assertThat(root.peerCount())
                    .as("seed %d: peers that a root knows", seed)
                    .isLessThanOrEqualTo(planet.members.size() + 3);
        }
        findings.say("dropped: %s", planet.drops());
        softly.assertAll();
    }
}
