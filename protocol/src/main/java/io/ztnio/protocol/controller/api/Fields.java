package io.ztnio.protocol.controller.api;

import io.ztnio.protocol.json.Json;
import io.ztnio.protocol.json.JsonObject;
import java.util.List;
import java.util.function.Function;

/** Takes over fields that a request has, each brought into its form. Thread: confined to who makes it. */
final class Fields {
    private static final int MAX_LIST = 16_384;
    private static final String TRACE_TARGET = "remoteTraceTarget";
    private static final int ADDRESS_LENGTH = 10;

    private final JsonObject changes;
    private final JsonObject record;

    Fields(JsonObject changes, JsonObject record) {
        this.changes = changes;
        this.record = record;
    }

    void value(String field, Function<Object, Object> form) {
        if (changes.has(field)) {
            record.put(field, form.apply(changes.get(field)));
        }
    }

    void text(String field) {
        value(field, value -> Json.text(value, ""));
    }

    void flag(String field, boolean otherwise) {
        value(field, value -> Json.flag(value, otherwise));
    }

    void number(String field, long otherwise) {
        value(field, value -> Json.unsigned(Json.number(value, otherwise)));
    }

    /** A list; the record keeps what it has if the request has something else. */
    void list(String field, Function<List<?>, List<Object>> form) {
        changes.list(field).ifPresent(list -> {
            List<Object> formed = form.apply(list);
            record.put(field, formed.subList(0, Math.min(MAX_LIST, formed.size())));
        });
    }

    /** Who is told what becomes of frames, and how much. */
    void trace() {
        value(TRACE_TARGET, value -> {
            String target = Json.text(value, "");
            return target.length() == ADDRESS_LENGTH ? target : null;
        });
        number("remoteTraceLevel", 0);
    }
}
