package io.ztnio.overlay.node;

import io.ztnio.overlay.session.NetworkKey;
import io.ztnio.overlay.store.AddressFile;
import io.ztnio.overlay.store.DamagedStateException;
import io.ztnio.overlay.store.MembershipFile;
import io.ztnio.overlay.store.PeerFile;
import io.ztnio.protocol.store.StateStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a node keeps of its networks. A damaged file is reported, renamed to have {@code .damaged} at its end, and done
 * without; so is one that cannot be read, but for the name.
 *
 * <p>Thread: confined to the gate; writes are the store's to do later.
 */
final class MembershipStore {
    /** Members that were not heard for so long are forgotten. */
    private static final long FORGET_MILLIS = 30L * 24 * 3600 * 1000;

    private final StateStore store;
    private final Reporter reporter;

    /** Told of damage and failures. */
    @FunctionalInterface
    interface Reporter {
        void report(OverlayEvent.Kind kind, long networkId, long nodeId, String detail);
    }

    private interface Parser<T> {
        T parse(String key, byte[] file) throws DamagedStateException;
    }

    MembershipStore(StateStore store, Reporter reporter) {
        this.store = store;
        this.reporter = reporter;
    }

    Map<Long, NetworkAccess> memberships() throws IOException {
        Map<Long, NetworkAccess> found = new TreeMap<>();
        for (String key : store.list(MembershipFile.FOLDER)) {
            if (MembershipFile.isMembership(key)) {
                Optional<MembershipFile> file = read(key, 0, MembershipFile::parse);
                if (file.isPresent()) {
                    found.put(file.get().networkId(), access(file.get()));
                }
            }
        }
        return found;
    }

    private NetworkAccess access(MembershipFile file) {
        NetworkAccess.Builder access = NetworkAccess.builder().allow(file.allowed());
        if (!file.key().isNone()) {
            access.key(file.key());
        }
        file.name().filter(NetworkAccess::isName).ifPresent(access::name);
        addresses(file.networkId()).ifPresent(addresses -> access.addresses(addresses.own()));
        return access.build();
    }

    Optional<AddressFile> addresses(long networkId) {
        return read(AddressFile.key(networkId), networkId, AddressFile::parse);
    }

    /** The members of earlier runs, those heard last first. */
    List<PeerFile> peers(long networkId, long nowMillis) throws IOException {
        List<PeerFile> peers = new ArrayList<>();
        for (String key : store.list(PeerFile.folder(networkId))) {
            if (!key.endsWith(".peer")) {
                continue;
            }
            Optional<PeerFile> peer = read(key, networkId, PeerFile::parse);
            if (peer.isPresent() && nowMillis - peer.get().seenMillis() > FORGET_MILLIS) {
                store.delete(key);
            } else {
                peer.ifPresent(peers::add);
            }
        }
        peers.sort(Comparator.comparingLong(PeerFile::seenMillis).reversed());
        return peers;
    }

    private <T> Optional<T> read(String key, long networkId, Parser<T> parser) {
        try {
            Optional<byte[]> file = store.get(key);
            return file.isEmpty() ? Optional.empty() : Optional.of(parser.parse(key, file.get()));
        } catch (DamagedStateException e) {
            damaged(networkId, e.getMessage() + setAside(key));
        } catch (IOException e) {
            damaged(networkId, "cannot read " + key + ": " + e.getMessage());
        }
        return Optional.empty();
    }

    private String setAside(String key) {
        try {
            return ". It was set aside as " + store.setAside(key) + ": restore it from a backup, or do without";
        } catch (IOException e) {
            return ". It was left as it is (" + e.getMessage() + ")";
        }
    }

    private void damaged(long networkId, String detail) {
        reporter.report(OverlayEvent.Kind.DAMAGED_STATE, networkId, 0, detail);
    }

    void save(long networkId, NetworkAccess access, NetworkKey key) throws IOException {
        MembershipFile file = new MembershipFile(networkId, key, List.copyOf(access.allowed()), access.name());
        store.put(MembershipFile.key(networkId), file.toBytes());
    }

    void save(long networkId, PeerFile file) {
        put(networkId, PeerFile.key(networkId, file.identity().id()), file.toBytes());
    }

    void save(long networkId, AddressFile file) {
        put(networkId, AddressFile.key(networkId), file.toBytes());
    }

    private void put(long networkId, String key, byte[] value) {
        try {
            store.put(key, value);
        } catch (IOException e) {
            damaged(networkId, "cannot write " + key + ": " + e.getMessage());
        }
    }

    void forget(long networkId) throws IOException {
        store.delete(MembershipFile.key(networkId));
        store.delete(AddressFile.key(networkId));
        for (String key : store.list(PeerFile.folder(networkId))) {
            store.delete(key);
        }
    }
}
