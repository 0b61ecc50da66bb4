package io.ztnio.protocol.wire;

import java.util.Arrays;
import java.util.HexFormat;

/** An immutable sequence of bytes with the equality of its content, for the components of records. */
public final class Bytes {
    public static final Bytes EMPTY = new Bytes(new byte[0]);

    private final byte[] bytes;

    private Bytes(byte[] bytes) {
        this.bytes = bytes;
    }

    /** A copy of {@code bytes}. */
    public static Bytes of(byte[] bytes) {
        return bytes.length == 0 ? EMPTY : new Bytes(bytes.clone());
    }

    /** The next {@code length} bytes of {@code reader}, or none if it fails. */
    public static Bytes read(ByteReader reader, int length) {
        return new Bytes(reader.getBytes(length));
    }

    /** All that {@code reader} has left. */
    public static Bytes readRest(ByteReader reader) {
        return read(reader, reader.remaining());
    }

    public int length() {
        return bytes.length;
    }

    public boolean isEmpty() {
        return bytes.length == 0;
    }

    public void write(ByteWriter writer) {
        writer.putBytes(bytes);
    }

    /** A reader of these bytes, which must not be written through {@link ByteReader#array()}. */
    public ByteReader reader() {
        return new ByteReader(bytes);
    }

    /** A copy. */
    public byte[] toByteArray() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** Lower-case hexadecimal digits. */
    @Override
    public String toString() {
        return HexFormat.of().formatHex(bytes);
    }
}
