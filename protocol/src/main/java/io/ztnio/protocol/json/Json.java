package io.ztnio.protocol.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * JSON values: maps sorted by name, lists, texts, {@code Boolean}, {@code Long}, {@code BigInteger} beyond it, {@code Double},
 * and {@code null}. What reads them takes one type for another as ZeroTier's controller does ({@code protocol.md} 9.6).
 * Thread-safe.
 */
public final class Json {
    private static final JSON TEXTS = JSON.std.with(JSON.Feature.WRITE_NULL_PROPERTIES);

    private Json() {}

    /**
     * Reads a text.
     *
     * @throws IllegalArgumentException saying what is wrong, if it is not one JSON value
     */
    public static Object parse(String text) {
        try (JsonParser parser = JSON.std.createParser(text)) {
            if (parser.nextToken() == null) {
                throw new IllegalArgumentException("a JSON value is missing");
            }
            Object value = JSON.std.anyFrom(parser);
            if (parser.nextToken() != null) {
                throw new IllegalArgumentException("something follows the JSON value");
            }
            return normal(value);
        } catch (IOException e) {
            throw new IllegalArgumentException("not JSON", e);
        }
    }

    /** The text of a value: fields sorted, nothing between them. */
    public static String write(Object value) {
        try {
            return TEXTS.asString(value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A value in the types that are compared here. */
    static Object normal(Object value) {
        if (value instanceof JsonObject object) {
            return normal(object.fields());
        }
        if (value instanceof Map<?, ?> map) {
            Map<String, Object> sorted = new TreeMap<>();
            map.forEach((name, each) -> sorted.put(whole(name.toString()), normal(each)));
            return sorted;
        }
        if (value instanceof List<?> list) {
            List<Object> result = new ArrayList<>(list.size());
            list.forEach(each -> result.add(normal(each)));
            return result;
        }
        if (value instanceof String text) {
            return whole(text);
        }
        return value instanceof Integer number ? (Object) number.longValue() : value;
    }

    /** An escape may name half of a pair alone, which has no UTF-8: written and read again it would be something else. */
    private static String whole(String text) {
        if (text.codePoints().anyMatch(each -> each >= Character.MIN_SURROGATE && each <= Character.MAX_SURROGATE)) {
            throw new IllegalArgumentException("half a character");
        }
        return text;
    }

    /** A value of 64 bits without sign. */
    public static Number unsigned(long value) {
        return value >= 0 ? (Number) value : new BigInteger(Long.toUnsignedString(value));
    }

    /** The text that a value stands for. */
    public static String text(Object value, String otherwise) {
        if (value instanceof String text) {
            return text;
        }
        if (value instanceof Number number) {
            return Long.toUnsignedString(number.longValue());
        }
        return value instanceof Boolean flag ? flag ? "1" : "0" : otherwise;
    }

    /** Whether a value stands for true: a text that begins with t or 1 does. */
    public static boolean flag(Object value, boolean otherwise) {
        if (value instanceof Boolean flag) {
            return flag;
        }
        if (value instanceof Number number) {
            return number.longValue() != 0;
        }
        return value instanceof String text ? text.matches("(?s)[tT1].*") : otherwise;
    }

    /** The number of 64 bits that a value stands for. */
    public static long number(Object value, long otherwise) {
        if (value instanceof Number number) {
            return number.longValue();
        }
        if (value instanceof String text) {
            return leadingDigits(text, 10);
        }
        return value instanceof Boolean flag ? flag ? 1 : 0 : otherwise;
    }

    /** The number of 64 bits that a value stands for, whose text is hexadecimal. */
    public static long hexNumber(Object value, long otherwise) {
        return value instanceof String text ? leadingDigits(text, 16) : number(value, otherwise);
    }

    private static long leadingDigits(String text, int radix) {
        String digits = text.strip();
        boolean negative = digits.startsWith("-");
        int start = negative || digits.startsWith("+") ? 1 : 0;
        int end = start;
        while (end < digits.length() && end < start + 64 && Character.digit(digits.charAt(end), radix) >= 0) {
            end++;
        }
        if (end == start) {
            return 0;
        }
        BigInteger value = new BigInteger(digits.substring(start, end), radix);
        // More than 64 bits are the most that there is, as by the C library.
        long bits = value.bitLength() > 64 ? -1 : value.longValue();
        return negative ? -bits : bits;
    }
}
