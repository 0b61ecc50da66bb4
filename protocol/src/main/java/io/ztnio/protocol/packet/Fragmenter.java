package io.ztnio.protocol.packet;

import io.ztnio.protocol.transport.DatagramSender;
import io.ztnio.protocol.wire.FragmentHeader;
import io.ztnio.protocol.wire.PacketHeader;
import java.net.InetSocketAddress;

/**
 * Splits packets into datagrams ({@code protocol.md} 2.6). A fragment does not say where it belongs, only its index, so
 * the sender may split anywhere: here evenly, all datagrams of one packet being equally long except that the last may be a
 * few bytes shorter. That is what UDP segmentation offload wants. Thread-safe.
 */
public final class Fragmenter {
    /** The UDP payload that suits every path. */
    public static final int DEFAULT_MTU = 1432;

    private Fragmenter() {}

    /**
     * Into how many datagrams a packet goes; more than {@link PacketHeader#MAX_PIECES} cannot be sent. If it is more than
     * one, {@link PacketHeader#setFragmented} is due before armoring.
     *
     * @param mtu the longest UDP payload, at least 64
     */
    public static int pieces(int length, int mtu) {
        if (length <= mtu) {
            return 1;
        }
        int roomInFragment = mtu - FragmentHeader.LENGTH;
        return 1 + (length - mtu + roomInFragment - 1) / roomInFragment;
    }

    /**
     * Sends an armored packet. Nothing is copied: each fragment's header overwrites the 16 bytes in front of it, which have
     * been sent. The packet is destroyed by that if it is split.
     *
     * @param socket number of the local socket, or {@link DatagramSender#ALL_SOCKETS}
     * @param mtu longest datagram
     * @return how many datagrams, or 0 if the packet is too long
     */
    public static int send(
            byte[] packet,
            int offset,
            int length,
            int mtu,
            int socket,
            InetSocketAddress remote,
            DatagramSender sender) {
        int total = pieces(length, mtu);
        if (total == 1) {
            sender.send(socket, remote, packet, offset, length);
            return 1;
        }
        if (total > PacketHeader.MAX_PIECES) {
            return 0;
        }
        int bytesOnWire = length + (total - 1) * FragmentHeader.LENGTH;
        int datagramLength = (bytesOnWire + total - 1) / total;
        long id = PacketHeader.id(packet, offset);
        long destination = PacketHeader.destination(packet, offset);
        sender.send(socket, remote, packet, offset, datagramLength);
        int end = offset + length;
        int position = offset + datagramLength;
        for (int index = 1; index < total; index++) {
            int start = position - FragmentHeader.LENGTH;
            int fragmentLength = Math.min(datagramLength, end - start);
            FragmentHeader.write(packet, start, id, destination, total, index);
            sender.send(socket, remote, packet, start, fragmentLength);
            position = start + fragmentLength;
        }
        return total;
    }
}
