package io.ztnio.protocol.dissect;

import io.ztnio.protocol.identity.Address;
import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.wire.Bytes;
import io.ztnio.protocol.wire.SocketAddressField;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Reads fields one after the other and keeps those that are there under their names. Thread: belongs to one thread. */
final class FieldReader {
    private final ByteReader reader;
    private final Map<String, Object> fields = new LinkedHashMap<>();

    FieldReader(ByteReader reader) {
        this.reader = reader;
    }

    Map<String, Object> fields() {
        return fields;
    }

    ByteReader reader() {
        return reader;
    }

    boolean hasMore() {
        return reader.remaining() > 0;
    }

    void put(String name, Object value) {
        if (reader.ok()) {
            fields.put(name, value);
        }
    }

    int u8(String name) {
        int value = reader.getByte();
        put(name, value);
        return value;
    }

    int u16(String name) {
        int value = reader.getShort();
        put(name, value);
        return value;
    }

    int hex16(String name) {
        int value = reader.getShort();
        put(name, String.format("%04x", value));
        return value;
    }

    long u32(String name) {
        long value = reader.getInt() & 0xffffffffL;
        put(name, value);
        return value;
    }

    /** Counters, and times in epoch milliseconds. */
    void u64(String name) {
        long value = reader.getLong();
        put(name, value < 0 ? Long.toUnsignedString(value) : (Object) value);
    }

    /** IDs. */
    void hex64(String name) {
        put(name, String.format("%016x", reader.getLong()));
    }

    long address(String name) {
        long value = reader.getAddress();
        put(name, Address.format(value));
        return value;
    }

    void mac(String name) {
        put(name, String.format("%012x", reader.getMac()).replaceAll("(..)(?=.)", "$1:"));
    }

    void blob(String name, int length) {
        put(name, Bytes.read(reader, length).toString());
    }

    void rest(String name) {
        blob(name, reader.remaining());
    }

    void socketAddress(String name) {
        InetSocketAddress value = SocketAddressField.read(reader);
        put(name, SocketAddressField.format(value));
    }

    void identity(String name) {
        Optional<Identity> value = Identity.read(reader);
        put(name, value.map(Identity::toPublicString).orElse(""));
    }

    /** A part with fields of its own; it is kept as far as it could be read. */
    void group(String name, Consumer<FieldReader> part) {
        fields.put(name, read(part));
    }

    /** Up to {@code count} parts in a row, until the bytes end. */
    void list(String name, int count, Consumer<FieldReader> part) {
        List<Map<String, Object>> parts = new ArrayList<>();
        for (int i = 0; i < count && reader.ok(); i++) {
            parts.add(read(part));
        }
        fields.put(name, parts);
    }

    /** As many parts as there are. */
    void listOfRest(String name, Consumer<FieldReader> part) {
        List<Map<String, Object>> parts = new ArrayList<>();
        while (hasMore()) {
            parts.add(read(part));
        }
        fields.put(name, parts);
    }

    private Map<String, Object> read(Consumer<FieldReader> part) {
        FieldReader nested = new FieldReader(reader);
        part.accept(nested);
        return nested.fields;
    }
}
