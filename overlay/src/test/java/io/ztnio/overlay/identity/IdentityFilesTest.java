package io.ztnio.overlay.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ztnio.protocol.store.MemoryStateStore;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdentityFilesTest {
    private final MemoryStateStore store = new MemoryStateStore();

    private Identity load() throws IOException {
        return IdentityFiles.loadOrCreate(store, Optional.empty(), new Random(1));
    }

    private String file(String key) throws IOException {
        return new String(store.get(key).orElseThrow(), StandardCharsets.US_ASCII);
    }

    private void put(String key, String text) {
        store.put(key, text.getBytes(StandardCharsets.US_ASCII));
    }

    /** RFC 7748, section 6.1. */
    @Test
    void keysAreThoseOfTheStandard() {
        HexFormat hex = HexFormat.of();
        Identity alice = new Identity(hex.parseHex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a"));
        Identity bob = new Identity(hex.parseHex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb"));

        assertThat(hex.formatHex(alice.publicIdentity().key()))
                .isEqualTo("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
        assertThat(hex.formatHex(bob.publicIdentity().key()))
                .isEqualTo("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
        assertThat(alice.agree(bob.publicIdentity().key()).map(hex::formatHex))
                .hasValue("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742");
    }

    @Test
    void aNewIdentityIsStoredAndFoundAgain() throws IOException {
        Identity made = load();

        assertThat(load()).isEqualTo(made);
        assertThat(NodeId.isValid(made.id())).isTrue();
        assertThat(file(IdentityFiles.PUBLIC))
                .contains(NodeId.format(made.id()))
                .doesNotContain("secret");
    }

    @ParameterizedTest
    @CsvSource({"UTF-16LE,fffe", "UTF-16BE,feff", "UTF-8,efbbbf", "US-ASCII,''"})
    void filesThatAnEditorHasRewrittenAreRead(String charset, String mark) throws IOException {
        Identity made = load();
        for (String key : new String[] {IdentityFiles.SECRET, IdentityFiles.PUBLIC}) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            bytes.write(HexFormat.of().parseHex(mark));
            bytes.write(file(key).strip().replace("\n", "\r\n").getBytes(Charset.forName(charset)));
            store.put(key, bytes.toByteArray());
        }

        assertThat(load()).isEqualTo(made);
    }

    @Test
    void aSeedAlwaysGivesTheSameIdentity() throws IOException {
        byte[] seed = new byte[32];
        seed[3] = 9;
        Identity made = IdentityFiles.loadOrCreate(store, Optional.of(seed), new Random(1));

        assertThat(IdentityFiles.loadOrCreate(new MemoryStateStore(), Optional.of(seed), new Random(2)))
                .isEqualTo(made);
        assertThat(IdentityFiles.loadOrCreate(store, Optional.of(seed), new Random(3)))
                .isEqualTo(made);
        seed[3] = 10;
        assertThatThrownBy(() -> IdentityFiles.loadOrCreate(store, Optional.of(seed), new Random(3)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("another identity");
    }

    @Test
    void theSecretIsNotShown() throws IOException {
        Identity made = load();

        assertThat(made.toString()).doesNotContain(HexFormat.of().formatHex(made.secret()));
    }

    @Test
    void aDeathBetweenTheTwoFilesIsMended() throws IOException {
        Identity made = load();
        String publicFile = file(IdentityFiles.PUBLIC);
        store.delete(IdentityFiles.PUBLIC);

        assertThat(load()).isEqualTo(made);
        assertThat(file(IdentityFiles.PUBLIC)).isEqualTo(publicFile);
    }

    @Test
    void aPublicHalfWithoutSecretIsRefused() throws IOException {
        load();
        store.delete(IdentityFiles.SECRET);

        assertThatThrownBy(this::load)
                .isInstanceOf(DamagedIdentityException.class)
                .hasMessageContaining("identity.secret is missing")
                .hasMessageContaining("backup");
    }

    @Test
    void halvesOfTwoIdentitiesAreRefused() throws IOException {
        load();
        MemoryStateStore other = new MemoryStateStore();
        IdentityFiles.loadOrCreate(other, Optional.empty(), new Random(2));
        store.put(IdentityFiles.PUBLIC, other.get(IdentityFiles.PUBLIC).orElseThrow());

        assertThatThrownBy(this::load)
                .isInstanceOf(DamagedIdentityException.class)
                .hasMessageContaining("not the public half");
    }

    @Test
    void everyChangedCharacterIsNoticedAndNothingIsOverwritten() throws IOException {
        load();
        String right = file(IdentityFiles.SECRET);
        int refused = 0;
        for (int at = 0; at < right.length(); at++) {
            char changed = right.charAt(at) == '0' ? '1' : '0';
            String wrong = right.substring(0, at) + changed + right.substring(at + 1);
            put(IdentityFiles.SECRET, wrong);
            try {
                // Bits that X25519 clamps away do not change the key.
                assertThat(load().secret())
                        .isEqualTo(IdentityFiles.read(bytes(right)).secret());
            } catch (DamagedIdentityException e) {
                refused++;
            }
            assertThat(file(IdentityFiles.SECRET)).isEqualTo(wrong);
        }
        assertThat(refused).isGreaterThan(right.length() - 4);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "8e4df28b72:0:abc", "ztnio-overlay-identity 2\nid 8e4df28b72\n"})
    void whatIsNoIdentityIsRefused(String content) throws IOException {
        put(IdentityFiles.SECRET, content);

        assertThatThrownBy(this::load)
                .isInstanceOf(DamagedIdentityException.class)
                .hasMessageContaining("identity.secret is damaged");
        assertThat(file(IdentityFiles.SECRET)).isEqualTo(content);
    }

    @Test
    void idsAndPublicIdentitiesHaveAText() {
        PublicIdentity identity = new Identity(new byte[32]).publicIdentity();

        assertThat(PublicIdentity.parse(identity.toString())).isEqualTo(identity);
        assertThat(NodeId.parse("0x" + NodeId.format(identity.id()))).isEqualTo(identity.id());
        for (String wrong : new String[] {"", "12", "ff00000000", "0000000000", "123456789g"}) {
            assertThatIllegalArgumentException().isThrownBy(() -> NodeId.parse(wrong));
            assertThatIllegalArgumentException().isThrownBy(() -> PublicIdentity.parse(wrong));
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        PublicIdentity.parse("0000000001:" + HexFormat.of().formatHex(identity.key())))
                .withMessageContaining("damaged");
    }
}
