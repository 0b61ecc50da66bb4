package io.ztnio.provider.service;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One request of HTTP/1.1 as its bytes come (RFC 9112), without I/O. The head is told before the body is read; both are bounded.
 * What is ambiguous is refused.
 *
 * <p>Thread: confined to the service's thread.
 */
final class HttpRequestReader {
    static final int MAX_HEAD_BYTES = 16 << 10;
    static final int MAX_BODY_BYTES = 1 << 20;

    private static final Pattern REQUEST_LINE = Pattern.compile("([!#$%&'*+.^_`|~0-9A-Za-z-]+) (\\S+) HTTP/1\\.([01])");

    /** RFC 9112 5.1: no space before the colon. */
    private static final Pattern FIELD = Pattern.compile("([!#$%&'*+.^_`|~0-9A-Za-z-]+):(.*)", Pattern.DOTALL);

    /** RFC 9110 5.5. */
    private static final Pattern VALUE = Pattern.compile("[\\t\\x20-\\x7e\\x80-\\xff]*");

    private static final Pattern LENGTH = Pattern.compile("[0-9]{1,18}");
    private static final Pattern CHUNK = Pattern.compile("([0-9a-fA-F]{1,8})[ \\t]*(;.*)?");
    private static final String TRANSFER_ENCODING = "Transfer-Encoding";
    private static final String CONTENT_LENGTH = "Content-Length";
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    /** What is not UTF-8 is not JSON, as this is not; with a few characters replaced it might be. */
    private static final String NO_TEXT = "\uFFFD";

    private static final int LF = '\n';

    /** What has come of the bytes so far. */
    enum Step {
        /** More have to come. */
        MORE,
        /** The head is there; reading again goes on with the body. */
        HEAD,
        /** All of it is there. */
        COMPLETE,
        /** It cannot be answered: {@link #status()}. */
        REFUSED
    }

    private enum Part {
        REQUEST_LINE,
        FIELDS,
        BODY,
        CHUNK_SIZE,
        CHUNK,
        CHUNK_END,
        TRAILER,
        END,
        BAD
    }

    private final StringBuilder line = new StringBuilder();
    private final Map<String, String> fields = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private Part part = Part.REQUEST_LINE;
    private int lineBytes;
    private long left;
    private long maxBody = MAX_BODY_BYTES;
    private int status;
    private String method = "";
    private String target = "";
    private boolean old;

    /** Takes bytes until something has come of them. */
    Step read(ByteBuffer in) {
        while (true) {
            switch (part) {
                case END -> {
                    return Step.COMPLETE;
                }
                case BAD -> {
                    return Step.REFUSED;
                }
                case BODY, CHUNK -> {
                    if (!take(in)) {
                        return Step.MORE;
                    }
                }
                default -> {
                    if (!takeLine(in)) {
                        return part == Part.BAD ? Step.REFUSED : Step.MORE;
                    }
                    String whole = line.toString();
                    line.setLength(0);
                    if (onLine(whole)) {
                        return Step.HEAD;
                    }
                }
            }
        }
    }

    private boolean take(ByteBuffer in) {
        int count = (int) Math.min(left, in.remaining());
        byte[] bytes = new byte[count];
        in.get(bytes);
        body.write(bytes, 0, count);
        left -= count;
        if (left > 0) {
            return false;
        }
        part = part == Part.BODY ? Part.END : Part.CHUNK_END;
        return true;
    }

    /** Takes up to the end of a line, which may be a lone LF (RFC 9112 2.2). */
    private boolean takeLine(ByteBuffer in) {
        while (in.hasRemaining()) {
            int next = in.get() & 0xff;
            if (++lineBytes > MAX_HEAD_BYTES) {
                refuse(part == Part.REQUEST_LINE ? 414 : 431);
                return false;
            }
            if (next == LF) {
                int last = line.length() - 1;
                if (last >= 0 && line.charAt(last) == '\r') {
                    line.setLength(last);
                }
                return true;
            }
            line.append((char) next);
        }
        return false;
    }

    /** Returns whether it was the last line of the head. */
    private boolean onLine(String text) {
        switch (part) {
            case REQUEST_LINE -> onRequestLine(text);
            case FIELDS -> {
                if (text.isEmpty()) {
                    onHead();
                    return part != Part.BAD;
                }
                onField(text);
            }
            case CHUNK_SIZE -> onChunk(text);
            case CHUNK_END -> {
                part = Part.CHUNK_SIZE;
                if (!text.isEmpty()) {
                    refuse(400);
                }
            }
            case TRAILER -> {
                if (text.isEmpty()) {
                    part = Part.END;
                }
            }
            case BODY, CHUNK, END, BAD -> refuse(400);
        }
        return false;
    }

