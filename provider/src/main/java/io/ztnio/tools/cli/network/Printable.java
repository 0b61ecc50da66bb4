package io.ztnio.tools.cli.network;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;

/** What others sent, made safe for a terminal. */
final class Printable {
    private Printable() {}

    /** {@code text} with everything that could steer a terminal replaced. */
    static String text(String text) {
        StringBuilder safe = new StringBuilder(text.length());
        text.codePoints().forEach(point -> safe.appendCodePoint(steers(point) ? '\uFFFD' : point));
        return safe.toString();
    }

    /** The bytes as text, if they are text throughout. */
    static Optional<String> text(ByteBuffer bytes) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(bytes.duplicate())
                    .toString();
            boolean plain = text.codePoints().noneMatch(point -> steers(point) && point != '\n' && point != '\t');
            return plain ? Optional.of(text) : Optional.empty();
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    /** The bytes as text for JSON, which makes the ASCII control characters safe itself. */
    static Optional<String> jsonText(ByteBuffer bytes) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(bytes.duplicate())
                    .toString();
            boolean plain = text.codePoints().noneMatch(point -> steers(point) && point >= ' ');
            return plain ? Optional.of(text) : Optional.empty();
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    static String hex(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.duplicate().get(copy);
        return HexFormat.of().formatHex(copy);
    }

    private static boolean steers(int point) {
        int type = Character.getType(point);
        return type == Character.CONTROL || type == Character.FORMAT || type == Character.LINE_SEPARATOR;
    }
}
