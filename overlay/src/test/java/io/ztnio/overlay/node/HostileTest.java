package io.ztnio.overlay.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.overlay.address.DerivedAddresses;
import io.ztnio.overlay.identity.Identity;
import io.ztnio.overlay.identity.PublicIdentity;
import io.ztnio.overlay.loop.EventLoop;
import io.ztnio.overlay.session.Bytes;
import io.ztnio.overlay.session.Datagrams;
import io.ztnio.overlay.session.DropReason;
import io.ztnio.overlay.session.HandshakeMac;
import io.ztnio.overlay.session.HandshakeRates;
import io.ztnio.overlay.session.NetworkKey;
import io.ztnio.overlay.store.PeerFile;
import io.ztnio.protocol.store.MemoryStateStore;
import io.ztnio.tcpip.link.IpPrefix;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Two nodes with an attacker on the wire between them. Everything runs at times that the test sets. */
class HostileTest {
    private static final long NETWORK = 0x8056c2e21c000001L;
    private static final long SECOND = 1_000_000_000L;
    private static final NetworkKey KEY = NetworkKey.of(new byte[] {
        1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30,
        31, 32
    });

    private final ArrayDeque<Sent> wire = new ArrayDeque<>();
    private final List<Sent> recorded = new ArrayList<>();
    private long now = SECOND;

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Sent(InetSocketAddress from, InetSocketAddress to, byte[] bytes) {}

    private final Party left = new Party(1, NetworkAccess.builder().key(KEY).build());
    private final Party right = new Party(2, NetworkAccess.builder().key(KEY).build());

    private final class Party implements OverlayListener {
        private final InetSocketAddress address;
        private final EventLoop loop = new EventLoop(bug -> {
            throw bug;
        });
        private final NodeCore core;
        private final List<String> frames = new ArrayList<>();
        private final List<OverlayEvent> events = new ArrayList<>();
        private final List<InetSocketAddress> contacts = new ArrayList<>();
        private int ethernet;

        Party(int number, NetworkAccess access) {
            this(number, new Identity(secret(number)), access, new MemoryStateStore());
        }

