package io.ztnio.protocol.wire;

import java.util.Arrays;

/**
 * A cursor over received bytes. A read past the end returns zero or an empty array and makes the reader failed for
 * good, so that a parser reads a whole message and asks {@link #ok()} once.
 *
 * <p>Thread: belongs to one thread.
 */
public final class ByteReader {
    private byte[] bytes;
    private int position;
    private int end;
    private boolean failed;

    public ByteReader(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    public ByteReader(byte[] bytes, int offset, int length) {
        reset(bytes, offset, length);
    }

    /** Points the reader at other bytes. */
    public ByteReader reset(byte[] newBytes, int offset, int length) {
        bytes = newBytes;
        position = offset;
        end = offset + length;
        failed = false;
        return this;
    }

    /** Whether every read so far found its bytes. */
    public boolean ok() {
        return !failed;
    }

    /** Makes the reader failed: for a parser that finds a value that may not be. */
    public void fail() {
        failed = true;
        position = end;
    }

    public int remaining() {
        return end - position;
    }

    /** Index of the next byte in {@link #array()}. */
    public int position() {
        return position;
    }

    public byte[] array() {
        return bytes;
    }

    /** Unsigned. */
    public int getByte() {
        return has(1) ? bytes[position++] & 0xff : 0;
    }

    /** Unsigned. */
    public int getShort() {
        if (!has(2)) {
            return 0;
        }
        position += 2;
        return BigEndian.getShort(bytes, position - 2);
    }

    public int getInt() {
        if (!has(4)) {
            return 0;
        }
        position += 4;
        return BigEndian.getInt(bytes, position - 4);
    }

    public long getLong() {
        if (!has(8)) {
            return 0;
        }
        position += 8;
        return BigEndian.getLong(bytes, position - 8);
    }

    /** A ZeroTier address, 40 bits. */
    public long getAddress() {
        if (!has(5)) {
            return 0;
        }
        position += 5;
        return BigEndian.getAddress(bytes, position - 5);
    }

    /** A MAC address, 48 bits. */
    public long getMac() {
        if (!has(6)) {
            return 0;
        }
        position += 6;
        return BigEndian.getMac(bytes, position - 6);
    }

    public byte[] getBytes(int length) {
        if (length < 0 || !has(length)) {
            failed = true;
            return new byte[0];
        }
        position += length;
        return Arrays.copyOfRange(bytes, position - length, position);
    }

    public void skip(int length) {
        if (length < 0 || !has(length)) {
            failed = true;
            return;
        }
        position += length;
    }

    private boolean has(int length) {
        if (end - position >= length) {
            return true;
        }
        fail();
        return false;
    }
}
