package io.ztnio.protocol.vl1;

import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.wire.Verb;
import java.net.InetSocketAddress;

/**
 * A packet that has been authenticated, decrypted and decompressed. Valid only during the call that hands it over.
 * Thread: confined to the node.
 */
public interface InboundPacket {
    Peer sender();

    /** The ID on the wire: what a reply quotes. */
    long packetId();

    Verb verb();

    /** Relays that it passed; 0 means that it came directly. */
    int hops();

    /** Number of the local socket that it came by. */
    int socket();

    /** The physical address that it came from: the sender's, or a relay's. */
    InetSocketAddress from();

    /** The payload. Each call gives the one reader of this packet, set back to the payload's start (byte 28). */
    ByteReader payload();

    /** When its (last) datagram was received, on the clock that the driver gave; see {@code Node}. */
    long ingressNanos();

    /** Whether an earlier {@link VerbHandler.Outcome#NOT_YET} brought it here again. */
    boolean isRetry();
}