        Party(int number, Identity identity, NetworkAccess access, MemoryStateStore store) {
            try {
                this.address = address(number);
                this.core = new NodeCore(
                        new NodeSettings(false, !access.hasKey(), () -> contacts, 0, nanos -> nanos / 1_000_000),
                        identity,
                        store,
                        loop,
                        new Random(number),
                        (socket, to, buffer, offset, length) -> wire.add(
                                new Sent(address(number), to, Arrays.copyOfRange(buffer, offset, offset + length))),
                        (network, source, target, type, buffer, offset, length, at) -> ethernet++,
                        this,
                        now);
                core.join(NETWORK, access, now);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        Membership network() {
            return core.network(NETWORK);
        }

        boolean knows(Party other) {
            return network().view().members().stream()
                    .anyMatch(member -> member.id() == other.core.id() && member.online());
        }

        long drops(DropReason reason) {
            return core.drops().value(reason);
        }

        void receive(InetSocketAddress from, byte[] datagram) {
            core.onDatagram(0, from, datagram.clone(), 0, datagram.length, now);
        }

        @Override
        public void onEvent(OverlayEvent event) {
            events.add(event);
        }

        @Override
        public void onFrame(long networkId, long sourceId, boolean broadcast, byte[] buffer, int offset, int length) {
            frames.add(Long.toHexString(sourceId) + " " + length);
        }
    }

    private static byte[] secret(int number) {
        byte[] secret = new byte[32];
        secret[5] = (byte) number;
        return secret;
    }

    private static InetSocketAddress address(int number) {
        try {
            return new InetSocketAddress(
                    InetAddress.getByAddress(new byte[] {10, 0, (byte) (number >>> 8), (byte) number}), 9994);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Lets time pass; what the nodes send each other arrives. */
    private void run(long nanos, Party... parties) {
        long end = now + nanos;
        while (now < end) {
            now += SECOND / 10;
            for (Party party : parties) {
                party.loop.turn(now);
            }
            for (Sent sent = wire.poll(); sent != null; sent = wire.poll()) {
                recorded.add(sent);
                for (Party party : parties) {
                    if (party.address.equals(sent.to)) {
                        party.receive(sent.from, sent.bytes);
                    }
                }
            }
        }
    }

    private void connect(Party... parties) {
        parties[1].contacts.add(parties[0].address);
        run(3 * SECOND, parties);
        assertThat(parties[0].knows(parties[1])).isTrue();
        assertThat(parties[1].knows(parties[0])).isTrue();
    }

    private List<Sent> recorded(int type) {
        return recorded.stream().filter(sent -> sent.bytes[0] == type).toList();
    }

    @Test
    void aReplayedDatagramIsDroppedAndMovesNobody() {
        connect(left, right);
        right.network().sendFrame(left.core.id(), new byte[100], 0, 100, now);
        run(SECOND, left, right);
        assertThat(left.frames).hasSize(1);
        List<Sent> all = recorded(Datagrams.DATA);

        for (Sent sent : all) {
            left.receive(address(99), sent.bytes);
            right.receive(address(99), sent.bytes);
        }

        assertThat(left.frames).hasSize(1);
        assertThat(left.drops(DropReason.REPLAYED) + right.drops(DropReason.REPLAYED))
                .isGreaterThanOrEqualTo(all.size() / 2);
        assertThat(left.network().view().members())
                .singleElement()
                .satisfies(member -> assertThat(member.endpoint()).hasValue(right.address));
    }

    @Test
    void aReplayedHandshakeMakesNoSession() {
        connect(left, right);
        int inUse = left.core.indexesInUse();
        for (Sent sent : recorded) {
            if (sent.bytes[0] != Datagrams.DATA) {
                left.receive(address(99), sent.bytes);
                right.receive(address(99), sent.bytes);
            }
        }
        run(30 * SECOND, left, right);

        assertThat(left.network().view().members()).hasSize(1);
        assertThat(left.core.indexesInUse()).isEqualTo(inUse);
        assertThat(left.core.halfOpen()).isZero();
        assertThat(left.knows(right)).isTrue();
    }

    @Test
    void whatIsChangedOnTheWayIsDroppedAndCounted() {
        connect(left, right);
        Random random = new Random(5);
        right.network().sendFrame(left.core.id(), new byte[200], 0, 200, now);
        Sent sent = wire.poll();
        long before = left.core.drops().total();
        for (int i = 0; i < 500; i++) {
            byte[] changed = sent.bytes.clone();
            changed[random.nextInt(changed.length)] ^= (byte) (1 + random.nextInt(255));
            left.receive(sent.from, changed);
        }

        assertThat(left.core.drops().total()).isEqualTo(before + 500);
        assertThat(left.drops(DropReason.NOT_AUTHENTIC)).isPositive();
        assertThat(left.frames).isEmpty();
        left.receive(sent.from, sent.bytes);
        assertThat(left.frames).hasSize(1);
    }

    @Test
    void whatIsCutIsDroppedAndCounted() {
        connect(left, right);
        right.network().sendFrame(left.core.id(), new byte[200], 0, 200, now);
        recorded.add(wire.poll());
        int pieces = 0;
        long before = left.core.drops().total() + right.core.drops().total();
        for (Sent sent : recorded) {
            for (int length = 0; length < sent.bytes.length; length += 7) {
                left.receive(sent.from, Arrays.copyOf(sent.bytes, length));
                right.receive(sent.from, Arrays.copyOf(sent.bytes, length));
                pieces += 2;
            }
        }

        assertThat(left.core.drops().total() + right.core.drops().total()).isEqualTo(before + pieces);
        assertThat(left.frames).isEmpty();
    }

    @Test
    void aPeerIsFollowedWhereItsNewestDatagramComesFrom() {
        connect(left, right);
        right.network().sendFrame(left.core.id(), new byte[10], 0, 10, now);
        Sent sent = wire.poll();

        left.receive(address(50), sent.bytes);

        assertThat(left.network().view().members())
                .singleElement()
                .satisfies(member -> assertThat(member.endpoint()).hasValue(address(50)));
    }

    @Test
    void aFloodOfHandshakesByStrangersCostsNoStateAndNoKeyAgreement() {
        connect(left, right);
        int inUse = left.core.indexesInUse();
        Random random = new Random(6);
        for (int i = 0; i < 20_000; i++) {
            byte[] init = new byte[Datagrams.INIT_LENGTH];
            random.nextBytes(init);
            Datagrams.begin(init, 0, Datagrams.INIT);
            Bytes.i64(init, Datagrams.INIT_NETWORK, NETWORK);
            left.receive(address(random.nextInt(65_536)), init);
        }

        assertThat(left.drops(DropReason.BAD_MAC)).isEqualTo(20_000);
        assertThat(left.core.halfOpen()).isZero();
        assertThat(left.core.indexesInUse()).isEqualTo(inUse);
        assertThat(wire).isEmpty();
        assertThat(left.knows(right)).isTrue();
    }

    /** Who knows the key, or attacks a network without one, can make valid first messages. */
    @Test
    void aFloodOfValidFirstMessagesIsBoundedAndAnsweredByCookies() {
        connect(left, right);
        HandshakeMac mac = new HandshakeMac(KEY, NETWORK);
        Random random = new Random(7);
        Handshakes insider = new Handshakes(
                new Identity(secret(77)),
                new IndexTable<>(random),
                new EventLoop(bug -> {}),
                random,
                (socket, to, buffer, offset, length) ->
                        wire.add(new Sent(address(77), to, Arrays.copyOfRange(buffer, offset, offset + length))),
                left.core.drops(),
                now);
        List<byte[]> inits = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            insider.start(right.network(), address(2000 + i), 0, now);
            inits.add(wire.poll().bytes);
        }
        long answered = 0;
        for (int i = 0; i < 3000; i++) {
            byte[] init = inits.get(i % inits.size()).clone();
            Bytes.i32(init, Datagrams.INIT_SENDER, i);
            mac.write(init, 0, Datagrams.INIT_MAC);
            left.receive(address(1000 + i), init);
            for (Sent sent = wire.poll(); sent != null; sent = wire.poll()) {
                answered += sent.bytes.length;
            }
        }

        assertThat(left.core.halfOpen()).isPositive().isLessThanOrEqualTo(HandshakeRates.FREE_PER_SECOND);
        assertThat(left.drops(DropReason.COOKIE_MISSING)).isGreaterThan(2800);
        assertThat(answered).as("no amplification").isLessThan(3000L * Datagrams.INIT_LENGTH);
        run(20 * SECOND, left, right);
        assertThat(left.core.halfOpen()).isZero();
        assertThat(left.knows(right)).isTrue();
    }

    @Test
    void underLoadWhoReturnsTheCookieStillGetsIn() {
        HandshakeMac mac = new HandshakeMac(KEY, NETWORK);
        right.contacts.add(left.address);
        right.loop.turn(now);
        Sent first = wire.poll();
        for (int i = 0; i <= HandshakeRates.FREE_PER_SECOND; i++) {
            byte[] init = first.bytes.clone();
            Bytes.i32(init, Datagrams.INIT_SENDER, i + 1);
            mac.write(init, 0, Datagrams.INIT_MAC);
            left.receive(address(1000 + i), init);
        }
        wire.clear();
        left.receive(first.from, first.bytes);
        Sent cookie = wire.poll();
        assertThat(cookie.bytes[0]).isEqualTo((byte) Datagrams.COOKIE);
        right.receive(cookie.from, cookie.bytes);
        now += SECOND / 3;
        right.loop.turn(now);
        Sent second = wire.poll();

        assertThat(Arrays.copyOf(second.bytes, Datagrams.INIT_COOKIE))
                .isEqualTo(Arrays.copyOf(first.bytes, Datagrams.INIT_COOKIE));
        assertThat(second.bytes).isNotEqualTo(first.bytes);
        // Used from elsewhere the cookie is worth nothing, as long as the free ones are used up.
        for (int i = 0; i <= HandshakeRates.FREE_PER_SECOND; i++) {
            byte[] init = first.bytes.clone();
            Bytes.i32(init, Datagrams.INIT_SENDER, i + 1000);
            mac.write(init, 0, Datagrams.INIT_MAC);
            left.receive(address(3000 + i), init);
        }
        wire.clear();
        left.receive(address(55), second.bytes);
        assertThat(wire.poll().bytes[0]).isEqualTo((byte) Datagrams.COOKIE);
        left.receive(second.from, second.bytes);
        assertThat(wire.poll().bytes[0]).isEqualTo((byte) Datagrams.REPLY);
    }

    @Test
    void aForgedCookieIsNotTaken() {
        right.contacts.add(left.address);
        right.loop.turn(now);
        Sent init = wire.poll();
        byte[] forged = new byte[Datagrams.COOKIE_REPLY_LENGTH];
        Datagrams.begin(forged, 0, Datagrams.COOKIE);
        System.arraycopy(init.bytes, Datagrams.INIT_SENDER, forged, Datagrams.COOKIE_RECEIVER, 4);
        System.arraycopy(init.bytes, Datagrams.INIT_MAC, forged, Datagrams.COOKIE_ECHO, Datagrams.MAC_LENGTH);

        right.receive(left.address, forged);

        assertThat(right.drops(DropReason.UNEXPECTED_COOKIE)).isEqualTo(1);
    }

    @Test
    void aNodeIdThatIsPinnedToAnotherKeyIsRefused() throws IOException {
        MemoryStateStore store = new MemoryStateStore();
        Identity rightful = new Identity(secret(2));
        // Two keys with one id are not to be found in a test: the registry is told of one.
        PublicIdentity other = new Identity(secret(3)).publicIdentity();
        Party victim = new Party(
                4, new Identity(secret(4)), NetworkAccess.builder().key(KEY).build(), store);
        victim.network().remember(new PeerFile(other, 1, List.of()), now);
        assertThat(victim.network().refusal(rightful.publicIdentity())).isNull();
        assertThat(victim.network().refusal(other)).isNull();

        victim.network().members.put(rightful.id(), new Member(other));

        assertThat(victim.network().refusal(rightful.publicIdentity())).isEqualTo(DropReason.ID_COLLISION);
        connectFails(victim, right);
        assertThat(victim.drops(DropReason.ID_COLLISION)).isPositive();
        assertThat(victim.events)
                .anySatisfy(event -> assertThat(event.kind()).isEqualTo(OverlayEvent.Kind.ID_COLLISION));
    }

    private void connectFails(Party one, Party two) {
        two.contacts.add(one.address);
        run(20 * SECOND, one, two);
        assertThat(one.knows(two)).isFalse();
    }

    @Test
    void aPeerCannotSpeakForAnAddressThatIsNotItsOwn() throws IOException {
        NetworkAccess access = NetworkAccess.builder()
                .key(KEY)
                .addresses(List.of(new IpPrefix(InetAddress.getByName("10.9.0.3"), 24)))
                .build();
        Party third = new Party(3, access);
        connect(left, third);
        run(2 * SECOND, left, third);
        int before = left.ethernet;

        ipv4(third, left, 10, 9, 0, 3);
        assertThat(left.ethernet).isEqualTo(before + 1);
        ipv4(third, left, 10, 9, 0, 4);
        arp(third, left, 10, 9, 0, 4);
        ipv6(third, left, left.core.id());
        assertThat(left.ethernet).isEqualTo(before + 1);
        assertThat(left.drops(DropReason.FOREIGN_ADDRESS)).isEqualTo(3);
        arp(third, left, 10, 9, 0, 3);
        ipv6(third, left, third.core.id());
        assertThat(left.ethernet).isEqualTo(before + 3);
    }

    private void ipv4(Party from, Party to, int... source) {
        byte[] buffer = new byte[64 + 20 + 32];
        buffer[64] = 0x45;
        for (int i = 0; i < 4; i++) {
            buffer[64 + 12 + i] = (byte) source[i];
        }
        ethernet(from, to, 0x0800, buffer, 20);
    }

    private void arp(Party from, Party to, int... source) {
        byte[] buffer = new byte[64 + 28 + 32];
        Bytes.u48(buffer, 64 + 8, DerivedAddresses.mac(from.core.id()));
        for (int i = 0; i < 4; i++) {
            buffer[64 + 14 + i] = (byte) source[i];
        }
        ethernet(from, to, 0x0806, buffer, 28);
    }

    private void ipv6(Party from, Party to, long sourceId) {
        byte[] buffer = new byte[64 + 40 + 32];
        System.arraycopy(DerivedAddresses.ipv6(NETWORK, sourceId).getAddress(), 0, buffer, 64 + 8, 16);
        ethernet(from, to, 0x86dd, buffer, 40);
    }

    private void ethernet(Party from, Party to, int etherType, byte[] buffer, int length) {
        from.network().sendEthernet(DerivedAddresses.mac(to.core.id()), etherType, buffer, 64, length, now);
        Sent sent = wire.poll();
        to.receive(sent.from, sent.bytes);
    }

    @Test
    void whoAnnouncedAnAddressFirstKeepsIt() throws IOException {
        InetAddress wanted = InetAddress.getByName("10.9.0.3");
        NetworkAccess access = NetworkAccess.builder()
                .key(KEY)
                .addresses(List.of(new IpPrefix(wanted, 24)))
                .build();
        Party first = new Party(3, access);
        Party second = new Party(5, access);
        connect(left, first);
        run(2 * SECOND, left, first);
        assertThat(left.network().nodeOf(wanted)).isEqualTo(first.core.id());

        second.contacts.add(left.address);
        run(5 * SECOND, left, first, second);

        assertThat(left.knows(second)).isTrue();
        assertThat(left.network().nodeOf(wanted)).isEqualTo(first.core.id());
        assertThat(left.drops(DropReason.ADDRESS_CONFLICT)).isPositive();
        assertThat(left.events)
                .anySatisfy(event -> assertThat(event.kind()).isEqualTo(OverlayEvent.Kind.ADDRESS_CONFLICT));
    }

    @Test
    void aMemberIntroducesNobodyToPlacesThatAreNone() {
        connect(left, right);
        byte[] frame = new byte[Datagrams.MAX_LENGTH];
        List<Frames.Introduction> lies = new ArrayList<>();
        for (String place : List.of("0.0.0.0", "224.0.0.1", "127.0.0.1", "fe80::1", "::", "ff02::1")) {
            lies.add(new Frames.Introduction(1 + lies.size(), new InetSocketAddress(place, 53)));
        }
        int length = Frames.writePeers(frame, 16, lies);
        wire.clear();

        right.network().outbox().send(right.network().member(left.core.id()), frame, 16, length, now);
        run(2 * SECOND, left, right);

        assertThat(left.drops(DropReason.MALFORMED_FRAME)).isZero();
        assertThat(recorded.stream().filter(sent -> sent.to.getPort() == 53)).isEmpty();
    }

    @Test
    void strangersAreNotKnownHoweverManyMembersThereAre() {
        connect(left, right);
        assertThat(left.network().sendFrame(0x1234567890L, new byte[1], 0, 1, now))
                .isFalse();
        assertThat(left.drops(DropReason.UNKNOWN_PEER)).isEqualTo(1);
        assertThat(left.network().sendFrame(right.core.id(), new byte[2000], 0, 2000, now))
                .isFalse();
        assertThat(left.drops(DropReason.TOO_BIG)).isEqualTo(1);
    }
}
