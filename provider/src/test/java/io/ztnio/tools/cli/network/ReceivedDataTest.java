package io.ztnio.tools.cli.network;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import io.ztnio.tools.cli.command.Console;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ReceivedDataTest {
    private final StringWriter out = new StringWriter();
    private final ReceivedData data =
            new ReceivedData(new Console(new PrintWriter(out), new PrintWriter(new StringWriter()), true));

    private List<Map<String, Object>> objects() throws IOException {
        List<Map<String, Object>> objects = new ArrayList<>();
        for (String line : out.toString().lines().toList()) {
            objects.add(JSON.std.mapFrom(line));
        }
        return objects;
    }

    private void receive(byte[] bytes) {
        data.write(bytes, 0, bytes.length);
    }

    @Test
    void whatComesIsAnObjectEachTime() throws IOException {
        receive("HTTP/1.0 200 OK\r\n\r\n".getBytes(StandardCharsets.UTF_8));
        receive(new byte[] {0, (byte) 0xff});
        data.close();

        assertThat(objects())
                .containsExactly(
                        Map.of("event", "data", "bytes", 19, "text", "HTTP/1.0 200 OK\r\n\r\n"),
                        Map.of("event", "data", "bytes", 2, "hex", "00ff"));
    }

    @Test
    void aCharacterThatIsCutWaitsForItsRest() throws IOException {
        byte[] bytes = "aä€😀z".getBytes(StandardCharsets.UTF_8);
        for (byte each : bytes) {
            receive(new byte[] {each});
        }
        data.close();

        assertThat(objects()).extracting(object -> object.get("text")).containsExactly("a", "ä", "€", "😀", "z");
    }

    @Test
    void theBeginningOfACharacterThatNeverEndsIsNotLost() throws IOException {
        receive(new byte[] {'a', (byte) 0xe2, (byte) 0x82});
        data.close();

        assertThat(objects())
                .containsExactly(
                        Map.of("event", "data", "bytes", 1, "text", "a"),
                        Map.of("event", "data", "bytes", 2, "hex", "e282"));
    }

    @Test
    void whatCouldSteerATerminalIsNotPrinted() throws IOException {
        receive("\u001b[2J\u009b2J\u202e".getBytes(StandardCharsets.UTF_8));
        data.close();

        assertThat(out.toString()).doesNotContain("\u001b", "\u009b", "\u202e");
        assertThat(objects()).hasSize(1);
    }

    @Test
    void nothingIsLostWhateverComesInWhateverPieces() throws IOException {
        long seed = new Random().nextLong();
        System.out.println("ReceivedDataTest seed " + seed);
        Random random = new Random(seed);
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        for (int i = 0; i < 500; i++) {
            byte[] piece = random.nextBoolean()
                    ? Character.toString(random.nextInt(0xd800)).getBytes(StandardCharsets.UTF_8)
                    : new byte[random.nextInt(5)];
            if (random.nextInt(4) == 0) {
                random.nextBytes(piece);
            }
            int cut = random.nextInt(piece.length + 1);
            data.write(piece, 0, cut);
            data.write(piece, cut, piece.length - cut);
            sent.write(piece);
        }
        data.close();

        ByteArrayOutputStream shown = new ByteArrayOutputStream();
        for (Map<String, Object> object : objects()) {
            Object text = object.get("text");
            shown.write(
                    text == null
                            ? HexFormat.of().parseHex((String) object.get("hex"))
                            : text.toString().getBytes(StandardCharsets.UTF_8));
        }
        assertThat(shown.toByteArray()).isEqualTo(sent.toByteArray());
    }
}