    private void onRequestLine(String text) {
        if (text.isEmpty()) {
            // RFC 9112 2.2: an empty line before a request is nothing.
            return;
        }
        Matcher matcher = REQUEST_LINE.matcher(text);
        if (!matcher.matches()) {
            refuse(400);
            return;
        }
        method = matcher.group(1);
        target = matcher.group(2);
        old = matcher.group(3).equals("0");
        part = Part.FIELDS;
    }

    private void onField(String text) {
        Matcher matcher = FIELD.matcher(text);
        if (!matcher.matches() || !VALUE.matcher(matcher.group(2)).matches()) {
            refuse(400);
            return;
        }
        String name = matcher.group(1);
        String before = fields.putIfAbsent(name, matcher.group(2).strip());
        boolean once = name.equalsIgnoreCase("Host")
                || name.equalsIgnoreCase(TRANSFER_ENCODING)
                || name.equalsIgnoreCase(CONTENT_LENGTH);
        if (before != null && once) {
            refuse(400);
        }
    }

    private void onHead() {
        String encoding = fields.get(TRANSFER_ENCODING);
        String length = fields.get(CONTENT_LENGTH);
        if (!resolveTarget() || (encoding != null && (length != null || old))) {
            refuse(400);
        } else if (encoding != null) {
            part = Part.CHUNK_SIZE;
            if (!encoding.toLowerCase(Locale.ROOT).equals("chunked")) {
                refuse(501);
            }
        } else if (length == null) {
            part = Part.END;
        } else if (!LENGTH.matcher(length).matches()) {
            refuse(400);
        } else {
            left = Long.parseLong(length);
            part = left == 0 ? Part.END : Part.BODY;
            if (left > maxBody) {
                refuse(413);
            }
        }
        lineBytes = 0;
    }

    /** A target may be a whole address, whose host counts instead of the field's (RFC 9112 3.2.2). */
    private boolean resolveTarget() {
        if (target.startsWith("/")) {
            return true;
        }
        try {
            URI uri = new URI(target);
            if (!"http".equalsIgnoreCase(uri.getScheme()) || uri.getRawAuthority() == null) {
                return false;
            }
            fields.put("Host", uri.getRawAuthority());
            String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
            target = uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
            return true;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private void onChunk(String text) {
        Matcher matcher = CHUNK.matcher(text);
        if (!matcher.matches()) {
            refuse(400);
            return;
        }
        left = Long.parseLong(matcher.group(1), 16);
        part = left == 0 ? Part.TRAILER : Part.CHUNK;
        if (body.size() + left > maxBody) {
            refuse(413);
        }
        // Extensions and trailers of all chunks have the room of a head; sizes are paid for by what they announce.
        lineBytes -= Math.min(lineBytes, left > 0 ? matcher.end(1) + 4 : 0);
    }

    /** When the head is there: its body is to be no longer than this. */
    void limit(int bodyBytes) {
        maxBody = bodyBytes;
        if (part == Part.BODY && left > maxBody) {
            refuse(413);
        }
    }

    private void refuse(int code) {
        status = code;
        part = Part.BAD;
    }

    /** Why it is refused. */
    int status() {
        return status;
    }

    /** What is known of it: before it is complete, the body is empty or a part. */
    ApiRequest request() {
        int question = target.indexOf('?');
        return new ApiRequest(
                method,
                unescaped(question < 0 ? target : target.substring(0, question)),
                question < 0 ? "" : target.substring(question + 1),
                fields,
                text(body.toByteArray()));
    }

    /** What escapes stand for; a path with one that stands for nothing is nobody's. */
    private static String unescaped(String path) {
        try {
            // A plus is a blank in queries only.
            return URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return path;
        }
    }

    private static String text(byte[] utf8) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
            return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            return NO_TEXT;
        }
    }

    /** Whether a body is to come, which the client sends when it is told to (RFC 9110 10.1.1). */
    boolean isAwaited() {
        return part != Part.END && part != Part.BAD && !old && "100-continue".equalsIgnoreCase(fields.get("Expect"));
    }

    /** Whether the connection ends with it. */
    boolean isLast() {
        return old
                || Arrays.stream(fields.getOrDefault("Connection", "").split(",", -1))
                        .anyMatch(option -> option.strip().equalsIgnoreCase("close"));
    }

    /** Whether anything of it has come. */
    boolean hasBegun() {
        return part != Part.REQUEST_LINE || lineBytes > 0;
    }
}
