package io.ztnio.tcpip.packetdrill.script;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** An argument or result of a system call. */
public sealed interface Value {
    /** Whatever it is. */
    record Any() implements Value {
        @Override
        public String toString() {
            return "...";
        }
    }

    /** A number. */
    record Int(long number) implements Value {
        @Override
        public String toString() {
            return Long.toString(number);
        }
    }

    /** A constant by its name, perhaps one that takes something, as {@code htons(80)}. */
    record Name(String word, List<Value> arguments) implements Value {
        public Name {
            arguments = List.copyOf(arguments);
        }

        @Override
        public String toString() {
            return word;
        }
    }

    /** A string. */
    record Text(String content) implements Value {}

    /** Flags that hold together. */
    record Flags(List<Value> parts) implements Value {
        public Flags {
            parts = List.copyOf(parts);
        }

        @Override
        public String toString() {
            return parts.stream().map(Value::toString).collect(Collectors.joining("|"));
        }
    }

    /** In square brackets. */
    record Items(List<Value> items) implements Value {
        public Items {
            items = List.copyOf(items);
        }

        @Override
        public String toString() {
            return items.toString();
        }
    }

    /** In braces: fields, some of them with a name. */
    record Struct(List<Field> fields) implements Value {
        public Struct {
            fields = List.copyOf(fields);
        }

        public Optional<Value> field(String name) {
            return fields.stream()
                    .filter(field -> field.name().equals(name))
                    .map(Field::value)
                    .findFirst();
        }
    }

    /** A field of a structure; its name is empty if there is none. */
    record Field(String name, Value value) {}

    /** Whether a flag of that name is among them. */
    default boolean has(String flag) {
        if (this instanceof Flags flags) {
            return flags.parts().stream().anyMatch(part -> part.has(flag));
        }
        return this instanceof Name name && name.word().equals(flag);
    }
}
