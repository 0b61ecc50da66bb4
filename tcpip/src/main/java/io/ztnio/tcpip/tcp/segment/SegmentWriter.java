package io.ztnio.tcpip.tcp.segment;

import io.ztnio.tcpip.buffer.SendRing;
import io.ztnio.tcpip.checksum.InternetChecksum;
import io.ztnio.tcpip.ip.IpLayer;
import io.ztnio.tcpip.ip.IpPath;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.InetAddress;
import java.nio.ByteOrder;

/**
 * Builds segments in {@link IpLayer#scratch()}: {@link #start}, then options, then {@link #send}. Every option takes a
 * multiple of four bytes, padded with NOPs in front.
 *
 * <p>Thread: one object per stack, confined to the gate.
 */
public final class SegmentWriter {
    static final int PROTOCOL = 6;
    public static final int TIMESTAMP_BYTES = 12;

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final int NOP_NOP = TcpSegment.OPTION_NOP << 24 | TcpSegment.OPTION_NOP << 16;

    private final IpLayer ip;
    private final TcpCounters counters;
    private IpPath path;
    private int localPort;
    private int remotePort;
    private byte[] buffer;
    private int base;
    private int at;

    /** What went out since the stack was made, from the transport header on. */
    private long sentBytes;

    /** @param counters count what goes out */
    public SegmentWriter(IpLayer ip, TcpCounters counters) {
        this.ip = ip;
        this.counters = counters;
    }

    /** Begins a segment of a flow. */
    public void start(IpPath to, int fromPort, int toPort) {
        path = to;
        localPort = fromPort;
        remotePort = toPort;
        buffer = ip.scratch();
        base = to.transportOffset();
        at = base + TcpSegment.HEADER_BYTES;
    }

    /** Option MSS (RFC 9293 3.7.1), of a SYN. */
    public void maximumSegment(int bytes) {
        putInt(TcpSegment.OPTION_MSS << 24 | 4 << 16 | bytes);
    }

    /** Option window scale (RFC 7323 2), of a SYN. */
    public void windowScale(int shift) {
        putInt(TcpSegment.OPTION_NOP << 24 | TcpSegment.OPTION_WINDOW_SCALE << 16 | 3 << 8 | shift);
    }

    /** Option SACK-permitted (RFC 2018 2), of a SYN. */
    public void sackPermitted() {
        putInt(NOP_NOP | TcpSegment.OPTION_SACK_PERMITTED << 8 | 2);
    }

    /** Option timestamps (RFC 7323 3.2): TSval and TSecr. */
    public void timestamps(int value, int echo) {
        putInt(NOP_NOP | TcpSegment.OPTION_TIMESTAMPS << 8 | 10);
        putInt(value);
        putInt(echo);
    }

    /** Option SACK (RFC 2018 3): the first {@code blocks} of these edges. */
    public void sack(int blocks, int[] left, int[] right) {
        putInt(NOP_NOP | TcpSegment.OPTION_SACK << 8 | (2 + 8 * blocks));
        for (int i = 0; i < blocks; i++) {
            putInt(left[i]);
            putInt(right[i]);
        }
    }

    /**
     * Sends the segment with {@code payload} bytes of {@code ring} from {@code position} on.
     *
     * @param urgentPointer what goes with {@link TcpFlags#URG}; 0 without it
     */
    public void send(
            long sequence,
            long acknowledgment,
            int flags,
            int window,
            int urgentPointer,
            SendRing ring,
            long position,
            int payload,
            int trafficClass,
            long nowNanos) {
        if (payload > 0) {
            ring.copyTo(position, buffer, at, payload);
        }
        finish((int) sequence, (int) acknowledgment, flags, window);
        INT.set(buffer, base + 16, urgentPointer);
        transmit(at - base + payload, trafficClass, nowNanos);
    }

    /** Sends a segment without payload. */
    public void sendEmpty(long sequence, long acknowledgment, int flags, int window, int trafficClass, long nowNanos) {
        finish((int) sequence, (int) acknowledgment, flags, window);
        transmit(at - base, trafficClass, nowNanos);
    }

    /** Answers a segment that belongs to no connection with RST (RFC 9293 3.10.7.1), unless it is one itself. */
    public void refuse(InetAddress local, InetAddress remote, TcpSegment segment, long nowNanos) {
        if (segment.has(TcpFlags.RST)) {
            return;
        }
        IpPath back = ip.path(local, remote).orElse(null);
        if (back != null && back.isUnicast()) {
            refuse(back, segment, nowNanos);
        }
    }

    /** As {@link #refuse(InetAddress, InetAddress, TcpSegment, long)}, of a segment without RST, when the way back is known. */
    public void refuse(IpPath back, TcpSegment segment, long nowNanos) {
        start(back, segment.destinationPort, segment.sourcePort);
        if (segment.has(TcpFlags.ACK)) {
            finish(segment.acknowledgment, 0, TcpFlags.RST, 0);
        } else {
            int acknowledgment = segment.sequence + segment.sequenceLength();
            finish(0, acknowledgment, TcpFlags.RST | TcpFlags.ACK, 0);
        }
        transmit(at - base, 0, nowNanos);
    }

    private void finish(int sequence, int acknowledgment, int flags, int window) {
        INT.set(buffer, base, localPort << 16 | remotePort);
        INT.set(buffer, base + 4, sequence);
        INT.set(buffer, base + 8, acknowledgment);
        int dataOffset = (at - base) / 4;
        INT.set(buffer, base + 12, dataOffset << 28 | flags << 16 | window);
        INT.set(buffer, base + 16, 0);
        if ((flags & TcpFlags.RST) != 0) {
            counters.resetsSent++;
        }
    }

    private void transmit(int length, int trafficClass, long nowNanos) {
        long sum = path.pseudoHeaderSum(PROTOCOL, length) + InternetChecksum.sum(buffer, base, length);
        SHORT.set(buffer, base + 16, (short) ~InternetChecksum.fold(sum));
        counters.segmentsSent++;
        sentBytes += length;
        path.send(PROTOCOL, length, trafficClass, false, nowNanos);
    }

    /** Bytes that went out since the stack was made, from the transport header on. */
    public long sentBytes() {
        return sentBytes;
    }

    private void putInt(int value) {
        INT.set(buffer, at, value);
        at += 4;
    }
}
