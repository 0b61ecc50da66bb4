package io.ztnio.protocol.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.message.SoftwareVersion;
import io.ztnio.protocol.sim.SimIdentities;
import io.ztnio.protocol.sim.SimNet;
import io.ztnio.protocol.store.MemoryStateStore;
import io.ztnio.protocol.vl1.PeerRecord;
import io.ztnio.protocol.wire.ByteWriter;
import io.ztnio.protocol.wire.SocketAddressField;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("any-jdk")
class PeerFilesTest {
    private static final long NOW = 1_767_225_600_000L;
    private static final long DAY = 24L * 60 * 60 * 1000;

    private final MemoryStateStore store = new MemoryStateStore();
    private final List<String> failures = new ArrayList<>();

    private List<PeerRecord> load(long nowMillis) {
        CacheReader caches = new CacheReader(store, (key, e) -> failures.add(key));
        return PeerFiles.load(store, caches, nowMillis, (key, e) -> failures.add(key));
    }

    private PeerFiles files(List<PeerRecord> stored) {
        return new PeerFiles(store, stored, (key, e) -> failures.add(key));
    }

    private static PeerRecord peer(Identity identity, long heardMillis) {
        SoftwareVersion version = new SoftwareVersion(12, 1, 14, 1);
        return new PeerRecord(
                identity.withoutSecret(), version, List.of(SimNet.endpoint("81.1.1.1:9993")), heardMillis);
    }

    /** A public key is all that a record has to have. */
    private static Identity numbered(int number) {
        String key = SimIdentities.of(1).toPublicString().substring(10);
        return Identity.parse(String.format("%010x", 0x10_0000_0000L + number) + key)
                .orElseThrow();
    }

    private int count() throws IOException {
        return store.list(NodeState.PEERS).size();
    }

    @Test
    void aRecordComesBackAsItWasStored() {
        PeerRecord peer = peer(SimIdentities.of(1), NOW - DAY);

        files(List.of()).put(peer);

        assertThat(load(NOW)).containsExactly(peer);
        assertThat(failures).isEmpty();
    }

    @Test
    void whatWasNotHeardForThirtyDaysIsDeletedWhenItIsLoaded() throws IOException {
        PeerFiles files = files(List.of());
        files.put(peer(SimIdentities.of(1), NOW - 30 * DAY));
        files.put(peer(SimIdentities.of(2), NOW - 30 * DAY - 1));

        assertThat(load(NOW)).extracting(PeerRecord::identity).containsExactly(SimIdentities.of(1));
        assertThat(count()).isEqualTo(1);
    }

    private static byte[] ofTheDaemon(Identity identity) {
        ByteWriter record = new ByteWriter(200);
        record.putByte(2);
        identity.withoutSecret().write(record);
        record.putShort(12).putShort(1).putShort(14).putShort(1).putShort(1);
        SocketAddressField.write(record, SimNet.endpoint("81.1.1.1:9993"));
        return record.toByteArray();
    }

    @Test
    void aRecordBeginsAsTheDaemonsSoThatAHomeCanMoveToIt() throws IOException {
        PeerRecord peer = peer(SimIdentities.of(1), NOW);

        files(List.of()).put(peer);

        assertThat(store.get(PeerFiles.key(SimIdentities.of(1).address())).orElseThrow())
                .startsWith(ofTheDaemon(SimIdentities.of(1)));
    }

    @Test
    void aRecordOfTheDaemonsIsReadAndIsDatedThen() throws IOException {
        store.put(PeerFiles.key(SimIdentities.of(3).address()), ofTheDaemon(SimIdentities.of(3)));

        assertThat(load(NOW)).extracting(PeerRecord::lastHeardMillis).containsExactly(NOW);
        assertThat(load(NOW + 30 * DAY)).hasSize(1);
        assertThat(load(NOW + 30 * DAY + 1)).isEmpty();
        assertThat(count()).isZero();
    }

    @Test
    void aTimeInTheFutureCountsAsNow() {
        files(List.of()).put(peer(SimIdentities.of(1), NOW + 1000 * DAY));

        assertThat(load(NOW)).extracting(PeerRecord::lastHeardMillis).containsExactly(NOW);
    }

    @Test
    void whileTheNodeRunsTheFolderHoldsThe4096ThatWereHeardLast() throws IOException {
        PeerFiles files = files(List.of());
        for (int i = 0; i < 5_000; i++) {
            files.put(peer(numbered(i), NOW + i));
        }

        files.put(peer(numbered(6_000), NOW));
        files.put(peer(numbered(4_999), NOW + 10_000));

        assertThat(count()).isEqualTo(PeerFiles.MAX_PEERS);
        assertThat(load(NOW + 20_000))
                .extracting(PeerRecord::lastHeardMillis)
                .contains(NOW + 10_000, NOW + 5_000 - PeerFiles.MAX_PEERS)
                .doesNotContain(NOW + 4_999 - PeerFiles.MAX_PEERS);
    }

    @Test
    void aFolderThatHasGrownTooLargeIsCutToTheNewest() throws IOException {
        for (int i = 0; i < 4_200; i++) {
            files(List.of()).put(peer(numbered(i), NOW + i));
        }

        assertThat(load(NOW + 10_000))
                .hasSize(PeerFiles.MAX_PEERS)
                .extracting(PeerRecord::lastHeardMillis)
                .contains(NOW + 4_199)
                .doesNotContain(NOW + 100);
        assertThat(count()).isEqualTo(PeerFiles.MAX_PEERS);
    }

    @Test
    void whoWasNeverHeardKeepsTheRecordThatThereIs() {
        PeerRecord stored = peer(SimIdentities.of(1), NOW - DAY);
        files(List.of()).put(stored);

        files(List.of(stored)).put(peer(SimIdentities.of(1), PeerRecord.UNKNOWN_TIME));

        assertThat(load(NOW)).containsExactly(stored);
    }
}
