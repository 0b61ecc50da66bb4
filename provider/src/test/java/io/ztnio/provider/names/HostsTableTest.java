package io.ztnio.provider.names;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostsTableTest {
    @TempDir
    private Path directory;

    private static InetAddress ip(String literal) throws IOException {
        return InetAddress.getByName(literal);
    }

    private static HostName name(String text) {
        return HostName.of(text);
    }

    @Test
    void aLineIsAnAddressAndItsNamesAndTheRestIsComment() throws IOException {
        HostsTable table = HostsTable.parse("""
                # the lab
                10.1.2.3\tdb.lab  DB   # the data base
                  fd00::5 db.lab
                10.1.2.4 web

                """);

        assertThat(table.addressesOf(name("db.lab"))).containsExactly(ip("10.1.2.3"), ip("fd00::5"));
        assertThat(table.addressesOf(name("dB."))).containsExactly(ip("10.1.2.3"));
        assertThat(table.addressesOf(name("web"))).containsExactly(ip("10.1.2.4"));
        assertThat(table.addressesOf(name("the"))).isEmpty();
        assertThat(table.skipped()).isEmpty();
    }

    @Test
    void theFirstNameOfTheFirstLineIsTheNameOfAnAddress() throws IOException {
        HostsTable table = HostsTable.parse("10.1.2.3 db.lab db\n10.1.2.3 other\n");

        assertThat(table.nameOf(ip("10.1.2.3"))).contains("db.lab");
        assertThat(table.nameOf(ip("10.1.2.4"))).isEmpty();
    }

    @Test
    void linesThatAreNoneAreLeftOutAndNamed() {
        HostsTable table = HostsTable.parse("10.1.2.3\ndb 10.1.2.3\n10.1.2.300 x\n10.1.2.3 y\n");

        assertThat(table.skipped()).containsExactly(1, 2, 3);
        assertThat(table.addressesOf(name("y"))).hasSize(1);
    }

    @Test
    void namesOfOtherScriptsAreComparedInAscii() {
        HostsTable table = HostsTable.parse("10.1.2.3 büro.lab\n");

        assertThat(table.addressesOf(name("xn--bro-hoa.lab"))).hasSize(1);
        assertThat(table.addressesOf(name("BÜRO.lab"))).hasSize(1);
    }

    @Test
    void aFileThatHasChangedIsReadAgainAfterASecond() throws IOException {
        Path path = Files.writeString(directory.resolve("hosts"), "10.1.2.3 db\n");
        AtomicLong clock = new AtomicLong();
        HostsFile file = new HostsFile(path, clock::get);
        assertThat(file.table().addressesOf(name("db"))).containsExactly(ip("10.1.2.3"));

        Files.writeString(path, "10.1.2.44 db other\n");
        assertThat(file.table().addressesOf(name("db"))).containsExactly(ip("10.1.2.3"));
        clock.addAndGet(1_000_000_000L);

        assertThat(file.table().addressesOf(name("db"))).containsExactly(ip("10.1.2.44"));
    }

    @Test
    void aFileThatIsGoneLeavesWhatWasRead() throws IOException {
        Path path = Files.writeString(directory.resolve("hosts"), "10.1.2.3 db\n");
        AtomicLong clock = new AtomicLong();
        HostsFile file = new HostsFile(path, clock::get);
        file.table();

        Files.delete(path);
        clock.addAndGet(2_000_000_000L);

        assertThat(file.table().addressesOf(name("db"))).containsExactly(ip("10.1.2.3"));
        Files.writeString(path, "10.1.2.9 db\n");
        clock.addAndGet(2_000_000_000L);
        assertThat(file.table().addressesOf(name("db"))).containsExactly(ip("10.1.2.9"));
    }

    @Test
    void theFileMayHaveAnyEncodingOfUnicode() throws IOException {
        Path path = Files.write(
                directory.resolve("hosts"),
                "\ufeff10.1.2.3 db\r\n10.1.2.4 web\r\n".getBytes(StandardCharsets.UTF_16LE));
        HostsFile file = new HostsFile(path, () -> 0);

        assertThat(file.table().addressesOf(name("db"))).containsExactly(ip("10.1.2.3"));
        assertThat(file.table().addressesOf(name("web"))).containsExactly(ip("10.1.2.4"));
    }
}
