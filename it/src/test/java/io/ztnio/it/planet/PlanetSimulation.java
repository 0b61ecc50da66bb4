package io.ztnio.it.planet;

import io.ztnio.protocol.config.InetPrefix;
import io.ztnio.protocol.config.NetworkId;
import io.ztnio.protocol.config.Route;
import io.ztnio.protocol.controller.AddressPool;
import io.ztnio.protocol.controller.Controller;
import io.ztnio.protocol.controller.NetworkDefinition;
import io.ztnio.protocol.network.Networks;
import io.ztnio.protocol.sim.SimHost;
import io.ztnio.protocol.sim.SimNat;
import io.ztnio.protocol.sim.SimNet;
import io.ztnio.protocol.vl1.DropReason;
import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.wire.PacketHeader;
import io.ztnio.protocol.wire.Verb;
import io.ztnio.protocol.world.World;
import io.ztnio.protocol.world.WorldRoot;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Two roots, a controller and the members of its network, of whom most are behind NATs; and what can befall them. Everything follows
 * from the seed.
 */
final class PlanetSimulation {
    /** Of local experiments (IEEE 802). */
    static final int ETHER_TYPE = 0x88b5;

    private static final int ROOTS = 2;
    private static final int CONTROLLER = 2;
    private static final int FIRST_MEMBER = 3;
    private static final String[] ROOT_ADDRESSES = {"80.1.1.1:9993", "80.2.2.2:9993"};
    private static final String CONTROLLER_ADDRESS = "80.3.3.3:9993";

    /** Between the starts of two members: a root lets in 13 strangers a second, for their identities may take it a fifth of a processor. */
    private static final long START_MILLIS = 100;

    private static final int TALK_MILLIS = 30_000;
    private static final int EAGER_TALK_MILLIS = 1_000;
    /** Conversations that are eager to know when they go on: some that are relayed, some that are direct. */
    private static final int EAGER = 24;

    final SimNet net;
    final List<PlanetNode> roots = new ArrayList<>();
    final PlanetNode controllerNode;
    final List<PlanetNode> members = new ArrayList<>();
    final List<Conversation> conversations = new ArrayList<>();
    private final RandomGenerator random;
    private final long networkId;
    private final World planet;
    private final Map<InetAddress, Integer> sides = new HashMap<>();
    private final List<SimNat> nats = new ArrayList<>();
    private Controller controller;
    private boolean partitioned;
    private int publicAddresses;
    private int insideAddresses;
    private long fingerprint;
    private long hellos;

    PlanetSimulation(int memberCount, long seed) {
        net = new SimNet(seed).latency(10, 60).loss(0.01).duplication(0.005);
        net.filter(this::isDelivered);
        random = new SplittableRandom(seed);
        List<WorldRoot> worldRoots = new ArrayList<>();
        for (int i = 0; i < ROOTS; i++) {
            worldRoots.add(
                    new WorldRoot(PlanetIdentities.of(i).withoutSecret(), List.of(SimNet.endpoint(ROOT_ADDRESSES[i]))));
        }
        planet = World.create(World.Type.PLANET, 0x5eed, 1, PlanetIdentities.of(0), worldRoots);
        for (int i = 0; i < ROOTS; i++) {
            roots.add(node(i, net.host(ROOT_ADDRESSES[i])));
            side(ROOT_ADDRESSES[i], i);
        }
        controllerNode = node(CONTROLLER, net.host(CONTROLLER_ADDRESS));
        side(CONTROLLER_ADDRESS, 0);
        networkId = NetworkId.of(controllerNode.address(), 1);
        for (int i = 0; i < memberCount; i++) {
            PlanetNode member = node(FIRST_MEMBER + i, net.host("0.0.0.0:0"));
            settle(member);
            members.add(member);
        }
        for (PlanetNode member : members) {
            member.host.skew(random.nextInt(20) == 0 ? random.nextLong(-864_000_000, 864_000_000) : skew());
            PlanetNode other = members.get(random.nextInt(memberCount));
            if (other != member && conversations.stream().noneMatch(known -> isOf(known, member, other))) {
                conversations.add(new Conversation(net, conversations.size(), member, other));
            }
        }
    }

    private static boolean isOf(Conversation known, PlanetNode one, PlanetNode other) {
        return (known.one == one && known.other == other) || (known.one == other && known.other == one);
    }

    private long skew() {
        return random.nextLong(-3_600_000, 3_600_000);
    }

    private PlanetNode node(int identity, SimHost host) {
        return new PlanetNode(net, host, PlanetIdentities.of(identity), planet, this::onFrame);
    }

    private void onFrame(PlanetNode receiver, long sourceMac, byte[] buffer, int offset, int length) {
        conversations.get(Conversation.number(buffer, offset)).onFrame(receiver, sourceMac, buffer, offset, length);
    }

    /** Gives a member a place in the open, behind a NAT, or with others behind the last one. */
    private void settle(PlanetNode member) {
        int kind = random.nextInt(100);
        if (kind < 15) {
            String address = publicAddress();
            net.move(member.host, null, address + ":9993");
            return;
        }
        SimNat nat = nats.isEmpty() ? null : nats.get(nats.size() - 1);
        if (nat == null || random.nextInt(100) >= 30) {
            SimNat.Kind natKind = kind < 30
                    ? SimNat.Kind.FULL_CONE
                    : kind < 45
                            ? SimNat.Kind.RESTRICTED
                            : kind < 85 ? SimNat.Kind.PORT_RESTRICTED : SimNat.Kind.SYMMETRIC;
            // RFC 4787 wants two minutes; there are those that forget after half of one.
            nat = net.nat(publicAddress(), natKind).forgetsAfter(random.nextLong(30_000, 120_000));
            nats.add(nat);
        }
        int inside = ++insideAddresses;
        net.move(member.host, nat, "10.0." + inside / 250 + "." + (inside % 250 + 1) + ":9993");
    }

