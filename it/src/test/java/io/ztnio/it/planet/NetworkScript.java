package io.ztnio.it.planet;

import io.ztnio.protocol.sim.SimNet;
import java.util.List;

/** What befalls moons, IPv6, groups and memberships, step by step, as in {@link PlanetScript}. Times are virtual. */
final class NetworkScript {
    private static final int PUT_OUT = 8;

    /** Certificates are renewed every minute, and told with the next frame. */
    private static final long WINDOW_MILLIS = PlanetSimulation.CREDENTIAL_WINDOW_MILLIS + 75_000;

    private static final long OUT_MILLIS = WINDOW_MILLIS + 45_000;

    private final PlanetSimulation planet;
    private final SimNet net;
    private final Findings findings;
    private final long seed;

    NetworkScript(PlanetSimulation planet, Findings findings, long seed) {
        this.planet = planet;
        this.findings = findings;
        this.seed = seed;
        net = planet.net;
    }

    /** Nothing goes by IPv6 for a minute: who has both families goes on by IPv4. */
    void ipv6Fails() {
        List<Conversation> both = planet.talks.all.stream()
                .filter(each -> each.canBeDirectByIpv6() && each.one.hasIpv4() && each.other.hasIpv4())
                .toList();
        planet.noIpv6(true);
        long start = net.nowMillis();
        planet.talks.talkEagerly(both, 100_000);
        planet.run(60_000);
        findings.inTouch("no IPv6", both, start, 15_000, 25_000);
        findings.delivered("no IPv6, from 25 s on", both, start + 25_000, 95);
        planet.noIpv6(false);
        start = net.nowMillis();
        planet.run(60_000);
        findings.delivered("IPv6 is back", both, start, 95);
        findings.direct("IPv6 is back");
    }

    /** Both roots die, and who orbits the moon is relayed by it; then it dies itself for a minute. */
    void moonRelays() {
        List<PlanetNode> orbiting = planet.orbiting();
        List<Conversation> relayed = planet.talks.of(orbiting).stream()
                .filter(each -> each.one.isOrbiting() && each.other.isOrbiting() && !each.canBeDirect())
                .toList();
        atMoon("before roots die", orbiting);
        planet.crashRoot(0);
        planet.crashRoot(1);
        long start = net.nowMillis();
        planet.talks.talkEagerly(relayed, 40_000);
        planet.run(40_000);
        findings.softly
                .assertThat(relayed)
                .as("seed %d: relayed by a moon", seed)
                .isNotEmpty();
        findings.inTouch("no roots, relayed by a moon", relayed, start, 5_000, 12_000);
        findings.delivered("no roots, relayed by a moon, from 12 s on", relayed, start + 12_000, 95);
        planet.startRoot(0);
        planet.startRoot(1);
        planet.run(30_000);

        planet.crashMoonRoot();
        start = net.nowMillis();
        planet.talks.talkEagerly(relayed, 60_000);
        planet.run(60_000);
        findings.inTouch("moon dead, relayed by roots", relayed, start, 5_000, 12_000);
        long hellos = planet.hellos();
        planet.startMoonRoot();
        planet.run(30_000);
        findings.atMost(
                "HELLOs of a member in 30 s after the moon's return", findings.perMember(planet.hellos() - hellos), 14);
        atMoon("moon returned", orbiting);
        findings.direct("moon returned");
    }

    private void atMoon(String what, List<PlanetNode> orbiting) {
        List<PlanetNode> missing = orbiting.stream()
                .filter(each -> !each.isAtMoon(planet.moonRoot))
                .toList();
        int there = orbiting.size() - missing.size();
        findings.say("%s: %d of %d who orbit have the moon and a path to its root", what, there, orbiting.size());
        // A path that a NAT has just forgotten is being looked for.
        findings.softly
                .assertThat(missing)
                .as("seed %d: orbiting, %s", seed, what)
                .hasSizeLessThanOrEqualTo(orbiting.size() / 50);
    }

    /** Some send to a group. */
    void multicast() {
        Multicasts multicasts = planet.multicasts;
        long start = net.nowMillis();
        multicasts.speak(30_000);
        planet.run(35_000);
        findings.within(
                "first multicast, of each speaker to each listener",
                Figures.of(multicasts.pairs(), multicasts.firstArrivalAfter(start)),
                8_000,
                15_000);
        double delivered = multicasts.deliveredPercent(start + 10_000, net.nowMillis());
        findings.say("multicasts, from 10 s on: %.1f %% delivered", delivered);
        findings.softly
                .assertThat(delivered)
                .as("seed %d: percent of multicasts delivered", seed)
                .isGreaterThanOrEqualTo(95);
        findings.softly
                .assertThat(multicasts.unwanted())
                .as("seed %d: multicasts to who had not subscribed", seed)
                .isZero();
        findings.softly
                .assertThat(multicasts.copies())
                .as("seed %d: multicasts that came twice", seed)
                .isZero();
    }

    /**
     * Some are put out, half of whom the controller cannot tell so. Nothing that they send is taken any more; what is sent to them they
     * take, if they are honest, until others' certificates are too new for theirs. Then they are let in again.
     */
    void putsOut() {
        List<PlanetNode> out = planet.some(100).subList(0, PUT_OUT);
        // Nobody can keep two who are out, and hear of nothing, from each other.
        List<Conversation> theirs = planet.talks.of(out).stream()
                .filter(each -> !out.contains(each.one) || !out.contains(each.other))
                .toList();
        planet.talks.insist(theirs, OUT_MILLIS + 70_000);
        planet.run(10_000);
        long start = net.nowMillis();
        List<PlanetNode> deaf = out.subList(0, PUT_OUT / 2);
        planet.putOut(out, deaf);
        planet.run(OUT_MILLIS);
        Figures from = Figures.of(theirs, each -> last(each, out, true, start));
        // Who is told of it but once, and that is lost, finds out by the certificate's age.
        findings.within("put out, last frame from them", from, 5_000, WINDOW_MILLIS);
        findings.softly
                .assertThat(from.percentile(80))
                .as("seed %d: ms in 80 of 100 cases, put out, last frame from them", seed)
                .isLessThanOrEqualTo(5_000);
        Figures to = Figures.of(theirs, each -> last(each, out, false, start));
        findings.within("put out, last frame to them", to, WINDOW_MILLIS, WINDOW_MILLIS);
        findings.softly
                .assertThat(out)
                .as("seed %d: told that they are out", seed)
                .allMatch(each -> each.isDenied() || deaf.contains(each));
        long again = net.nowMillis();
        planet.letIn(out);
        planet.run(80_000);
        findings.inTouch("let in again", theirs, again, 10_000, 70_000);
        findings.softly.assertThat(out).as("seed %d: members again", seed).allMatch(PlanetNode::isReady);
        findings.direct("let in again");
    }

    /** How long after a moment the last frame came that was from some, or else to some. */
    private static long last(Conversation conversation, List<PlanetNode> some, boolean from, long startMillis) {
        boolean there = some.contains(from ? conversation.one : conversation.other);
        boolean back = some.contains(from ? conversation.other : conversation.one);
        return Math.max(
                there ? conversation.there.lastArrivalAfter(startMillis) : 0,
                back ? conversation.back.lastArrivalAfter(startMillis) : 0);
    }
}
