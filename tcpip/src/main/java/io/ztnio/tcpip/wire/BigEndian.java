package io.ztnio.tcpip.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Unaligned big-endian integers in byte arrays. Thread: stateless. */
public final class BigEndian {
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private BigEndian() {}

    /** 0 to 255. */
    public static int u8(byte[] buffer, int offset) {
        return buffer[offset] & 0xff;
    }

    /** 0 to 65535. */
    public static int u16(byte[] buffer, int offset) {
        return (short) SHORT.get(buffer, offset) & 0xffff;
    }

    public static int i32(byte[] buffer, int offset) {
        return (int) INT.get(buffer, offset);
    }

    public static long i64(byte[] buffer, int offset) {
        return (long) LONG.get(buffer, offset);
    }

    /** A 48-bit value, such as a MAC address. */
    public static long u48(byte[] buffer, int offset) {
        return ((long) u16(buffer, offset) << 32) | (i32(buffer, offset + 2) & 0xffff_ffffL);
    }

    public static void u8(byte[] buffer, int offset, int value) {
        buffer[offset] = (byte) value;
    }

    public static void u16(byte[] buffer, int offset, int value) {
        SHORT.set(buffer, offset, (short) value);
    }

    public static void i32(byte[] buffer, int offset, int value) {
        INT.set(buffer, offset, value);
    }

    public static void i64(byte[] buffer, int offset, long value) {
        LONG.set(buffer, offset, value);
    }

    /** Writes the low 48 bits. */
    public static void u48(byte[] buffer, int offset, long value) {
        u16(buffer, offset, (int) (value >>> 32));
        i32(buffer, offset + 2, (int) value);
    }
}
