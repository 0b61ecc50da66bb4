package io.ztnio.overlay.session;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Big-endian numbers in byte arrays. Stateless. */
public final class Bytes {
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private Bytes() {}

    public static int u8(byte[] buffer, int at) {
        return buffer[at] & 0xff;
    }

    public static int u16(byte[] buffer, int at) {
        return (short) SHORT.get(buffer, at) & 0xffff;
    }

    public static void u16(byte[] buffer, int at, int value) {
        SHORT.set(buffer, at, (short) value);
    }

    public static int i32(byte[] buffer, int at) {
        return (int) INT.get(buffer, at);
    }

    public static void i32(byte[] buffer, int at, int value) {
        INT.set(buffer, at, value);
    }

    public static long u40(byte[] buffer, int at) {
        return (long) u8(buffer, at) << 32 | (i32(buffer, at + 1) & 0xffff_ffffL);
    }

    public static void u40(byte[] buffer, int at, long value) {
        buffer[at] = (byte) (value >>> 32);
        i32(buffer, at + 1, (int) value);
    }

    public static long u48(byte[] buffer, int at) {
        return (long) u16(buffer, at) << 32 | (i32(buffer, at + 2) & 0xffff_ffffL);
    }

    public static void u48(byte[] buffer, int at, long value) {
        u16(buffer, at, (int) (value >>> 32));
        i32(buffer, at + 2, (int) value);
    }

    public static long i64(byte[] buffer, int at) {
        return (long) LONG.get(buffer, at);
    }

    public static void i64(byte[] buffer, int at, long value) {
        LONG.set(buffer, at, value);
    }
}
