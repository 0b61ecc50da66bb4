package io.ztnio.overlay.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ztnio.overlay.address.AddressBook;
import io.ztnio.overlay.identity.Identity;
import io.ztnio.overlay.identity.PublicIdentity;
import io.ztnio.overlay.session.NetworkKey;
import io.ztnio.protocol.store.MemoryStateStore;
import io.ztnio.tcpip.link.IpPrefix;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StateFilesTest {
    private static final long NETWORK = 0x8056c2e21c000001L;
    private static final PublicIdentity PEER = new Identity(new byte[32]).publicIdentity();

    private final MemoryStateStore store = new MemoryStateStore();
    private final List<String> damage = new ArrayList<>();

    private static PeerFile peer() throws IOException {
        return new PeerFile(
                PEER,
                123_456_789L,
                List.of(
                        new InetSocketAddress(InetAddress.getByName("192.0.2.1"), 9994),
                        new InetSocketAddress(InetAddress.getByName("2001:db8::1"), 1)));
    }

    private static AddressFile addresses() throws IOException {
        return new AddressFile(
                List.of(new IpPrefix(InetAddress.getByName("10.9.0.1"), 24)),
                Map.of(InetAddress.getByName("fd00:9::2"), 0x1234567890L, InetAddress.getByName("10.9.0.2"), 7L));
    }

    private static MembershipFile membership() {
        return new MembershipFile(
                NETWORK, NetworkKey.parse("ab".repeat(32), NETWORK), List.of(PEER), Optional.of("web"));
    }

    @Test
    void filesAreReadAsTheyWereWritten() throws IOException {
        String peerKey = PeerFile.key(NETWORK, PEER.id());
        assertThat(PeerFile.parse(peerKey, peer().toBytes())).isEqualTo(peer());
        assertThat(AddressFile.parse("a", addresses().toBytes())).isEqualTo(addresses());
        assertThat(MembershipFile.parse(
                        MembershipFile.key(NETWORK), membership().toBytes()))
                .isEqualTo(membership());
        assertThat(MembershipFile.isMembership(MembershipFile.key(NETWORK))).isTrue();
        assertThat(MembershipFile.isMembership(AddressFile.key(NETWORK))).isFalse();
        assertThat(membership().toString()).doesNotContain("abab");
    }

    @Test
    void everyChangedBitOfABinaryFileIsNoticed() throws IOException {
        byte[] right = peer().toBytes();
        byte[] addresses = addresses().toBytes();
        for (int bit = 0; bit < 8 * right.length; bit++) {
            byte[] wrong = right.clone();
            wrong[bit / 8] ^= (byte) (1 << (bit % 8));
            assertThatThrownBy(() -> PeerFile.parse(PeerFile.key(NETWORK, PEER.id()), wrong))
                    .isInstanceOf(DamagedStateException.class);
        }
        for (int bit = 0; bit < 8 * addresses.length; bit++) {
            byte[] wrong = addresses.clone();
            wrong[bit / 8] ^= (byte) (1 << (bit % 8));
            assertThatThrownBy(() -> AddressFile.parse("a", wrong)).isInstanceOf(DamagedStateException.class);
        }
    }

    @Test
    void aFileOfAnotherNodeOrNetworkIsNoticed() throws IOException {
        byte[] file = peer().toBytes();
        assertThatThrownBy(() -> PeerFile.parse(PeerFile.key(NETWORK, 1), file))
                .isInstanceOf(DamagedStateException.class);
        byte[] conf = membership().toBytes();
        assertThatThrownBy(() -> MembershipFile.parse(MembershipFile.key(1), conf))
                .isInstanceOf(DamagedStateException.class)
                .hasMessageContaining("another network");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "null",
                "{}",
                "{\"version\": 2}",
                "{\"version\": 1}",
                "{\"version\": 1, \"network\": 5}",
                "{\"version\": 1, \"network\": \"8056c2e21c000001\", \"key\": \"12\"}",
                "{\"version\": 1, \"network\": \"8056c2e21c000001\", \"allow\": \"x\"}",
                "{\"version\": 1, \"network\": \"8056c2e21c000001\", \"allow\": [7]}"
            })
    void aMembershipThatIsNoneIsNoticed(String text) {
        assertThatThrownBy(
                        () -> MembershipFile.parse(MembershipFile.key(NETWORK), text.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(DamagedStateException.class)
                .hasMessageContaining("networks.d/8056c2e21c000001.conf is damaged");
    }

    @ParameterizedTest
    @CsvSource({"UTF-16LE,fffe", "UTF-16BE,feff", "UTF-8,efbbbf"})
    void textThatAWindowsShellHasWrittenIsRead(String charset, String mark) throws IOException {
        String lines = new String(membership().toBytes(), StandardCharsets.UTF_8).replace("\n", "\r\n");
        store.put(AddressBook.KEY, encoded(mark, charset, "{\"web\": \"0000000007\"}\r\n"));

        assertThat(MembershipFile.parse(MembershipFile.key(NETWORK), encoded(mark, charset, lines)))
                .isEqualTo(membership());
        assertThat(book().find("web")).hasValue(7);
    }

    @Test
    void textOfAnotherEncodingIsRefusedByItsName() {
        byte[] latin = "{\"version\": 1, \"name\": \"b\u00fcro\"}".getBytes(StandardCharsets.ISO_8859_1);

        assertThatThrownBy(() -> MembershipFile.parse(MembershipFile.key(NETWORK), latin))
                .hasMessageContaining("is damaged")
                .hasMessageContaining("not text in UTF-8");
    }

    private static byte[] encoded(String mark, String charset, String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(HexFormat.of().parseHex(mark));
        bytes.write(text.getBytes(Charset.forName(charset)));
        return bytes.toByteArray();
    }

    @Test
    void planetAndRootsAreOne() throws IOException {
        MemoryStateStore below = new MemoryStateStore();
        OverlayStore store = new OverlayStore(below);
        below.put("roots", new byte[] {1});

        assertThat(store.get("planet")).hasValue(new byte[] {1});
        store.put("roots", new byte[] {2});
        assertThat(below.get("planet")).hasValue(new byte[] {2});
        assertThat(store.get("roots")).hasValue(new byte[] {2});
        store.delete("planet");
        assertThat(store.get("roots")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../x",
                "a/../b",
                "/x",
                "",
                "a//b",
                "c:/x",
                "con",
                "NUL.txt",
                "a/lpt1.conf",
                "x.",
                "a\\..\\b",
                "a b"
            })
    void keysThatLeadAwayOrHaveNoNameSomewhereAreRefused(String key) {
        OverlayStore store = new OverlayStore(new MemoryStateStore());

        assertThatIllegalArgumentException().isThrownBy(() -> store.get(key));
        assertThatIllegalArgumentException().isThrownBy(() -> store.put(key, new byte[1]));
    }

    @Test
    void aBackslashIsASlash() throws IOException {
        OverlayStore store = new OverlayStore(new MemoryStateStore());
        store.put("peers.d\\a.peer", new byte[] {1});

        assertThat(store.list("peers.d")).containsExactly("peers.d/a.peer");
    }

    @Test
    void theAddressBookIsKept() throws IOException {
        AddressBook book = book();
        book.put("Web.Example", 0x8e4df28b72L);
        book.put("10.1.2.3", 0x1234567890L);
        book.put("fd00::1", 0x1234567890L);

        AddressBook again = book();
        assertThat(again.find("web.example")).hasValue(0x8e4df28b72L);
        assertThat(again.find("10.1.2.3")).hasValue(0x1234567890L);
        again.remove("10.1.2.3");
        assertThat(book().find("10.1.2.3")).isEmpty();
        assertThat(again.entries()).hasSize(2);
        assertThatIllegalArgumentException().isThrownBy(() -> again.put("no name", 1));
        assertThatIllegalArgumentException().isThrownBy(() -> again.put("name", -1));
        assertThat(damage).isEmpty();
    }

    private AddressBook book() throws IOException {
        return AddressBook.load(store, damage::add);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "``|it is not a JSON object",
                "{|it is not a JSON object",
                "[]|it is not a JSON object",
                "null|it is not a JSON object",
                "{\"no name\": \"0000000007\"}|'no name' is neither a host name nor an IP address",
                "{\"web\": \"12\"}|12",
                "{\"web\": 7}|7",
                "{\"web\": {}}|{}",
                "{\"web\": \"0000000007\", \"db\": null}|null",
                "{\"b\u00fcro\": \"0000000007\"}|is not text in UTF-8"
            })
    void aDamagedAddressBookIsSetAsideWithAMessageAndTheNextOneIsNew(String text, String problem) throws IOException {
        byte[] file = text.getBytes(StandardCharsets.ISO_8859_1);
        store.put(AddressBook.KEY, file);

        AddressBook book = book();

        assertThat(book.entries()).isEmpty();
        assertThat(damage)
                .singleElement()
                .asString()
                .startsWith("addressbook is damaged (")
                .contains(problem)
                .contains("It was set aside as addressbook.damaged: mend it")
                .doesNotContain("com.fasterxml", "Exception", "source:");
        assertThat(store.get("addressbook.damaged")).hasValue(file);
        book.put("web", 7);
        assertThat(book().find("web")).hasValue(7);
        assertThat(damage).hasSize(1);
    }
}
