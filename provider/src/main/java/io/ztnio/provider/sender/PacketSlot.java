package io.ztnio.provider.sender;

import io.ztnio.protocol.crypto.Armor;
import io.ztnio.protocol.crypto.CipherSuite;
import io.ztnio.protocol.packet.Fragmenter;
import io.ztnio.protocol.transport.DatagramSender;
import io.ztnio.protocol.wire.PacketHeader;
import java.net.InetSocketAddress;

/** Room for one packet on its way to a worker. Thread: the gate's until it is handed over, then the worker's. */
final class PacketSlot {
    /** What a full TCP segment in two datagrams takes; longer packets are rare. */
    private static final int USUAL_LENGTH = 2880;

    private byte[] bytes = new byte[0];
    private int length;
    private PeerLane lane;
    /** {@code null} if the packet is sealed. */
    private CipherSuite suite;

    private int socket;
    private InetSocketAddress remote;
    private int mtu;

    void fill(
            PeerLane newLane,
            CipherSuite newSuite,
            int newSocket,
            InetSocketAddress newRemote,
            int newMtu,
            byte[] packet,
            int offset,
            int newLength) {
        if (bytes.length < newLength) {
            bytes = new byte[newLength <= USUAL_LENGTH ? USUAL_LENGTH : PacketHeader.MAX_PACKET_LENGTH];
        }
        System.arraycopy(packet, offset, bytes, 0, newLength);
        lane = newLane;
        suite = newSuite;
        socket = newSocket;
        remote = newRemote;
        mtu = newMtu;
        length = newLength;
    }

    PeerLane lane() {
        return lane;
    }

    /** Seals the packet if that is not done, and sends its datagrams. */
    void send(DatagramSender sender) {
        if (suite != null) {
            Armor.seal(lane.keys(), suite, bytes, 0, length);
        }
        Fragmenter.send(bytes, 0, length, mtu, socket, remote, sender);
    }
}
