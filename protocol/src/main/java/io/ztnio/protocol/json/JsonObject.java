package io.ztnio.protocol.json;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** A JSON object whose fields are read loosely; see {@link Json}. Thread: confined to who has it. */
public final class JsonObject {
    private final SortedMap<String, Object> fields;

    private JsonObject(SortedMap<String, Object> fields) {
        this.fields = fields;
    }

    /** An object without fields. */
    public JsonObject() {
        this(new TreeMap<>());
    }

    /**
     * Reads an object.
     *
     * @throws IllegalArgumentException saying what is wrong, if the text is anything else
     */
    public static JsonObject parse(String text) {
        return of(Json.parse(text)).orElseThrow(() -> new IllegalArgumentException("not a JSON object"));
    }

    /** A value as an object, if it is one. */
    public static Optional<JsonObject> of(Object value) {
        if (value instanceof JsonObject object) {
            return Optional.of(object);
        }
        return value instanceof Map<?, ?> ? Optional.of(new JsonObject().putAll((Map<?, ?>) value)) : Optional.empty();
    }

    private JsonObject putAll(Map<?, ?> values) {
        values.forEach((name, value) -> fields.put(name.toString(), Json.normal(value)));
        return this;
    }

    /** Another object with the same fields. */
    public JsonObject copy() {
        return new JsonObject(new TreeMap<>(fields));
    }

    /** Whether the field is there, be it {@code null}. */
    public boolean has(String field) {
        return fields.containsKey(field);
    }

    /** The value, {@code null} also if there is none. */
    public Object get(String field) {
        return fields.get(field);
    }

    public JsonObject put(String field, Object value) {
        fields.put(field, Json.normal(value));
        return this;
    }

    public JsonObject putIfAbsent(String field, Object value) {
        return has(field) ? this : put(field, value);
    }

    public void remove(String field) {
        fields.remove(field);
    }

    public String text(String field, String otherwise) {
        return Json.text(get(field), otherwise);
    }

    public boolean flag(String field, boolean otherwise) {
        return Json.flag(get(field), otherwise);
    }

    public long number(String field, long otherwise) {
        return Json.number(get(field), otherwise);
    }

    /** The object that is the field's value. */
    public Optional<JsonObject> object(String field) {
        return of(get(field));
    }

    /** The list that is the field's value; empty if it is none. */
    public Optional<List<?>> list(String field) {
        return get(field) instanceof List<?> list ? Optional.of(list) : Optional.empty();
    }

    /** The objects in the list that is the field's value. */
    public List<JsonObject> objects(String field) {
        return list(field).orElse(List.of()).stream()
                .map(JsonObject::of)
                .flatMap(Optional::stream)
                .toList();
    }

    /** All fields. */
    public SortedMap<String, Object> fields() {
        return Collections.unmodifiableSortedMap(fields);
    }

    /** Whether the other says the same, that field aside. */
    public boolean equalsBut(String field, JsonObject other) {
        SortedMap<String, Object> mine = new TreeMap<>(fields);
        SortedMap<String, Object> theirs = new TreeMap<>(other.fields);
        mine.remove(field);
        theirs.remove(field);
        return mine.equals(theirs);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof JsonObject that && fields.equals(that.fields);
    }

    @Override
    public int hashCode() {
        return fields.hashCode();
    }

    /** The JSON text. */
    @Override
    public String toString() {
        return Json.write(fields);
    }
}
