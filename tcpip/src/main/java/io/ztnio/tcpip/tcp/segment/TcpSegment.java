package io.ztnio.tcpip.tcp.segment;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A received segment, read once into fields. Its options are those of RFC 9293 3.1, 7323 and 2018; what is malformed
 * among them ends their reading and is otherwise ignored.
 *
 * <p>Thread: one object per stack, confined to the gate.
 */
public final class TcpSegment {
    public static final int HEADER_BYTES = 20;
    public static final int MAX_SACK_BLOCKS = 4;

    static final int OPTION_END = 0;
    static final int OPTION_NOP = 1;
    static final int OPTION_MSS = 2;
    static final int OPTION_WINDOW_SCALE = 3;
    static final int OPTION_SACK_PERMITTED = 4;
    static final int OPTION_SACK = 5;
    static final int OPTION_TIMESTAMPS = 8;

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    public byte[] buffer;
    public int sourcePort;
    public int destinationPort;
    public int sequence;
    public int acknowledgment;
    public int flags;
    public int window;

    /** From {@link #sequence} to behind the urgent byte; it counts with {@link TcpFlags#URG} only. */
    public int urgentPointer;

    public int payloadOffset;
    public int payloadLength;
    public long ingressNanos;

    /** A router on the way marked it (RFC 3168 5). */
    public boolean congestionExperienced;

    /** 0 if absent. */
    public int mss;
    /** -1 if absent. */
    public int windowShift;

    public boolean sackPermitted;
    public boolean hasTimestamps;
    public int timestampValue;
    public int timestampEcho;
    public int sackBlocks;
    public final int[] sackLeft = new int[MAX_SACK_BLOCKS];
    public final int[] sackRight = new int[MAX_SACK_BLOCKS];

    /** Reads header and options; false if the lengths in it are wrong. */
    public boolean parse(byte[] source, int offset, int length, long ingress) {
        if (length < HEADER_BYTES) {
            return false;
        }
        int headerLength = (source[offset + 12] & 0xf0) >>> 2;
        if (headerLength < HEADER_BYTES || headerLength > length) {
            return false;
        }
        buffer = source;
        ingressNanos = ingress;
        int ports = (int) INT.get(source, offset);
        sourcePort = ports >>> 16;
        destinationPort = ports & 0xffff;
        sequence = (int) INT.get(source, offset + 4);
        acknowledgment = (int) INT.get(source, offset + 8);
        flags = source[offset + 13] & 0xff;
        window = (source[offset + 14] & 0xff) << 8 | (source[offset + 15] & 0xff);
        urgentPointer = (source[offset + 18] & 0xff) << 8 | (source[offset + 19] & 0xff);
        payloadOffset = offset + headerLength;
        payloadLength = length - headerLength;
        mss = 0;
        windowShift = -1;
        sackPermitted = false;
        hasTimestamps = false;
        sackBlocks = 0;
        if (headerLength > HEADER_BYTES) {
            parseOptions(source, offset + HEADER_BYTES, payloadOffset);
        }
        return true;
    }

    /** The same segment with its bytes from the payload on, to be kept; without its options. */
    public TcpSegment copy() {
        TcpSegment copy = new TcpSegment();
        copy.buffer = Arrays.copyOfRange(buffer, payloadOffset, payloadOffset + payloadLength);
        copy.payloadLength = payloadLength;
        copy.sourcePort = sourcePort;
        copy.destinationPort = destinationPort;
        copy.sequence = sequence;
        copy.acknowledgment = acknowledgment;
        copy.flags = flags;
        copy.window = window;
        copy.urgentPointer = urgentPointer;
        copy.ingressNanos = ingressNanos;
        copy.congestionExperienced = congestionExperienced;
        copy.windowShift = -1;
        return copy;
    }

    /** Whether any of these bits of {@link TcpFlags} is set. */
    public boolean has(int flag) {
        return (flags & flag) != 0;
    }

    /** Length in sequence space: payload, SYN and FIN (RFC 9293 SEG.LEN). */
    public int sequenceLength() {
        return payloadLength + (flags & TcpFlags.FIN) + ((flags & TcpFlags.SYN) >>> 1);
    }

    private void parseOptions(byte[] source, int from, int end) {
        int at = from;
        while (at < end) {
            int kind = source[at];
            if (kind == OPTION_END) {
                return;
            }
            if (kind == OPTION_NOP) {
                at++;
                continue;
            }
            if (at + 1 >= end) {
                return;
            }
            int size = source[at + 1] & 0xff;
            if (size < 2 || at + size > end) {
                return;
            }
            parseOption(source, at, kind, size);
            at += size;
        }
    }

    private void parseOption(byte[] source, int at, int kind, int size) {
        switch (kind) {
            case OPTION_MSS -> {
                if (size == 4) {
                    mss = (source[at + 2] & 0xff) << 8 | (source[at + 3] & 0xff);
                }
            }
            case OPTION_WINDOW_SCALE -> {
                if (size == 3) {
                    // RFC 7323 2.3: a larger shift counts as 14.
                    windowShift = Math.min(14, source[at + 2] & 0xff);
                }
            }
            case OPTION_SACK_PERMITTED -> sackPermitted = size == 2;
            case OPTION_TIMESTAMPS -> {
                if (size == 10) {
                    hasTimestamps = true;
                    timestampValue = (int) INT.get(source, at + 2);
                    timestampEcho = (int) INT.get(source, at + 6);
                }
            }
            case OPTION_SACK -> {
                int blocks = Math.min(MAX_SACK_BLOCKS, (size - 2) / 8);
                for (int i = 0; i < blocks; i++) {
                    sackLeft[i] = (int) INT.get(source, at + 2 + 8 * i);
                    sackRight[i] = (int) INT.get(source, at + 6 + 8 * i);
                }
                sackBlocks = blocks;
            }
            default -> {}
        }
    }
}
