package io.ztnio.provider.service;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;

/** Answers as bytes of HTTP/1.1 (RFC 9112). Stateless. */
final class HttpReply {
    /** For how long a connection waits for another request, as it is told (RFC 2068 19.7.1.1); less than it really does. */
    private static final int KEEP_SECONDS = 25;

    private static final Map<Integer, String> REASONS = Map.of(
            200, "OK",
            400, "Bad Request",
            401, "Unauthorized",
            403, "Forbidden",
            404, "Not Found",
            413, "Content Too Large",
            414, "URI Too Long",
            431, "Request Header Fields Too Large",
            500, "Internal Server Error",
            503, "Service Unavailable");

    private HttpReply() {}

    /** That the body may come. */
    static ByteBuffer goOn() {
        return ByteBuffer.wrap("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    }

    /**
     * An answer.
     *
     * @param withBody false for the answer to HEAD, which tells the body's length all the same
     * @param last whether the connection ends with it
     * @param nowMillis epoch milliseconds
     */
    static ByteBuffer of(LocalApi.Reply reply, boolean withBody, boolean last, long nowMillis) {
        byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
        StringBuilder head = new StringBuilder(256);
        head.append("HTTP/1.1 ").append(reply.status()).append(' ');
        head.append(REASONS.getOrDefault(reply.status(), "")).append("\r\n");
        head.append("Date: ")
                .append(DateTimeFormatter.RFC_1123_DATE_TIME.format(
                        Instant.ofEpochMilli(nowMillis).atOffset(ZoneOffset.UTC)))
                .append("\r\n");
        if (!reply.type().isEmpty()) {
            head.append("Content-Type: ").append(reply.type()).append("\r\n");
        }
        head.append("Content-Length: ").append(body.length).append("\r\n");
        head.append("Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n");
        head.append(last ? "Connection: close" : "Keep-Alive: timeout=" + KEEP_SECONDS)
                .append("\r\n\r\n");
        byte[] start = head.toString().getBytes(StandardCharsets.ISO_8859_1);
        ByteBuffer whole = ByteBuffer.allocate(start.length + (withBody ? body.length : 0));
        whole.put(start);
        if (withBody) {
            whole.put(body);
        }
        return whole.flip();
    }
}
