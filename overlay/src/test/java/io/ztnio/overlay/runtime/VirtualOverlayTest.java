package io.ztnio.overlay.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.overlay.node.MemberView;
import io.ztnio.overlay.node.NetworkAccess;
import io.ztnio.overlay.node.OverlayEvent;
import io.ztnio.overlay.node.OverlayListener;
import io.ztnio.overlay.runtime.VirtualOverlay.VirtualNode;
import io.ztnio.overlay.session.DropReason;
import io.ztnio.overlay.store.AddressFile;
import io.ztnio.overlay.store.MembershipFile;
import io.ztnio.overlay.store.PeerFile;
import io.ztnio.overlay.transport.Faults;
import io.ztnio.protocol.store.MemoryStateStore;
import io.ztnio.protocol.store.StateStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nodes on a hub in virtual time. */
@Tag("any-jdk")
class VirtualOverlayTest {
    private static final long NETWORK = 0x8056c2e21c000001L;
    private static final long SECOND = 1_000_000_000L;
    private static final NetworkAccess KEYED = NetworkAccess.builder()
            .key("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f")
            .build();

    private static VirtualNode node(VirtualOverlay overlay, NetworkAccess access) throws IOException {
        VirtualNode node = overlay.start(new MemoryStateStore());
        node.join(NETWORK, access);
        return node;
    }

    private static long online(VirtualNode node) {
        return node.core().network(NETWORK).view().online();
    }

    private static final class Recorder implements OverlayListener {
        private final List<String> frames = new ArrayList<>();
        private final List<OverlayEvent> events = new ArrayList<>();

        @Override
        public void onEvent(OverlayEvent event) {
            events.add(event);
        }

        @Override
        public void onFrame(long networkId, long sourceId, boolean broadcast, byte[] buffer, int offset, int length) {
            frames.add((broadcast ? "all:" : "one:") + new String(buffer, offset, length, StandardCharsets.US_ASCII));
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void twoNodesFindEachOtherAndExchangeFrames(boolean keyed) throws IOException {
        VirtualOverlay overlay = new VirtualOverlay(1);
        NetworkAccess access = keyed ? KEYED : NetworkAccess.OPEN;
        VirtualNode left = node(overlay, access);
        VirtualNode right = node(overlay, access);
        Recorder heard = new Recorder();
        right.addListener(heard);

        assertThat(overlay.await(() -> online(left) == 1 && online(right) == 1, 10 * SECOND))
                .isTrue();
        left.core().network(NETWORK).sendFrame(right.id(), ascii("hello"), 0, 5, overlay.nowNanos());
        left.core().network(NETWORK).broadcastFrame(ascii("everybody"), 0, 9, overlay.nowNanos());
        overlay.run(SECOND);

        assertThat(heard.frames).containsExactly("one:hello", "all:everybody");
        assertThat(left.core().network(NETWORK).isSecure()).isEqualTo(keyed);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void fiftyNodesAllMeetUnderLoss(boolean keyed) throws IOException {
        VirtualOverlay overlay = new VirtualOverlay(2);
        overlay.hub()
                .faults(Faults.NONE
                        .withLoss(0.05)
                        .withDelay(5_000_000, 2_000_000)
                        .withDuplicates(0.01));
        List<VirtualNode> nodes = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            nodes.add(node(overlay, keyed ? KEYED : NetworkAccess.OPEN));
        }

        boolean met = overlay.await(() -> nodes.stream().allMatch(node -> online(node) == 49), 120 * SECOND);

        assertThat(met).isTrue();
        int reached = nodes.get(0).core().network(NETWORK).broadcastFrame(ascii("x"), 0, 1, overlay.nowNanos());
        assertThat(reached).isEqualTo(49);
    }

    @Test
    void theSameSeedGivesTheSameHistory() throws IOException {
        assertThat(history(5)).isEqualTo(history(5)).hasSizeGreaterThan(20);
        assertThat(history(5)).isNotEqualTo(history(6));
    }

    private static List<String> history(long seed) throws IOException {
        VirtualOverlay overlay = new VirtualOverlay(seed);
        overlay.hub()
                .faults(Faults.NONE
                        .withLoss(0.2)
                        .withDelay(10_000_000, 30_000_000)
                        .withReordering(0.1));
        List<String> history = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            VirtualNode node = overlay.start(new MemoryStateStore());
            node.addListener(new OverlayListener() {
                @Override
                public void onEvent(OverlayEvent event) {
                    history.add(overlay.nowNanos() + " " + Long.toHexString(node.id()) + " " + event);
                }
            });
            node.join(NETWORK, KEYED);
        }
        overlay.run(120 * SECOND);
        return history;
    }