    private String publicAddress() {
        int number = publicAddresses++;
        // Neighbours in number: hash codes of endpoints are sums of address and port.
        String address = "60.0." + number / 250 + "." + (number % 250 + 1);
        side(address + ":0", number % 2);
        return address;
    }

    private void side(String endpoint, int side) {
        sides.put(SimNet.endpoint(endpoint).getAddress(), side);
    }

    private boolean isDelivered(SimNet.Datagram datagram) {
        fingerprint = (fingerprint ^ net.nowMillis()) * 0x9e3779b97f4a7c15L;
        fingerprint = (fingerprint ^ datagram.from().hashCode()) * 0x9e3779b97f4a7c15L;
        fingerprint = (fingerprint ^ datagram.bytes().hashCode()) * 0x9e3779b97f4a7c15L;
        fingerprint ^= fingerprint >>> 32;
        if (isHello(datagram)) {
            hellos++;
        }
        return !partitioned
                || sideOf(datagram.from().getAddress()) == sideOf(datagram.to().getAddress());
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

    private int sideOf(InetAddress address) {
        return sides.getOrDefault(address, -1);
    }

    private int sideOf(PlanetNode node) {
        SimHost host = node.host;
        return sideOf(
                host.nat() == null ? host.address().getAddress() : host.nat().publicAddress());
    }

    /** Whether a partition does not part the two. */
    boolean isOnOneSide(Conversation conversation) {
        return sideOf(conversation.one) == sideOf(conversation.other);
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

    void startController() {
        Networks networks = controllerNode.start();
        controller = new Controller(controllerNode.host.node().vl1(), controllerNode.store(), networks);
        networks.attach(controller);
        if (controller.network(networkId).isEmpty()) {
            controller.put(
                    NetworkDefinition.builder(networkId)
                            .name("planet")
                            .rfc4193(true)
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

    /** Starts the conversations, each at some moment of a time. */
    void converse(long withinMillis) {
        for (Conversation conversation : conversations) {
            net.at(net.nowMillis() + random.nextLong(withinMillis), () -> {
                conversation.expectDirect();
                talkOn(conversation);
                talkEagerly(List.of(conversation), 5_000);
                watch(conversation);
            });
        }
    }

    private void talkOn(Conversation conversation) {
        conversation.talk(random.nextInt(50) == 0 ? 2_500 : random.nextInt(20, 200));
        net.at(net.nowMillis() + random.nextLong(TALK_MILLIS / 2, TALK_MILLIS * 3 / 2), () -> talkOn(conversation));
    }

    private void watch(Conversation conversation) {
        conversation.watch();
        if (conversation.directAfterMillis() < 0) {
            net.at(net.nowMillis() + 1_000, () -> watch(conversation));
        }
    }

    /** Some conversations, chosen by chance: as many that have to be relayed as others, if there are so many. */
    List<Conversation> eager() {
        List<Conversation> eager = new ArrayList<>();
        for (boolean direct : new boolean[] {true, false}) {
            List<Conversation> alike = new ArrayList<>(conversations);
            alike.removeIf(conversation -> conversation.canBeDirect() != direct);
            Collections.shuffle(alike, new Random(random.nextLong()));
            eager.addAll(alike.subList(0, Math.min(EAGER, alike.size())));
        }
        return eager;
    }

    /** Has some conversations talk often for a time. */
    void talkEagerly(List<Conversation> some, long forMillis) {
        for (Conversation conversation : some) {
            long first = random.nextLong(EAGER_TALK_MILLIS);
            for (long after = first; after < forMillis; after += EAGER_TALK_MILLIS) {
                net.at(net.nowMillis() + after, () -> conversation.talk(20));
            }
        }
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
        nats.stream().filter(nat -> random.nextInt(100) < percent).forEach(SimNat::reset);
    }

    /** Members go elsewhere, as laptops do. */
    void roam(List<PlanetNode> moving) {
        moving.forEach(this::settle);
    }

    /** Clocks are set by up to a minute, back by two seconds at most. */
    void stepClocks(List<PlanetNode> set) {
        for (PlanetNode member : set) {
            long now = member.host.nowMillis() - net.nowMillis();
            member.host.skew(now + random.nextLong(-2_000, 60_000));
        }
    }

    /** How many others the most talkative member talks to. */
    int mostPartners() {
        Map<PlanetNode, Integer> partners = new HashMap<>();
        for (Conversation conversation : conversations) {
            partners.merge(conversation.one, 1, Integer::sum);
            partners.merge(conversation.other, 1, Integer::sum);
        }
        return Collections.max(partners.values());
    }

    /** The conversations of some members. */
    List<Conversation> of(List<PlanetNode> some) {
        Set<PlanetNode> wanted = new HashSet<>(some);
        return conversations.stream()
                .filter(conversation -> wanted.contains(conversation.one) || wanted.contains(conversation.other))
                .toList();
    }
}
