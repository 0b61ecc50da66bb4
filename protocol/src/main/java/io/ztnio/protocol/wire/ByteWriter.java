package io.ztnio.protocol.wire;

import java.util.Arrays;

/**
 * A cursor that appends to a byte array of fixed capacity. Writing past the capacity is a mistake of the caller and
 * throws {@link IndexOutOfBoundsException}; {@link #remaining()} tells the room.
 *
 * <p>Thread: belongs to one thread.
 */
public final class ByteWriter {
    private final byte[] bytes;
    private final int start;
    private int position;

    public ByteWriter(int capacity) {
        this(new byte[capacity], 0);
    }

    /** Appends to {@code bytes} from {@code offset} on. */
    public ByteWriter(byte[] bytes, int offset) {
        this.bytes = bytes;
        this.start = offset;
        this.position = offset;
    }

    public byte[] array() {
        return bytes;
    }

    /** Index of the next byte in {@link #array()}. */
    public int position() {
        return position;
    }

    public void position(int newPosition) {
        position = newPosition;
    }

    /** Bytes written. */
    public int length() {
        return position - start;
    }

    public int remaining() {
        return bytes.length - position;
    }

    public ByteWriter putByte(int value) {
        bytes[position++] = (byte) value;
        return this;
    }

    public ByteWriter putShort(int value) {
        BigEndian.putShort(bytes, position, value);
        position += 2;
        return this;
    }

    public ByteWriter putInt(int value) {
        BigEndian.putInt(bytes, position, value);
        position += 4;
        return this;
    }

    public ByteWriter putLong(long value) {
        BigEndian.putLong(bytes, position, value);
        position += 8;
        return this;
    }

    public ByteWriter putAddress(long address) {
        BigEndian.putAddress(bytes, position, address);
        position += 5;
        return this;
    }

    public ByteWriter putMac(long mac) {
        BigEndian.putMac(bytes, position, mac);
        position += 6;
        return this;
    }

    public ByteWriter putBytes(byte[] source) {
        return putBytes(source, 0, source.length);
    }

    public ByteWriter putBytes(byte[] source, int offset, int length) {
        System.arraycopy(source, offset, bytes, position, length);
        position += length;
        return this;
    }

    public ByteWriter putZeros(int length) {
        Arrays.fill(bytes, position, position + length, (byte) 0);
        position += length;
        return this;
    }

    public byte[] toByteArray() {
        return Arrays.copyOfRange(bytes, start, position);
    }
}
