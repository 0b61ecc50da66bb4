package io.ztnio.overlay.store;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.ztnio.overlay.address.AddressBook;
import io.ztnio.overlay.identity.DamagedIdentityException;
import io.ztnio.overlay.identity.IdentityFiles;
import io.ztnio.protocol.store.MemoryStateStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Whatever a state file has in it, it is read or reported as damaged, and never anything else. */
class StateFileFuzzTest {
    @FuzzTest(maxDuration = "2m")
    void peer(byte[] file) {
        try {
            PeerFile.parse("peers.d/8056c2e21c000001/0000000000.peer", file);
        } catch (DamagedStateException e) {
            // As it should be.
        }
    }

    @FuzzTest(maxDuration = "2m")
    void addresses(byte[] file) {
        try {
            AddressFile.parse("networks.d/8056c2e21c000001.addr", file);
        } catch (DamagedStateException e) {
            // As it should be.
        }
    }

    @FuzzTest(maxDuration = "2m")
    void membership(byte[] file) {
        try {
            MembershipFile.parse("networks.d/8056c2e21c000001.conf", file);
        } catch (DamagedStateException e) {
            // As it should be.
        }
    }

    @FuzzTest(maxDuration = "2m")
    void addressBook(byte[] file) throws IOException {
        MemoryStateStore store = new MemoryStateStore();
        store.put(AddressBook.KEY, file);
        List<String> damage = new ArrayList<>();

        AddressBook.load(store, damage::add);

        if (store.get(AddressBook.KEY).isPresent() != damage.isEmpty()) {
            throw new AssertionError("set aside without a word, or the other way round: " + damage);
        }
    }

    @FuzzTest(maxDuration = "2m")
    void identity(byte[] file) throws IOException {
        MemoryStateStore store = new MemoryStateStore();
        store.put(IdentityFiles.SECRET, file);
        try {
            IdentityFiles.loadOrCreate(store, Optional.empty(), new Random(1));
        } catch (DamagedIdentityException e) {
            // As it should be.
        }
    }
}
