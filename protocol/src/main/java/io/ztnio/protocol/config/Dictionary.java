package io.ztnio.protocol.config;

import io.ztnio.protocol.identity.Address;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Keys and values as the protocol writes them: lines of {@code key=value} ({@code protocol.md} 5.3). Keys stand in the
 * order in which they were put; of keys read twice the first counts.
 *
 * <p>Thread: belongs to one thread.
 */
public final class Dictionary {
    private final Map<String, byte[]> entries = new LinkedHashMap<>();

    /** An empty dictionary. */
    public Dictionary() {}

    /** Reads until the end or a NUL byte. Every sequence of bytes is a dictionary; lines without '=' are nothing. */
    public static Dictionary parse(byte[] bytes, int offset, int length) {
        Dictionary dictionary = new Dictionary();
        int end = offset + length;
        int position = offset;
        while (position < end && bytes[position] != 0) {
            int lineEnd = position;
            int equals = -1;
            while (lineEnd < end && bytes[lineEnd] != 0 && bytes[lineEnd] != '\n' && bytes[lineEnd] != '\r') {
                if (equals < 0 && bytes[lineEnd] == '=') {
                    equals = lineEnd;
                }
                lineEnd++;
            }
            if (equals >= 0) {
                String key = new String(bytes, position, equals - position, StandardCharsets.ISO_8859_1);
                dictionary.entries.putIfAbsent(key, unescape(bytes, equals + 1, lineEnd));
            }
            if (lineEnd < end && bytes[lineEnd] == 0) {
                break;
            }
            position = lineEnd + 1;
        }
        return dictionary;
    }

    public static Dictionary parse(byte[] bytes) {
        return parse(bytes, 0, bytes.length);
    }

    /**
     * Reads a file, which an editor may have given the byte order mark of UTF-8.
     *
     * @throws IllegalArgumentException naming the encoding, if a shell has made UTF-16 of it: values are not text, and are lost
     */
    public static Dictionary parseFile(byte[] bytes) {
        if (startsWith(bytes, 0xff, 0xfe) || startsWith(bytes, 0xfe, 0xff)) {
            throw new IllegalArgumentException("it is text in UTF-16, which a configuration is not");
        }
        int mark = startsWith(bytes, 0xef, 0xbb, 0xbf) ? 3 : 0;
        return parse(bytes, mark, bytes.length - mark);
    }

    private static boolean startsWith(byte[] bytes, int... mark) {
        for (int i = 0; i < mark.length; i++) {
            if (i >= bytes.length || (bytes[i] & 0xff) != mark[i]) {
                return false;
            }
        }
        return true;
    }

    /** Puts or replaces a value. */
    public Dictionary put(String key, byte[] value) {
        entries.put(key, value.clone());
        return this;
    }

    /** UTF-8. */
    public Dictionary put(String key, String value) {
        entries.put(key, value.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    /** Sixteen hexadecimal digits. */
    public Dictionary put(String key, long value) {
        return put(key, HexFormat.of().toHexDigits(value));
    }

    public Dictionary put(String key, boolean value) {
        return put(key, value ? "1" : "0");
    }

    /** Ten hexadecimal digits. */
    public Dictionary putAddress(String key, long address) {
        return put(key, Address.format(address));
    }

    public boolean contains(String key) {
        return entries.containsKey(key);
    }

    /** The keys, in order. */
    public Iterable<String> keys() {
        return entries.keySet();
    }

    public Optional<byte[]> bytes(String key) {
        return Optional.ofNullable(entries.get(key)).map(byte[]::clone);
    }

    /** UTF-8; empty if missing. */
    public String text(String key) {
        byte[] value = entries.get(key);
        return value == null ? "" : new String(value, StandardCharsets.UTF_8);
    }

    public boolean flag(String key) {
        byte[] value = entries.get(key);
        return value != null && value.length > 0 && (value[0] == '1' || value[0] == 't' || value[0] == 'T');
    }

    /** A hexadecimal integer as C's strtoull reads it; {@code missing} if there is none. */
    public long number(String key, long missing) {
        byte[] value = entries.get(key);
        return value == null || value.length == 0 ? missing : hexadecimal(value);
    }

    /** A ZeroTier address, 40 bits; 0 if missing. */
    public long address(String key) {
        return number(key, 0) & 0xff_ffff_ffffL;
    }

    public byte[] toByteArray() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
            if (out.size() > 0) {
                out.write('\n');
            }
            out.writeBytes(entry.getKey().getBytes(StandardCharsets.ISO_8859_1));
            out.write('=');
            escape(out, entry.getValue());
        }
        return out.toByteArray();
    }

    private static void escape(ByteArrayOutputStream out, byte[] value) {
        for (byte b : value) {
            switch (b) {
                case 0 -> writeEscape(out, '0');
                case '\r' -> writeEscape(out, 'r');
                case '\n' -> writeEscape(out, 'n');
                case '\\' -> writeEscape(out, '\\');
                case '=' -> writeEscape(out, 'e');
                default -> out.write(b);
            }
        }
    }

    private static void writeEscape(ByteArrayOutputStream out, char letter) {
        out.write('\\');
        out.write(letter);
    }

    private static byte[] unescape(byte[] bytes, int from, int to) {
        byte[] value = new byte[to - from];
        int length = 0;
        boolean escaped = false;
        for (int i = from; i < to; i++) {
            byte b = bytes[i];
            if (escaped) {
                escaped = false;
                value[length++] = switch (b) {
                    case '0' -> 0;
                    case 'r' -> '\r';
                    case 'n' -> '\n';
                    case 'e' -> '=';
                    default -> b;
                };
            } else if (b == '\\') {
                escaped = true;
            } else {
                value[length++] = b;
            }
        }
        return Arrays.copyOf(value, length);
    }

    private static long hexadecimal(byte[] text) {
        int i = 0;
        while (i < text.length && (text[i] == ' ' || (text[i] >= '\t' && text[i] <= '\r'))) {
            i++;
        }
        boolean negative = i < text.length && text[i] == '-';
        if (i < text.length && (text[i] == '-' || text[i] == '+')) {
            i++;
        }
        if (i + 2 < text.length
                && text[i] == '0'
                && (text[i + 1] | 0x20) == 'x'
                && Character.digit(text[i + 2], 16) >= 0) {
            i += 2;
        }
        long value = 0;
        boolean overflow = false;
        for (; i < text.length && Character.digit(text[i], 16) >= 0; i++) {
            overflow |= value >>> 60 != 0;
            value = value << 4 | Character.digit(text[i], 16);
        }
        if (overflow) {
            return -1;
        }
        return negative ? -value : value;
    }
}
