package io.ztnio.protocol.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Unaligned big-endian access to byte arrays. Thread-safe. */
public final class BigEndian {
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private BigEndian() {}

    /** Unsigned 16 bits. */
    public static int getShort(byte[] bytes, int offset) {
        return (short) SHORT.get(bytes, offset) & 0xffff;
    }

    public static int getInt(byte[] bytes, int offset) {
        return (int) INT.get(bytes, offset);
    }

    public static long getLong(byte[] bytes, int offset) {
        return (long) LONG.get(bytes, offset);
    }

    /** Unsigned 40 bits: a ZeroTier address. */
    public static long getAddress(byte[] bytes, int offset) {
        return (getInt(bytes, offset) & 0xffffffffL) << 8 | (bytes[offset + 4] & 0xffL);
    }

    /** Unsigned 48 bits: a MAC address. */
    public static long getMac(byte[] bytes, int offset) {
        return (getInt(bytes, offset) & 0xffffffffL) << 16 | getShort(bytes, offset + 4);
    }

    public static void putShort(byte[] bytes, int offset, int value) {
        SHORT.set(bytes, offset, (short) value);
    }

    public static void putInt(byte[] bytes, int offset, int value) {
        INT.set(bytes, offset, value);
    }

    public static void putLong(byte[] bytes, int offset, long value) {
        LONG.set(bytes, offset, value);
    }

    public static void putAddress(byte[] bytes, int offset, long address) {
        INT.set(bytes, offset, (int) (address >>> 8));
        bytes[offset + 4] = (byte) address;
    }

    public static void putMac(byte[] bytes, int offset, long mac) {
        INT.set(bytes, offset, (int) (mac >>> 16));
        SHORT.set(bytes, offset + 4, (short) mac);
    }
}