    @Test
    void sessionsAreRenewedAndNothingIsLostMeanwhile() throws IOException {
        VirtualOverlay overlay = new VirtualOverlay(3);
        VirtualNode left = node(overlay, KEYED);
        VirtualNode right = node(overlay, KEYED);
        Recorder heard = new Recorder();
        right.addListener(heard);
        overlay.await(() -> online(left) == 1 && online(right) == 1, 10 * SECOND);
        int[] sent = new int[1];
        overlay.loop().every(overlay.nowNanos(), SECOND / 10, now -> {
            sent[0]++;
            left.core().network(NETWORK).sendFrame(right.id(), ascii("x"), 0, 1, now);
        });
        int[] went = new int[1];
        left.addListener(new OverlayListener() {
            @Override
            public void onEvent(OverlayEvent event) {
                went[0]++;
            }
        });

        overlay.run(2 * 3600 * SECOND);

        assertThat(heard.frames).hasSizeGreaterThanOrEqualTo(sent[0] - 1);
        assertThat(sent[0]).isGreaterThan(70_000);
        assertThat(went[0]).as("events: nobody went offline").isLessThan(3);
        assertThat(left.core().indexesInUse()).isLessThan(5);
    }

    @Test
    void aPartitionIsNoticedAndHeals() throws IOException {
        VirtualOverlay overlay = new VirtualOverlay(4);
        VirtualNode left = node(overlay, KEYED);
        VirtualNode right = node(overlay, KEYED);
        overlay.await(() -> online(left) == 1 && online(right) == 1, 10 * SECOND);

        overlay.hub().side(1, List.of(right.port().address()));
        boolean parted = overlay.await(() -> online(left) == 0 && online(right) == 0, 120 * SECOND);
        overlay.hub().heal();
        boolean together = overlay.await(() -> online(left) == 1 && online(right) == 1, 120 * SECOND);

        assertThat(parted).isTrue();
        assertThat(together).isTrue();
    }

    @Test
    void whoStopsIsMissedAtOnceAndWhoCrashesSoon() throws IOException {
        VirtualOverlay overlay = new VirtualOverlay(5);
        VirtualNode left = node(overlay, KEYED);
        VirtualNode stopping = node(overlay, KEYED);
        VirtualNode dying = node(overlay, KEYED);
        overlay.await(() -> online(left) == 2, 10 * SECOND);

        stopping.stop();
        assertThat(overlay.await(() -> online(left) == 1, SECOND)).isTrue();
        dying.kill();
        assertThat(overlay.await(() -> online(left) == 0, 60 * SECOND)).isTrue();
        assertThat(left.core().network(NETWORK).view().members())
                .extracting(MemberView::id)
                .contains(stopping.id(), dying.id());
    }

    @Test
    void aNodeKilledComesBackFromItsStore() throws IOException {
        VirtualOverlay overlay = new VirtualOverlay(6);
        MemoryStateStore store = new MemoryStateStore();
        VirtualNode left = node(overlay, KEYED);
        VirtualNode first = overlay.start(store);
        first.join(NETWORK, KEYED);
        overlay.await(() -> online(left) == 1, 10 * SECOND);
        first.kill();

        VirtualNode second = overlay.start(store);

        assertThat(second.id()).isEqualTo(first.id());
        assertThat(second.core().network(NETWORK).view().members())
                .extracting(MemberView::id)
                .containsExactly(left.id());
        assertThat(overlay.await(() -> online(second) == 1, 10 * SECOND)).isTrue();
        Recorder heard = new Recorder();
        second.addListener(heard);
        left.core().network(NETWORK).sendFrame(second.id(), ascii("again"), 0, 5, overlay.nowNanos());
        overlay.run(SECOND);
        assertThat(heard.frames).containsExactly("one:again");
    }

    @Test
    void anotherKeyDoesNotGetInAndCostsNoHandshake() throws IOException {
        VirtualOverlay overlay = new VirtualOverlay(7);
        VirtualNode left = node(overlay, KEYED);
        VirtualNode stranger =
                node(overlay, NetworkAccess.builder().key("f".repeat(64)).build());

        overlay.run(60 * SECOND);

        assertThat(online(left)).isZero();
        assertThat(online(stranger)).isZero();
        assertThat(left.core().drops().value(DropReason.BAD_MAC)).isPositive();
        assertThat(left.core().halfOpen()).isZero();
    }

    @Test
    void aNodeThatDoesNotEncryptDoesNotTalkToOneThatDoes() throws IOException {
        VirtualOverlay overlay = new VirtualOverlay(8);
        VirtualNode secure = node(overlay, KEYED);
        VirtualNode open = node(overlay, NetworkAccess.OPEN);

        overlay.run(60 * SECOND);

        assertThat(online(secure)).isZero();
        assertThat(online(open)).isZero();
        assertThat(secure.core().drops().value(DropReason.INSECURE_MISMATCH)).isPositive();
    }

