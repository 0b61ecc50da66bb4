package io.ztnio.tools.cli.command;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The fields of a JSON object that a person wrote: what is misspelt or of the wrong type is refused by its name, for what
 * is ignored in silence is believed to be in force. Immutable; every method throws {@link CommandFailure} naming the file,
 * the field and what is expected.
 */
public final class JsonFields {
    private final String name;
    private final String path;
    private final Map<?, ?> fields;

    private JsonFields(String name, String path, Map<?, ?> fields, List<String> known) {
        this.name = name;
        this.path = path;
        this.fields = fields;
        for (Object field : new TreeSet<>(fields.keySet())) {
            if (!known.contains(field)) {
                throw new CommandFailure(
                        name + ": unknown field " + path + field + "; known are " + String.join(", ", known));
            }
        }
    }

    /**
     * The object in a file.
     *
     * @param known the fields that it may have
     */
    public static JsonFields read(Path file, String... known) throws IOException {
        return new JsonFields(file.toString(), "", JsonText.read(file), List.of(known));
    }

    /**
     * The object in a file's text.
     *
     * @param name of the file, for messages
     * @param known the fields that it may have
     */
    public static JsonFields parse(String name, String text, String... known) {
        return new JsonFields(name, "", JsonText.parse(name, text), List.of(known));
    }

    /** The text of a field; empty if it is absent. */
    public Optional<String> text(String field) {
        return Optional.ofNullable(typed(field, String.class, "a text"));
    }

    /** The text of a field that must be there. */
    public String requiredText(String field) {
        return text(field).orElseThrow(() -> new CommandFailure(name + ": " + path + field + " is missing"));
    }

    /** The value of a field, or {@code otherwise} if it is absent. */
    public boolean flag(String field, boolean otherwise) {
        Boolean value = typed(field, Boolean.class, "true or false, without quotation marks");
        return value == null ? otherwise : value;
    }

    /** The value of a field, or {@code otherwise} if it is absent. */
    public int number(String field, int otherwise, int min, int max) {
        String expected = "a whole number from " + min + " to " + max + ", without quotation marks";
        Number value = typed(field, Number.class, expected);
        if (value == null) {
            return otherwise;
        }
        boolean whole = value instanceof Integer || value instanceof Long;
        if (!whole || value.longValue() < min || value.longValue() > max) {
            throw wrong(field, expected);
        }
        return value.intValue();
    }

    /** The object in a field; empty if it is absent. */
    public Optional<JsonFields> object(String field, String... known) {
        return Optional.ofNullable(typed(field, Map.class, "an object: {...}"))
                .map(value -> new JsonFields(name, path + field + ".", value, List.of(known)));
    }

    /** The objects in a field's list; none if it is absent. */
    public List<JsonFields> objects(String field, String... known) {
        List<JsonFields> objects = new ArrayList<>();
        for (Object element : list(field, "a list of objects: [{...}]")) {
            if (!(element instanceof Map<?, ?> object)) {
                throw wrong(field, "a list of objects: [{...}]");
            }
            objects.add(new JsonFields(name, path + field + "[" + objects.size() + "].", object, List.of(known)));
        }
        return objects;
    }

    /** The texts in a field's list; none if it is absent. */
    public List<String> texts(String field) {
        List<String> texts = new ArrayList<>();
        for (Object element : list(field, "a list of texts: [\"...\"]")) {
            if (!(element instanceof String text)) {
                throw wrong(field, "a list of texts: [\"...\"]");
            }
            texts.add(text);
        }
        return texts;
    }

    private List<?> list(String field, String expected) {
        List<?> elements = typed(field, List.class, expected);
        return elements == null ? List.of() : elements;
    }

    /** {@code null} if the field is absent. */
    private <T> T typed(String field, Class<T> type, String expected) {
        if (!fields.containsKey(field)) {
            return null;
        }
        if (!type.isInstance(fields.get(field))) {
            throw wrong(field, expected);
        }
        return type.cast(fields.get(field));
    }

    /**
     * What to throw for a field whose value may not be.
     *
     * @param expected a noun phrase
     */
    public CommandFailure wrong(String field, String expected) {
        return new CommandFailure(
                name + ": " + path + field + " is " + shown(fields.get(field)) + "; expected is " + expected);
    }

    /** The same without the value, which may be a secret. */
    public CommandFailure isNot(String field, String expected) {
        return new CommandFailure(name + ": " + path + field + " is not " + expected);
    }

    private static String shown(Object value) {
        if (value instanceof String text) {
            return "\"" + text + "\"";
        }
        if (value instanceof Map) {
            return "an object";
        }
        return value instanceof List ? "a list" : String.valueOf(value);
    }
}
