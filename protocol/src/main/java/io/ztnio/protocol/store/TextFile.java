package io.ztnio.protocol.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * How every text file that a person may have written is read: UTF-8, UTF-16 or UTF-32 with or without a byte order mark,
 * with the line ends of any system, as editors and shells write them ({@code >} in Windows PowerShell writes UTF-16). The
 * text that comes out has no mark and ends its lines with {@code \n}. Anything else is refused by naming the encoding.
 *
 * <p>Thread: stateless.
 */
public final class TextFile {
    /** The largest file that is read, in bytes. */
    public static final int MAX_LENGTH = 16 << 20;

    /** Not text in any encoding that is understood; the message names the file and says what to do. */
    public static final class EncodingException extends IOException {
        private static final long serialVersionUID = 1L;

        EncodingException(String message) {
            super(message);
        }
    }

    private TextFile() {}

    /**
     * The text of a file.
     *
     * @throws NoSuchFileException if there is none
     * @throws EncodingException naming the encoding, if it is not Unicode text
     * @throws IOException naming the file and the reason, if it cannot be read
     */
    public static String read(Path file) throws IOException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_LENGTH + 1);
        } catch (FileSystemException e) {
            throw e;
        } catch (IOException e) {
            // "Is a directory" alone helps nobody.
            throw new FileSystemException(file.toString(), null, e.getMessage());
        }
        if (bytes.length > MAX_LENGTH) {
            throw new IOException(file + " has more than 16 MiB, which no text file here has");
        }
        return decode(file.toString(), bytes);
    }

    /**
     * The text of a file's content.
     *
     * @param name of the file, for messages
     * @throws EncodingException naming the encoding, if it is not Unicode text
     */
    public static String decode(String name, byte[] content) throws EncodingException {
        Encoding encoding = Encoding.of(content);
        ByteBuffer bytes = ByteBuffer.wrap(content, encoding.markLength, content.length - encoding.markLength);
        String text = encoding.charset.equals(StandardCharsets.UTF_8)
                ? decodeUtf8(name, bytes)
                : decodeWide(name, encoding.charset, bytes);
        if (text.indexOf('\0') >= 0) {
            throw new EncodingException(name + " is not a text file");
        }
        return text.replace("\r\n", "\n").replace('\r', '\n');
    }

    private static String decodeUtf8(String name, ByteBuffer bytes) throws EncodingException {
        CharBuffer text = CharBuffer.allocate(bytes.remaining());
        if (strict(StandardCharsets.UTF_8).decode(bytes, text, true).isError()) {
            if (text.flip().chars().anyMatch(c -> c == 0)) {
                throw new EncodingException(name + " is not a text file");
            }
            long line = 1 + text.chars().filter(c -> c == '\n').count();
            throw new EncodingException(String.format(
                    "%s is not text in UTF-8: byte 0x%02x in line %d belongs to another encoding, such as windows-1252;"
                            + " save it as UTF-8",
                    name, bytes.get(bytes.position()), line));
        }
        return text.flip().toString();
    }

    private static String decodeWide(String name, Charset charset, ByteBuffer bytes) throws EncodingException {
        try {
            return strict(charset).decode(bytes).toString();
        } catch (CharacterCodingException e) {
            throw new EncodingException(
                    name + " begins as text in " + charset.name() + ", but is damaged; save it as UTF-8");
        }
    }

    private static CharsetDecoder strict(Charset charset) {
        return charset.newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
    }

    /**
     * An encoding as the first bytes tell it.
     *
     * @param markLength bytes of the byte order mark, 0 if there is none
     */
    private record Encoding(Charset charset, int markLength) {
        private static final Charset UTF_32LE = Charset.forName("UTF-32LE");
        private static final Charset UTF_32BE = Charset.forName("UTF-32BE");

        static Encoding of(byte[] content) {
            // The marks of UTF-32 come first: the little-endian one begins with that of UTF-16.
            if (startsWith(content, 0xff, 0xfe, 0, 0)) {
                return new Encoding(UTF_32LE, 4);
            }
            if (startsWith(content, 0, 0, 0xfe, 0xff)) {
                return new Encoding(UTF_32BE, 4);
            }
            if (startsWith(content, 0xff, 0xfe)) {
                return new Encoding(StandardCharsets.UTF_16LE, 2);
            }
            if (startsWith(content, 0xfe, 0xff)) {
                return new Encoding(StandardCharsets.UTF_16BE, 2);
            }
            if (startsWith(content, 0xef, 0xbb, 0xbf)) {
                return new Encoding(StandardCharsets.UTF_8, 3);
            }
            return new Encoding(withoutMark(content), 0);
        }

        /** Every text file here begins with an ASCII character, whose zero bytes tell the encoding. */
        private static Charset withoutMark(byte[] content) {
            if (content.length % 4 == 0 && content.length >= 4) {
                if (content[0] != 0 && content[1] == 0 && content[2] == 0 && content[3] == 0) {
                    return UTF_32LE;
                }
                if (content[0] == 0 && content[1] == 0 && content[2] == 0 && content[3] != 0) {
                    return UTF_32BE;
                }
            }
            if (content.length % 2 == 0 && content.length >= 2) {
                if (content[0] != 0 && content[1] == 0) {
                    return StandardCharsets.UTF_16LE;
                }
                if (content[0] == 0 && content[1] != 0) {
                    return StandardCharsets.UTF_16BE;
                }
            }
            return StandardCharsets.UTF_8;
        }

        private static boolean startsWith(byte[] content, int... mark) {
            for (int i = 0; i < mark.length; i++) {
                if (i >= content.length || (content[i] & 0xff) != mark[i]) {
                    return false;
                }
            }
            return true;
        }
    }
}