    @Test
    void oneNodeOnTwoNetworksKeepsThemApart() throws IOException {
        VirtualOverlay overlay = new VirtualOverlay(9);
        VirtualNode both = node(overlay, KEYED);
        both.join(NETWORK + 1, KEYED);
        VirtualNode first = node(overlay, KEYED);
        VirtualNode second = overlay.start(new MemoryStateStore());
        second.join(NETWORK + 1, KEYED);
        Recorder heard = new Recorder();
        second.addListener(heard);

        assertThat(overlay.await(
                        () -> online(both) == 1
                                && both.core().network(NETWORK + 1).view().online() == 1,
                        10 * SECOND))
                .isTrue();
        both.core().network(NETWORK).broadcastFrame(ascii("a"), 0, 1, overlay.nowNanos());
        both.core().network(NETWORK + 1).broadcastFrame(ascii("b"), 0, 1, overlay.nowNanos());
        overlay.run(SECOND);

        assertThat(heard.frames).containsExactly("all:b");
        assertThat(online(first)).isEqualTo(1);
        both.leave(NETWORK);
        assertThat(both.core().network(NETWORK)).isNull();
        assertThat(overlay.await(() -> online(first) == 0, SECOND)).isTrue();
        assertThat(both.core().network(NETWORK + 1).view().online()).isEqualTo(1);
    }

    /** A store whose process dies at a certain write: that write and all later ones do not happen. */
    private static final class DyingStore implements StateStore {
        private final StateStore disk;
        private int writesLeft;

        DyingStore(StateStore disk, int writes) {
            this.disk = disk;
            this.writesLeft = writes;
        }

        private void write() throws IOException {
            if (writesLeft == 0) {
                throw new IOException("dead");
            }
            writesLeft--;
        }

        @Override
        public Optional<byte[]> get(String key) throws IOException {
            return disk.get(key);
        }

        @Override
        public void put(String key, byte[] value) throws IOException {
            write();
            disk.put(key, value);
        }

        @Override
        public void delete(String key) throws IOException {
            write();
            disk.delete(key);
        }

        @Override
        public List<String> list(String directory) throws IOException {
            return disk.list(directory);
        }
    }

    /** A single write is all or nothing: the store's own tests see to that. */
    @Test
    void whicheverWriteIsTheLastTheNextRunStartsFromIt() throws IOException {
        int completed = 0;
        for (int writes = 0; writes < 12; writes++) {
            VirtualOverlay overlay = new VirtualOverlay(10);
            VirtualNode other = node(overlay, KEYED);
            MemoryStateStore disk = new MemoryStateStore();
            long id = 0;
            try {
                VirtualNode dying = overlay.start(new DyingStore(disk, writes));
                id = dying.id();
                dying.join(NETWORK, KEYED);
                overlay.run(90 * SECOND);
                dying.leave(NETWORK);
                dying.join(NETWORK, KEYED);
                completed++;
                overlay.run(SECOND);
                dying.kill();
            } catch (IOException e) {
                assertThat(e).hasMessage("dead");
                overlay.nodes().stream().filter(node -> node.id() != other.id()).forEach(VirtualNode::kill);
            }
            Recorder heard = new Recorder();
            VirtualNode next = overlay.start(disk);
            next.addListener(heard);
            if (id != 0) {
                assertThat(next.id()).as("after %s writes", writes).isEqualTo(id);
            }
            next.join(NETWORK, KEYED);
            assertThat(overlay.await(() -> online(next) == 1, 120 * SECOND))
                    .as("after %s writes", writes)
                    .isTrue();
            assertThat(heard.events).noneMatch(event -> event.kind() == OverlayEvent.Kind.DAMAGED_STATE);
        }
        assertThat(completed).isBetween(1, 11);
    }

    @Test
    void aDamagedFileIsReportedKeptAsideAndDoneWithout() throws IOException {
        VirtualOverlay overlay = new VirtualOverlay(11);
        VirtualNode other = node(overlay, KEYED);
        MemoryStateStore disk = new MemoryStateStore();
        VirtualNode first = overlay.start(disk);
        first.join(NETWORK, KEYED);
        overlay.await(() -> online(first) == 1, 10 * SECOND);
        overlay.run(5 * SECOND);
        first.kill();
        byte[] rubbish = ascii("rubbish");
        List<String> keys =
                List.of(MembershipFile.key(NETWORK), AddressFile.key(NETWORK), PeerFile.key(NETWORK, other.id()));
        for (String key : keys) {
            assertThat(disk.get(key)).as(key).isPresent();
            disk.put(key, rubbish);
        }

        VirtualNode second = overlay.start(disk);
        assertThat(second.core().networks()).isEmpty();
        assertThat(disk.get(keys.get(0))).as("out of the way").isEmpty();
        Recorder heard = new Recorder();
        second.addListener(heard);
        second.join(NETWORK, KEYED);

        assertThat(heard.events)
                .filteredOn(event -> event.kind() == OverlayEvent.Kind.DAMAGED_STATE)
                .hasSize(2)
                .allSatisfy(event -> assertThat(event.detail()).contains("is damaged"));
        for (String key : keys) {
            assertThat(disk.get(key + ".damaged")).hasValue(rubbish);
        }
        assertThat(overlay.await(() -> online(second) == 1, 10 * SECOND)).isTrue();
    }
}
