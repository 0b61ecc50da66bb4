package io.ztnio.it.planet;

import io.ztnio.protocol.config.InetPrefix;
import io.ztnio.protocol.config.NetworkId;
import io.ztnio.protocol.config.Route;
import io.ztnio.protocol.controller.AddressPool;
import io.ztnio.protocol.controller.Controller;
import io.ztnio.protocol.controller.NetworkDefinition;
import io.ztnio.protocol.network.Networks;
import io.ztnio.protocol.sim.SimHost;
import io.ztnio.protocol.sim.SimNet;
import io.ztnio.protocol.vl1.DropReason;
import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.wire.PacketHeader;
import io.ztnio.protocol.wire.Verb;
import io.ztnio.protocol.world.World;
import io.ztnio.protocol.world.WorldRoot;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * Two roots, a moon, a controller and the members of its network, of whom most are behind NATs; and what can befall them. Everything follows
 * from the seed.
 */
final class PlanetSimulation {
    /** Of local experiments (IEEE 802). */
    static final int ETHER_TYPE = 0x88b5;

    private static final int ROOTS = 2;
    private static final int CONTROLLER = 2;
    private static final int MOON = 3;
    private static final int FIRST_MEMBER = 4;
    private static final String[][] ROOT_ADDRESSES = {
        {"80.1.1.1:9993", "[2a00:80:1::1]:9993"}, {"80.2.2.2:9993", "[2a00:80:2::1]:9993"}
    };
    private static final String[] CONTROLLER_ADDRESSES = {"80.3.3.3:9993", "[2a00:80:3::1]:9993"};
    private static final String[] MOON_ADDRESSES = {"80.4.4.4:9993", "[2a00:80:4::1]:9993"};

    /** One in so many members orbits the moon. */
    private static final int ORBITING = 5;

    private static final int RELAYED_BY_MOON = 8;

    private static final int LISTENERS = 20;
    private static final int SPEAKERS = 4;

    /** Between the starts of two members: a root lets in 13 strangers a second, for their identities may take it a fifth of a processor. */
    private static final long START_MILLIS = 100;

    /** The shortest that a controller grants: whose certificate is so much older than another's is a member no more. */
    static final long CREDENTIAL_WINDOW_MILLIS = 300_000;

    final SimNet net;
    final List<PlanetNode> roots = new ArrayList<>();
    final PlanetNode controllerNode;
    final List<PlanetNode> members = new ArrayList<>();
    final Talks talks;
    private final RandomGenerator random;
    private final long networkId;
    private final World planet;
    final PlanetNode moonRoot;
    final Multicasts multicasts;
    private final Places places;
    private final World moon;
    private Controller controller;
    private boolean partitioned;
    private boolean noIpv6;
    private Set<Long> deaf = Set.of();
    private long fingerprint;
    private long hellos;

    PlanetSimulation(int memberCount, long seed) {
        net = new SimNet(seed).latency(10, 60).loss(0.01).duplication(0.005);
        net.filter(this::isDelivered);
        random = new SplittableRandom(seed);
        List<WorldRoot> worldRoots = new ArrayList<>();
        places = new Places(net, random);
        talks = new Talks(net, random);
        for (int i = 0; i < ROOTS; i++) {
            worldRoots.add(new WorldRoot(PlanetIdentities.of(i).withoutSecret(), endpoints(ROOT_ADDRESSES[i])));
        }
        planet = World.create(World.Type.PLANET, 0x5eed, 1, PlanetIdentities.of(0), worldRoots);
        for (int i = 0; i < ROOTS; i++) {
            roots.add(node(i, places.host(i, ROOT_ADDRESSES[i])));
        }
        controllerNode = node(CONTROLLER, places.host(0, CONTROLLER_ADDRESSES));
        networkId = NetworkId.of(controllerNode.address(), 1);
        moonRoot = node(MOON, places.host(1, MOON_ADDRESSES));
        moon = World.create(
                World.Type.MOON,
                moonRoot.address(),
                1,
                moonRoot.identity,
                List.of(new WorldRoot(moonRoot.identity.withoutSecret(), endpoints(MOON_ADDRESSES))));
        moonRoot.has(moon);
        for (int i = 0; i < memberCount; i++) {
            PlanetNode member = node(FIRST_MEMBER + i, net.host("0.0.0.0:0"));
            places.settle(member.host);
            members.add(member);
        }
        for (PlanetNode member : members) {
            member.host.skew(random.nextInt(20) == 0 ? random.nextLong(-864_000_000, 864_000_000) : skew());
            talks.meet(member, members.get(random.nextInt(memberCount)));
        }
        orbit();
        List<PlanetNode> audience = some(100).subList(0, Math.min(memberCount, LISTENERS + SPEAKERS / 2));
        int first = Math.max(0, audience.size() - SPEAKERS);
        multicasts = new Multicasts(
                net,
                audience.subList(first, audience.size()),
                audience.subList(0, Math.min(LISTENERS, audience.size())));
    }

