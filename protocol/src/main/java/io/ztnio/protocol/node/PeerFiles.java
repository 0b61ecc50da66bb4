package io.ztnio.protocol.node;

import io.ztnio.protocol.identity.Address;
import io.ztnio.protocol.store.StateStore;
import io.ztnio.protocol.vl1.PeerRecord;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * The folder of the peers: {@value #MAX_PEERS} of them at most, those that were heard last, and none that was not heard for 30
 * days. Thread: belongs to one thread.
 */
final class PeerFiles {
    static final int MAX_PEERS = 4096;
    static final long MAX_SILENCE_MILLIS = 30L * 24 * 60 * 60 * 1000;

    private static final String SUFFIX = ".peer";

    private final StateStore store;
    private final BiConsumer<String, IOException> onFailure;
    private final Map<Long, Long> lastHeardMillis = new HashMap<>();

    /**
     * A folder that holds certain records.
     *
     * @param onFailure told which key cannot be written, and why
     */
    PeerFiles(StateStore store, List<PeerRecord> stored, BiConsumer<String, IOException> onFailure) {
        this.store = store;
        this.onFailure = onFailure;
        for (PeerRecord peer : stored) {
            lastHeardMillis.put(peer.identity().address(), peer.lastHeardMillis());
        }
    }

    static String key(long address) {
        return NodeState.PEERS + "/" + Address.format(address) + SUFFIX;
    }

    /** Reads the folder, and deletes what is too old or too much. A record that says no time counts as heard now. */
    static List<PeerRecord> load(
            StateStore store, CacheReader caches, long nowMillis, BiConsumer<String, IOException> onFailure) {
        List<PeerRecord> found =
                caches.read(NodeState.PEERS, SUFFIX, "not the record of a peer", PeerRecord::parse, Integer.MAX_VALUE);
        List<PeerRecord> kept = new ArrayList<>();
        PeerFiles files = new PeerFiles(store, List.of(), onFailure);
        for (PeerRecord peer : newestFirst(found)) {
            boolean dated = peer.lastHeardMillis() != PeerRecord.UNKNOWN_TIME;
            // A clock that was wrong must not keep a record for ever.
            PeerRecord now = dated && peer.lastHeardMillis() <= nowMillis ? peer : peer.heardAt(nowMillis);
            if (kept.size() >= MAX_PEERS || nowMillis - now.lastHeardMillis() > MAX_SILENCE_MILLIS) {
                files.delete(peer.identity().address());
            } else {
                kept.add(now);
                if (now.lastHeardMillis() != peer.lastHeardMillis()) {
                    files.write(now);
                }
            }
        }
        return kept;
    }

    /** Stores a peer, unless it was never heard, or all others were heard later; an older one gives way. */
    void put(PeerRecord peer) {
        long address = peer.identity().address();
        if (peer.lastHeardMillis() == PeerRecord.UNKNOWN_TIME) {
            return;
        }
        if (!lastHeardMillis.containsKey(address) && lastHeardMillis.size() >= MAX_PEERS) {
            Map.Entry<Long, Long> oldest = lastHeardMillis.entrySet().stream()
                    .min(Map.Entry.comparingByValue())
                    .orElseThrow();
            if (oldest.getValue() > peer.lastHeardMillis()) {
                return;
            }
            delete(oldest.getKey());
        }
        lastHeardMillis.put(address, peer.lastHeardMillis());
        write(peer);
    }

    /** Stores the newest of many. */
    void putAll(List<PeerRecord> peers) {
        newestFirst(peers).stream().limit(MAX_PEERS).forEach(this::put);
    }

    private static List<PeerRecord> newestFirst(List<PeerRecord> peers) {
        return peers.stream()
                .sorted(Comparator.comparingLong(PeerRecord::lastHeardMillis).reversed())
                .toList();
    }

    private void write(PeerRecord peer) {
        String key = key(peer.identity().address());
        try {
            store.put(key, peer.toBytes());
        } catch (IOException e) {
            onFailure.accept(key, e);
        }
    }

    private void delete(long address) {
        lastHeardMillis.remove(address);
        String key = key(address);
        try {
            store.delete(key);
        } catch (IOException e) {
            onFailure.accept(key, e);
        }
    }
}
