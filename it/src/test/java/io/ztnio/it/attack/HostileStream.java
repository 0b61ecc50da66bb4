package io.ztnio.it.attack;

import java.net.Inet4Address;
import java.nio.ByteBuffer;

/**
 * One TCP connection of a {@link HostileMember} to an echo service: it sends as much as it may, and says of what comes back
 * whatever it is told to.
 *
 * <p>Thread: that of the member.
 */
final class HostileStream implements HostileMember.PacketListener {
    private static final int CHUNK = 1200;
    private static final byte[] NONE = {};

    private final HostileMember member;
    private final Inet4Address victim;
    private final int victimPort;
    private final int ownPort;
    private final int mss;

    /** What it says of its window, in units of 128 bytes. */
    private final int window;

    private int sequence = 1000;
    private int acknowledged;
    private int peerWindow;
    private int peerShift;
    private boolean established;
    private boolean selective;

    /** The first byte that it has not; the end of what it has had, at least once. */
    private int first;

    private int highest;
    private int largest;
    private byte[] last = NONE;

    /** Whether it acknowledges what comes. */
    boolean acknowledging = true;

    /** Acknowledges so many bytes, and no more: all others have come, as far as it says, but for three segments. */
    int holesFrom = Integer.MAX_VALUE;

    private int start;

    /** @param mss what it offers, in bytes */
    HostileStream(HostileMember member, Inet4Address victim, int victimPort, int ownPort, int mss, int window) {
        this.member = member;
        this.victim = victim;
        this.victimPort = victimPort;
        this.ownPort = ownPort;
        this.mss = mss;
        this.window = window;
        member.listen(this);
    }

    void open() {
        ByteBuffer options = ByteBuffer.allocate(12);
        // MSS, SACK permitted, window scale 7.
        options.put((byte) 2).put((byte) 4).putShort((short) mss);
        options.put((byte) 1).put((byte) 1).put((byte) 4).put((byte) 2);
        options.put((byte) 1).put((byte) 3).put((byte) 3).put((byte) 7);
        send(Ipv4Packets.SYN, sequence, 0, 0xffff, options.array(), 0);
    }

    boolean isEstablished() {
        return established;
    }

    /** Payload of the largest segment that came. */
    int largest() {
        return largest;
    }

    /** Bytes that came and are not acknowledged in order. */
    int held() {
        return highest - first;
    }

    /** Bytes that came, from the lowest to the highest. */
    int heard() {
        return highest - start;
    }

    /** Bytes that it has sent. */
    int sent() {
        return sequence - 1001;
    }

    /** The last segment with data that came, from the IP header on. */
    byte[] last() {
        return last.clone();
    }

    void forget() {
        largest = 0;
    }

    /** Sends one segment more if the window lets it. */
    boolean feed() {
        if (!established || sequence + CHUNK - acknowledged > peerWindow) {
            return false;
        }
        send(Ipv4Packets.ACK, sequence, first, window, NONE, CHUNK);
        sequence += CHUNK;
        return true;
    }

    /** Sends once more what the victim has not acknowledged, one segment of it: datagrams may be lost. */
    void repeat() {
        int left = Math.min(CHUNK, sequence - acknowledged);
        if (established && left > 0) {
            send(Ipv4Packets.ACK, acknowledged, first, window, NONE, left);
        }
    }

    @Override
    public void onPacket(byte[] packet, int offset, int length) {
        ByteBuffer ip = ByteBuffer.wrap(packet, offset, length).slice();
        int header = (ip.get(0) & 15) * 4;
        if (ip.get(9) != 6 || (ip.getShort(header + 2) & 0xffff) != ownPort) {
            return;
        }
        int flags = ip.get(header + 13);
        int at = ip.getInt(header + 4);
        int offered = ip.getShort(header + 14) & 0xffff;
        int payload = (ip.getShort(2) & 0xffff) - header - tcpHeader(ip, header);
        if ((flags & Ipv4Packets.SYN) != 0) {
            onSynAck(ip, header, at, offered);
            return;
        }
        acknowledged = ip.getInt(header + 8);
        peerWindow = offered << peerShift;
        if (payload > 0) {
            largest = Math.max(largest, payload);
            last = new byte[ip.remaining()];
            ip.get(0, last);
            highest = Math.max(highest - at, payload) + at;
            if (holesFrom == Integer.MAX_VALUE || highest - start < holesFrom) {
                first = acknowledging ? highest : first;
            }
        }
        // Also of a probe, whose number is an old one: that it has no room.
        if (acknowledging && (payload > 0 || at != first)) {
            acknowledge();
        }
    }

    private void onSynAck(ByteBuffer ip, int header, int at, int offered) {
        int end = header + tcpHeader(ip, header);
        int kind = ip.get(header + 20);
        for (int i = header + 20; i < end && kind != 0; i += kind == 1 ? 1 : ip.get(i + 1)) {
            kind = ip.get(i);
            peerShift = kind == 3 ? ip.get(i + 2) : peerShift;
            selective |= kind == 4;
        }
        if (!established) {
            established = true;
            sequence++;
            start = at + 1;
            first = start;
            highest = start;
            acknowledged = sequence;
            peerWindow = offered;
        }
        acknowledge();
    }

    private static int tcpHeader(ByteBuffer ip, int header) {
        return ((ip.get(header + 12) >>> 4) & 15) * 4;
    }

    private void acknowledge() {
        byte[] options = NONE;
        int room = highest - first;
        if (selective && room > 6 * mss) {
            int third = room / 3;
            // Three blocks, with a segment missing in front of each.
            ByteBuffer blocks = ByteBuffer.allocate(28)
                    .put((byte) 1)
                    .put((byte) 1)
                    .put((byte) 5)
                    .put((byte) 26);
            for (int i = 2; i >= 0; i--) {
                int end = i == 2 ? highest : first + (i + 1) * third;
                blocks.putInt(first + i * third + mss).putInt(end);
            }
            options = blocks.array();
        }
        send(Ipv4Packets.ACK, sequence, first, window, options, 0);
    }

    private void send(int flags, int number, int acknowledgment, int windowField, byte[] options, int payloadBytes) {
        member.send(Ipv4Packets.tcp(
                member.address(),
                ownPort,
                victim,
                victimPort,
                flags,
                number,
                acknowledgment,
                windowField,
                options,
                payloadBytes));
    }
}
