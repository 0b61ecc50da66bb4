package io.ztnio.protocol.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class FileStateStoreTest {
    private static final byte[] OLD = "the old value".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NEW = "the new and longer value".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    private Path directory;

    @Test
    void valueIsFoundByAnotherStore() throws IOException {
        new FileStateStore(directory).put("peers.d/8e4df28b72.peer", NEW);

        assertThat(new FileStateStore(directory).get("peers.d/8e4df28b72.peer")).contains(NEW);
    }

    @Test
    void missingValueIsEmpty() throws IOException {
        FileStateStore store = new FileStateStore(directory.resolve("not/there"));

        assertThat(store.get("planet")).isEmpty();
        assertThat(store.list("peers.d")).isEmpty();
        assertThat(directory.resolve("not")).doesNotExist();
    }

    /** A volume that is not mounted must not cost an identity, or a controller's members. */
    @Test
    void whatCannotBeLookedAtIsNotTakenForNothing() throws IOException {
        Files.createSymbolicLink(directory.resolve("identity.secret"), directory.resolve("not-mounted/secret"));
        Files.createSymbolicLink(directory.resolve("peers.d"), directory.resolve("not-mounted/peers"));
        Files.createSymbolicLink(directory.resolve("moons.d"), directory.resolve("moons.d"));
        Files.createDirectory(directory.resolve("networks.d"));
        Files.createSymbolicLink(directory.resolve("networks.d/8056c2e21c000001.conf"), directory.resolve("moons.d"));
        FileStateStore store = new FileStateStore(directory);

        assertThatThrownBy(() -> store.get("identity.secret"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("identity.secret")
                .hasMessageContaining("a link to what is not there");
        assertThatThrownBy(() -> store.list("peers.d")).hasMessageContaining("a link to what is not there");
        assertThatThrownBy(() -> store.list("moons.d")).isInstanceOf(IOException.class);
        assertThat(store.list("networks.d")).containsExactly("networks.d/8056c2e21c000001.conf");
        assertThatThrownBy(() -> store.get("networks.d/8056c2e21c000001.conf")).isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @EnumSource(FileStateStore.Step.class)
    void deathAtAnyStepLeavesTheOldOrTheNewValue(FileStateStore.Step death) throws IOException {
        new FileStateStore(directory).put("identity.secret", OLD);
        FileStateStore dying = new FileStateStore(directory, step -> {
            if (step == death) {
                throw new IOException("killed after " + step);
            }
        });

        assertThatThrownBy(() -> dying.put("identity.secret", NEW)).hasMessageContaining("killed");

        FileStateStore survivor = new FileStateStore(directory);
        byte[] expected = death == FileStateStore.Step.MOVED ? NEW : OLD;
        assertThat(survivor.get("identity.secret")).contains(expected);
        survivor.put("identity.secret", NEW);
        assertThat(survivor.get("identity.secret")).contains(NEW);
    }

    @Test
    void leftOverTemporaryFilesAreNotListed() throws IOException {
        FileStateStore store = new FileStateStore(directory);
        store.put("moons.d/000000deadbeef00.moon", NEW);
        Files.write(directory.resolve("moons.d/.new-000000deadbeef01.moon"), OLD);

        assertThat(store.list("moons.d")).containsExactly("moons.d/000000deadbeef00.moon");
    }

    @Test
    void whatOthersPutBesideIsNotListed() throws IOException {
        FileStateStore store = new FileStateStore(directory);
        store.put("peers.d/8e4df28b72.peer", NEW);
        Files.write(directory.resolve("peers.d/8e4df28b72 (copy).peer"), OLD);
        Files.write(directory.resolve("peers.d/8e4df28b72.peer~"), OLD);
        Files.createDirectory(directory.resolve("peers.d/8e4df28b73.peer"));

        assertThat(store.list("peers.d")).containsExactly("peers.d/8e4df28b72.peer");
    }

    @Test
    void aFileIsSetAsideWhateverItIs() throws IOException {
        FileStateStore store = new FileStateStore(directory);
        store.put("moons.d/1.moon", OLD);
        store.put("moons.d/1.moon.damaged", NEW);
        try (RandomAccessFile large = new RandomAccessFile(
                Files.createFile(directory.resolve("moons.d/2.moon")).toFile(), "rw")) {
            large.setLength(FileStateStore.MAX_VALUE_LENGTH + 1L);
        }

        assertThat(store.setAside("moons.d/1.moon")).isEqualTo("moons.d/1.moon.damaged");
        store.setAside("moons.d/2.moon");
        store.setAside("moons.d/none.moon");

        assertThat(store.list("moons.d")).containsExactly("moons.d/1.moon.damaged", "moons.d/2.moon.damaged");
        assertThat(store.get("moons.d/1.moon.damaged")).contains(OLD);
    }

    @Test
    void nobodyElseMayRead() throws IOException {
        FileStateStore store = new FileStateStore(directory.resolve("home"));

        store.put("networks.d/8056c2e21c000001.conf", NEW);

        assertThat(permissions("home")).isEqualTo("rwx------");
        assertThat(permissions("home/networks.d")).isEqualTo("rwx------");
        assertThat(permissions("home/networks.d/8056c2e21c000001.conf")).isEqualTo("rw-------");
    }

    @Test
    void deletedValueIsGone() throws IOException {
        FileStateStore store = new FileStateStore(directory);
        store.put("planet", OLD);

        store.delete("planet");
        store.delete("planet");

        assertThat(store.get("planet")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/etc/passwd",
                "../x",
                "a/../b",
                "a//b",
                "a/",
                ".hidden",
                "a/.new-b",
                "a\\b",
                "a b",
                "a\0b",
                "C:x"
            })
    void keysThatCouldLeadAwayAreRefused(String key) {
        FileStateStore store = new FileStateStore(directory);

        assertThatIllegalArgumentException().isThrownBy(() -> store.put(key, NEW));
        assertThatIllegalArgumentException().isThrownBy(() -> store.get(key));
        assertThatIllegalArgumentException().isThrownBy(() -> new MemoryStateStore().get(key));
    }

    @Test
    void memoryStoreListsLikeTheFileStore() throws IOException {
        for (StateStore store : new StateStore[] {new MemoryStateStore(), new FileStateStore(directory)}) {
            store.put("peers.d/b", NEW);
            store.put("peers.d/a", NEW);
            store.put("peers.d/deep/c", NEW);
            store.put("peers.e", NEW);

            assertThat(store.list("peers.d")).containsExactly("peers.d/a", "peers.d/b");
        }
    }

    private String permissions(String file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve(file)));
    }
}
