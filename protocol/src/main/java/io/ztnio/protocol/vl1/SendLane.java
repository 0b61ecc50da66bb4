package io.ztnio.protocol.vl1;

import io.ztnio.protocol.crypto.Armor;
import io.ztnio.protocol.crypto.CipherSuite;
import io.ztnio.protocol.packet.Fragmenter;
import io.ztnio.protocol.transport.DatagramSender;
import java.net.InetSocketAddress;

/**
 * The way of one peer's data through a {@link SendStage}. Its packets leave in the order in which they were offered; other
 * packets to the same peer may overtake them, which ZeroTier does not mind: control packets stand for themselves.
 *
 * <p>Thread: called on the node's thread.
 */
public interface SendLane {
    /** What became of a packet. */
    enum Handover {
        /** A copy will be sealed and sent. */
        TAKEN,
        /** Nothing of this lane is under way: the caller seals and sends this one, before it offers another. */
        DIRECT,
        /** There is no room: the packet is lost. */
        FULL
    }

    /**
     * Offers a packet in the clear whose ID, addresses, hops and fragmentation flag are final; for {@link Armor#seal} and
     * then {@link Fragmenter#send}. Neither changes nor keeps the bytes.
     *
     * @param socket number of the local socket, or {@link DatagramSender#ALL_SOCKETS}
     * @param mtu longest datagram
     */
    Handover offer(
            CipherSuite suite, int socket, InetSocketAddress remote, int mtu, byte[] packet, int offset, int length);

    /** Whether more is under way than is good: then the caller seals for {@link #offerSealed}, having time to do so. */
    boolean isBehind();

    /** As {@link #offer}, with a packet that {@link Armor} has done with; the answer is not {@link Handover#DIRECT}. */
    Handover offerSealed(int socket, InetSocketAddress remote, int mtu, byte[] packet, int offset, int length);

    /**
     * Whether whoever can wait with more data should. Who was told yes is told in turn when that is over, by the stage's
     * driver.
     */
    boolean isCongested();

    /** Takes nothing more, and wipes the keys when what it has taken is gone. */
    void close();
}
