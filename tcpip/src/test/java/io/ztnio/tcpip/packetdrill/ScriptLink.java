package io.ztnio.tcpip.packetdrill;

import io.ztnio.tcpip.link.Link;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;

/**
 * The link of a stack under test: keeps the IP packets that leave by it, and answers itself whoever asks for the address of
 * a neighbour, for scripts do not speak of that.
 */
final class ScriptLink implements Link {
    static final long OWN_MAC = 0x0200_0000_0001L;
    static final long PEER_MAC = 0x0200_0000_0002L;
    static final int ARP = 0x0806;
    static final int IPV4 = 0x0800;
    static final int IPV6 = 0x86dd;

    private static final int NEIGHBOUR_SOLICITATION = 135;
    private static final int FIRST_NOT_OF_NEIGHBOURS = 130;
    private static final int LAST_NOT_OF_NEIGHBOURS = 143;

    private final Queue<Observed> sent = new ArrayDeque<>();
    private final Queue<byte[]> arpReplies = new ArrayDeque<>();

    /** Packets in the order in which they were sent. */
    Queue<Observed> sent() {
        return sent;
    }

    /** Replies that the link owes to the stack. */
    Queue<byte[]> arpReplies() {
        return arpReplies;
    }

    @Override
    public long mac() {
        return OWN_MAC;
    }

    @Override
    public void send(long destinationMac, int etherType, byte[] buffer, int offset, int length, long nowNanos) {
        byte[] packet = Arrays.copyOfRange(buffer, offset, offset + length);
        if (etherType == ARP) {
            if (packet[7] == 1) {
                arpReplies.add(reply(packet));
            }
        } else if (!isAboutNeighbours(packet)) {
            sent.add(Observed.of(nowNanos, packet));
        }
    }

    /** Neighbour discovery and multicast listeners (RFC 4861, RFC 3810), IGMP. */
    private static boolean isAboutNeighbours(byte[] packet) {
        if (packet[0] >>> 4 == 4) {
            return packet[9] == 2;
        }
        boolean hopByHop = packet[6] == 0;
        int type = packet[40] & 0xff;
        return hopByHop
                || ((packet[6] & 0xff) == Segments.ICMPV6
                        && (type == NEIGHBOUR_SOLICITATION
                                || (type >= FIRST_NOT_OF_NEIGHBOURS && type <= LAST_NOT_OF_NEIGHBOURS)));
    }

    private static byte[] reply(byte[] request) {
        byte[] reply = request.clone();
        reply[7] = 2;
        for (int i = 0; i < 6; i++) {
            reply[8 + i] = (byte) (PEER_MAC >>> (40 - 8 * i));
        }
        System.arraycopy(request, 24, reply, 14, 4);
        System.arraycopy(request, 8, reply, 18, 10);
        return reply;
    }

    @Override
    public long derivedMac(byte[] ipv6, int offset) {
        return PEER_MAC;
    }

    @Override
    public void subscribe(long groupMac, int distinguisher) {
        // Nobody else is on it.
    }

    @Override
    public void unsubscribe(long groupMac, int distinguisher) {
        // Nobody else is on it.
    }
}
