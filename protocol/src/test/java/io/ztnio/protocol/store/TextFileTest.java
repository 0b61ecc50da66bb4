package io.ztnio.protocol.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ztnio.protocol.identity.Identity;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextFileTest {
    private static final String TEXT = "{\n \"name\": \"Zürich\"\n}\n";

    @TempDir
    private Path directory;

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = TextFileTest.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        }
    }

    private static byte[] encode(String mark, Charset charset, String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(HexFormat.of().parseHex(mark));
        bytes.write(text.getBytes(charset));
        return bytes.toByteArray();
    }

    @ParameterizedTest
    @CsvSource({
        "'',UTF-8",
        "efbbbf,UTF-8",
        "fffe,UTF-16LE",
        "feff,UTF-16BE",
        "'',UTF-16LE",
        "'',UTF-16BE",
        "fffe0000,UTF-32LE",
        "0000feff,UTF-32BE",
        "'',UTF-32LE",
        "'',UTF-32BE"
    })
    void everyEncodingOfUnicodeAndEveryLineEndAreTheSameText(String mark, String charset) throws IOException {
        for (String lineEnd : new String[] {"\n", "\r\n", "\r"}) {
            byte[] bytes = encode(mark, Charset.forName(charset), TEXT.replace("\n", lineEnd));
            assertThat(TextFile.decode("file", bytes)).isEqualTo(TEXT);
        }
    }

    @Test
    void aMoonWrittenByAWindowsShellIsRead() throws IOException {
        String text = TextFile.decode("moon.json", resource("moon-utf16.json"));

        assertThat(text).startsWith("{\n \"id\": \"3878d4b8b7\",\n").endsWith("}\n");
    }

    @Test
    void anIdentityWithAByteOrderMarkIsRead() throws IOException {
        assertThat(Identity.parse(TextFile.decode("identity.public", resource("identity-bom.public"))))
                .isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"windows-1252", "ISO-8859-1"})
    void textOfAnotherEncodingIsRefusedWithTheFileAndThePlace(String charset) {
        byte[] bytes = "{\n \"name\": \"Zürich\"".getBytes(Charset.forName(charset));

        assertThatThrownBy(() -> TextFile.decode("n.json", bytes))
                .isInstanceOf(TextFile.EncodingException.class)
                .hasMessage("n.json is not text in UTF-8: byte 0xfc in line 2 belongs to another encoding, such as"
                        + " windows-1252; save it as UTF-8");
    }

    @ParameterizedTest
    @CsvSource({"fffe,7b0000d8,UTF-16LE", "feff,007bd800,UTF-16BE", "fffe0000,ffffffff,UTF-32LE", "fffe,7b,UTF-16LE"})
    void aDamagedWideEncodingIsNamed(String mark, String body, String charset) {
        byte[] bytes = HexFormat.of().parseHex(mark + body);

        assertThatThrownBy(() -> TextFile.decode("n.json", bytes))
                .isInstanceOf(TextFile.EncodingException.class)
                .hasMessage("n.json begins as text in " + charset + ", but is damaged; save it as UTF-8");
    }

    @Test
    void anythingWithZeroBytesIsNoText() {
        assertThatThrownBy(() -> TextFile.decode("planet", new byte[] {1, 0, 0, 0, 7, 1, 2, 3, 4}))
                .isInstanceOf(TextFile.EncodingException.class)
                .hasMessage("planet is not a text file");
    }

    @Test
    void anEmptyFileIsEmptyText() throws IOException {
        assertThat(TextFile.decode("file", new byte[0])).isEmpty();
        assertThat(TextFile.decode("file", HexFormat.of().parseHex("efbbbf"))).isEmpty();
        assertThat(TextFile.decode("file", HexFormat.of().parseHex("fffe"))).isEmpty();
    }

    @Test
    void aFileIsReadByItsPath() throws IOException {
        Path file = directory.resolve("x");
        Files.write(file, encode("fffe", StandardCharsets.UTF_16LE, "a\r\nb"));

        assertThat(TextFile.read(file)).isEqualTo("a\nb");
    }

    @Test
    void whatCannotBeReadSaysWhichFileAndWhy() {
        Path missing = directory.resolve("missing");

        assertThatThrownBy(() -> TextFile.read(missing))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining(missing.toString());
        assertThatThrownBy(() -> TextFile.read(directory))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(directory + ": ")
                .hasMessageContainingAll("directory");
    }

    @Test
    void aFileWithoutEndIsRefused() throws IOException {
        Path file = directory.resolve("huge");
        Files.write(file, new byte[TextFile.MAX_LENGTH + 1]);

        assertThatThrownBy(() -> TextFile.read(file))
                .hasMessage(file + " has more than 16 MiB, which no text file here has");
    }
}