    private static List<InetSocketAddress> endpoints(String... texts) {
        return Arrays.stream(texts).map(SimNet::endpoint).toList();
    }

    /** Some members orbit the moon: half have its file, half know its root. Some of them need it, to be relayed. */
    private void orbit() {
        Set<PlanetNode> chosen = new LinkedHashSet<>();
        talks.all.stream()
                .filter(each -> !each.canBeDirect())
                .limit(2)
                .forEach(each -> chosen.addAll(List.of(each.one, each.other)));
        chosen.addAll(some(100 / ORBITING));
        List<PlanetNode> orbiting = List.copyOf(chosen);
        for (int i = 0; i < orbiting.size(); i++) {
            if (i % 2 == 0) {
                orbiting.get(i).has(moon);
            } else {
                orbiting.get(i).orbits(moonRoot.address());
            }
        }
        int relayed = 0;
        for (PlanetNode one : orbiting) {
            for (PlanetNode other : orbiting) {
                boolean needed = relayed < RELAYED_BY_MOON && !new Conversation(net, 0, one, other).canBeDirect();
                relayed += needed && talks.meet(one, other) ? 1 : 0;
            }
        }
    }

    private long skew() {
        return random.nextLong(-3_600_000, 3_600_000);
    }

    private PlanetNode node(int identity, SimHost host) {
        return new PlanetNode(net, host, PlanetIdentities.of(identity), planet, this::onFrame);
    }

    private void onFrame(PlanetNode receiver, long sourceMac, int etherType, byte[] buffer, int offset, int length) {
        if (etherType == Multicasts.ETHER_TYPE) {
            multicasts.onFrame(receiver, sourceMac, buffer, offset, length);
            return;
        }
        talks.all.get(Conversation.number(buffer, offset)).onFrame(receiver, sourceMac, buffer, offset, length);
    }

    private boolean isDelivered(SimNet.Datagram datagram) {
        fingerprint = (fingerprint ^ net.nowMillis()) * 0x9e3779b97f4a7c15L;
        fingerprint = (fingerprint ^ datagram.from().hashCode()) * 0x9e3779b97f4a7c15L;
        fingerprint = (fingerprint ^ datagram.bytes().hashCode()) * 0x9e3779b97f4a7c15L;
        fingerprint ^= fingerprint >>> 32;
        if (isHello(datagram)) {
            hellos++;
        }
        InetAddress to = datagram.to().getAddress();
        return !(noIpv6 && to instanceof Inet6Address)
                && !(partitioned && places.sideOf(datagram.from().getAddress()) != places.sideOf(to))
                && !isUnheard(datagram);
    }

    /** Whether it is from the controller, by whatever way, to one who does not hear it. */
    private boolean isUnheard(SimNet.Datagram datagram) {
        if (deaf.isEmpty() || datagram.bytes().length() < PacketHeader.LENGTH) {
            return false;
        }
        ByteReader reader = datagram.bytes().reader();
        reader.skip(PacketHeader.DESTINATION);
        return deaf.contains(reader.getAddress()) && reader.getAddress() == controllerNode.address();
    }

    /** In the clear, and of verb 1 ({@code protocol.md} 2.1 and 3.1). */
    private static boolean isHello(SimNet.Datagram datagram) {
        if (datagram.bytes().length() < PacketHeader.LENGTH) {
            return false;
        }
        ByteReader reader = datagram.bytes().reader();
        reader.skip(PacketHeader.FLAGS);
        boolean clear = (reader.getByte() & PacketHeader.CIPHER_MASK) == 0;
        reader.skip(PacketHeader.VERB - PacketHeader.FLAGS - 1);
        return clear && (reader.getByte() & PacketHeader.VERB_MASK) == Verb.HELLO.code();
    }

    /** Whether a partition does not part the two. */
    boolean isOnOneSide(Conversation conversation) {
        return places.sideOf(conversation.one.host) == places.sideOf(conversation.other.host);
    }

    /** Depends on every datagram that was sent. */
    long fingerprint() {
        return fingerprint;
    }

    /** HELLOs that were sent so far, by whomever. */
    long hellos() {
        return hellos;
    }

    /** Datagrams that the members that run have sent since they started. */
    long memberDatagrams() {
        return members.stream()
                .filter(PlanetNode::isRunning)
                .mapToLong(member -> member.host.counters().datagramsOut())
                .sum();
    }

    /** Starts the roots, the controller, and after them the members one by one; returns when all have been started. */
    void start() {
        for (int i = 0; i < ROOTS; i++) {
            startRoot(i);
        }
        startController();
        startMoonRoot();
        run(1_000);
        members.forEach(member -> controller.authorize(networkId, member.address(), controllerNode.host.nowMillis()));
        long atMillis = net.nowMillis();
        for (PlanetNode member : members) {
            net.at(atMillis, () -> startMember(member));
            atMillis += START_MILLIS;
        }
        run(members.size() * START_MILLIS);
    }

