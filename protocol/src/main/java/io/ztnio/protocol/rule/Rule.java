package io.ztnio.protocol.rule;

import io.ztnio.protocol.wire.BigEndian;
import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.wire.ByteWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * One action or match: a type byte (bit 7 NOT, bit 6 OR, low 6 bits the type), a length, and data
 * ({@code protocol.md} 6.3). The data is kept as it came, so that what was signed can be verified, even of types that
 * we do not know. Immutable.
 */
public final class Rule {
    /** Accepts the frame. */
    public static final Rule ACCEPT = action(RuleType.ACTION_ACCEPT);

    public static final Rule DROP = action(RuleType.ACTION_DROP);

    private static final int NOT = 0x80;
    private static final int OR = 0x40;
    private static final int FIRST_MATCH = 16;

    private final int typeByte;
    private final byte[] data;
    private final RuleType type;

    private Rule(int typeByte, byte[] data) {
        this.typeByte = typeByte;
        this.data = data;
        this.type = RuleType.of(typeByte);
    }

    /** An action without data. */
    public static Rule action(RuleType type) {
        return of(type, false, false, new byte[0]);
    }

    /** TEE, WATCH or REDIRECT to {@code address}; {@code lengthBytes} 0 means the whole frame. */
    public static Rule forward(RuleType type, long address, int lengthBytes) {
        byte[] data = new byte[14];
        BigEndian.putLong(data, 0, address);
        BigEndian.putShort(data, 12, lengthBytes);
        return of(type, false, false, data);
    }

    /**
     * Any rule.
     *
     * @throws IllegalArgumentException if {@code data} has not the length of the type
     */
    public static Rule of(RuleType type, boolean not, boolean or, byte[] data) {
        if (data.length != type.dataLength()) {
            throw new IllegalArgumentException(
                    type + " has " + type.dataLength() + " bytes of data, not " + data.length);
        }
        return new Rule(type.code() | (not ? NOT : 0) | (or ? OR : 0), data.clone());
    }

    /** A match of one 8, 16, 32 or 64-bit number, or of a 40-bit or 48-bit address: as wide as the type's data. */
    public static Rule match(RuleType type, long value) {
        byte[] data = new byte[type.dataLength()];
        for (int i = 0; i < data.length; i++) {
            int shift = 8 * (data.length - 1 - i);
            data[i] = (byte) (shift < 64 ? value >>> shift : 0);
        }
        return of(type, false, false, data);
    }

    /** A range of ports or frame sizes, both ends included. */
    public static Rule range(RuleType type, int first, int last) {
        return match(type, (long) first << 16 | last);
    }

    /** A tag ID and a value. */
    public static Rule tag(RuleType type, int id, int value) {
        return match(type, (long) id << 32 | (value & 0xffffffffL));
    }

    /** An address prefix, for the four IP matches. */
    public static Rule prefix(RuleType type, byte[] ip, int bits) {
        byte[] data = Arrays.copyOf(ip, ip.length + 1);
        data[ip.length] = (byte) bits;
        return of(type, false, false, data);
    }

    /** This match inverted. */
    public Rule not() {
        return new Rule(typeByte ^ NOT, data);
    }

    /** This match combined with those before it by OR instead of AND. */
    public Rule or() {
        return new Rule(typeByte | OR, data);
    }

    /** Reads one rule; empty, and the reader failed, if data of a known type is too short. */
    public static Optional<Rule> read(ByteReader reader) {
        int typeByte = reader.getByte();
        byte[] data = reader.getBytes(reader.getByte());
        RuleType type = RuleType.of(typeByte);
        if (!reader.ok() || (type != null && data.length < type.dataLength())) {
            reader.fail();
            return Optional.empty();
        }
        return Optional.of(new Rule(typeByte, data));
    }

    /** Reads rules to the end, but not more than {@code most}; the reader fails if there are more. */
    public static List<Rule> readAll(ByteReader reader, int most) {
        List<Rule> rules = new ArrayList<>();
        while (reader.remaining() > 0) {
            Optional<Rule> rule = rules.size() < most ? read(reader) : Optional.empty();
            if (rule.isEmpty()) {
                reader.fail();
                return List.of();
            }
            rules.add(rule.get());
        }
        return List.copyOf(rules);
    }

    public void write(ByteWriter writer) {
        writer.putByte(typeByte).putByte(data.length).putBytes(data);
    }

    public static byte[] encode(List<Rule> rules) {
        ByteWriter writer = new ByteWriter(encodedLength(rules));
        rules.forEach(rule -> rule.write(writer));
        return writer.toByteArray();
    }

    public static int encodedLength(List<Rule> rules) {
        int length = 0;
        for (Rule rule : rules) {
            length += 2 + rule.data.length;
        }
        return length;
    }

    /** {@code null} for a type that we do not know. */
    public RuleType type() {
        return type;
    }

    /** Six bits. */
    public int typeCode() {
        return typeByte & 0x3f;
    }

    public boolean isAction() {
        return typeCode() < FIRST_MATCH;
    }

    public boolean isNot() {
        return (typeByte & NOT) != 0;
    }

    public boolean isOr() {
        return (typeByte & OR) != 0;
    }

    /** A copy. */
    public byte[] data() {
        return data.clone();
    }

    /** The rule's own bytes, for the engine. */
    byte[] rawData() {
        return data;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Rule that && typeByte == that.typeByte && Arrays.equals(data, that.data);
    }

    @Override
    public int hashCode() {
        return 31 * typeByte + Arrays.hashCode(data);
    }

    @Override
    public String toString() {
        return (isOr() ? "OR " : "")
                + (isNot() ? "NOT " : "")
                + (type == null ? "TYPE_" + typeCode() : type.name())
                + (data.length == 0 ? "" : " " + HexFormat.of().formatHex(data));
    }
}