    void run(long millis) {
        net.run(millis);
    }

    void startRoot(int index) {
        // A root's VL2 keeps who subscribes to what.
        roots.get(index).start();
    }

    void crashRoot(int index) {
        roots.get(index).crash();
    }

    void startMoonRoot() {
        moonRoot.start();
    }

    void crashMoonRoot() {
        moonRoot.crash();
    }

    void startController() {
        Networks networks = controllerNode.start();
        controller = new Controller(controllerNode.host.node().vl1(), controllerNode.store(), networks);
        networks.attach(controller);
        if (controller.network(networkId).isEmpty()) {
            controller.put(
                    NetworkDefinition.builder(networkId)
                            .name("planet")
                            .rfc4193(true)
                            .credentialWindow(CREDENTIAL_WINDOW_MILLIS)
                            .routes(List.of(new Route(InetPrefix.parse("10.7.0.0/16"))))
                            .pools(List.of(new AddressPool(
                                    InetPrefix.parse("10.7.0.1").address(),
                                    InetPrefix.parse("10.7.15.250").address())))
                            .build(),
                    controllerNode.host.nowMillis());
        }
    }

    void startMember(PlanetNode member) {
        member.start();
        member.join(networkId);
    }

    /** Puts members out; some of them do not hear what the controller says to them. */
    void putOut(List<PlanetNode> out, List<PlanetNode> notHearing) {
        deaf = notHearing.stream().map(PlanetNode::address).collect(Collectors.toSet());
        out.forEach(member -> controller.deauthorize(networkId, member.address(), controllerNode.host.nowMillis()));
        controllerNode.host.touch();
    }

    /** Lets them in again, and all hear that. */
    void letIn(List<PlanetNode> in) {
        deaf = Set.of();
        in.forEach(member -> controller.authorize(networkId, member.address(), controllerNode.host.nowMillis()));
        controllerNode.host.touch();
    }

    /** Whether nothing that is sent by IPv6 arrives. */
    void noIpv6(boolean broken) {
        noIpv6 = broken;
    }

    /** Those who orbit the moon. */
    List<PlanetNode> orbiting() {
        return members.stream().filter(PlanetNode::isOrbiting).toList();
    }

    /** Parts the members in two, each with a root; the controller is with one of them. */
    void partition(boolean parted) {
        partitioned = parted;
    }

    void loss(double probability) {
        net.loss(probability);
    }

    /** Drops of all nodes that run, by reason. */
    String drops() {
        Map<DropReason, Long> sums = new EnumMap<>(DropReason.class);
        List<PlanetNode> all = new ArrayList<>(members);
        all.addAll(roots);
        all.add(controllerNode);
        all.add(moonRoot);
        for (PlanetNode node : all) {
            if (node.isRunning()) {
                node.host.counters().drops().forEach((reason, count) -> sums.merge(reason, count, Long::sum));
            }
        }
        return sums.toString();
    }

    /** Some members, each but once. */
    List<PlanetNode> some(int percent) {
        List<PlanetNode> shuffled = new ArrayList<>(members);
        Collections.shuffle(shuffled, new Random(random.nextLong()));
        return shuffled.subList(0, Math.max(1, members.size() * percent / 100));
    }

    /** Members' processes die, every third's disk with it, and start again after so long. */
    void restart(List<PlanetNode> dying, long afterMillis) {
        for (int i = 0; i < dying.size(); i++) {
            PlanetNode member = dying.get(i);
            member.crash();
            if (i % 3 == 0) {
                member.wipe();
            }
            net.at(net.nowMillis() + afterMillis, () -> startMember(member));
        }
    }

    /** NATs forget all that they knew. */
    void rebootNats(int percent) {
        places.rebootNats(percent);
    }

    /** Members go elsewhere, as laptops do. */
    void roam(List<PlanetNode> moving) {
        moving.forEach(member -> places.settle(member.host));
    }

    /** Clocks are set by up to a minute, back by two seconds at most. */
    void stepClocks(List<PlanetNode> set) {
        for (PlanetNode member : set) {
            long now = member.host.nowMillis() - net.nowMillis();
            member.host.skew(now + random.nextLong(-2_000, 60_000));
        }
    }

    /** How many others each member needs to know: who talks to it, roots, the controller. */
    Map<PlanetNode, Integer> needed() {
        Map<PlanetNode, Integer> needed = new HashMap<>();
        for (PlanetNode member : members) {
            needed.put(member, ROOTS + 1 + (member.isOrbiting() ? 1 : 0) + multicasts.partners(member));
        }
        for (Conversation conversation : talks.all) {
            needed.merge(conversation.one, 1, Integer::sum);
            needed.merge(conversation.other, 1, Integer::sum);
        }
        return needed;
    }
}
