package io.ztnio.protocol.vl1;

import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.wire.ByteWriter;
import io.ztnio.protocol.wire.ErrorCode;
import io.ztnio.protocol.wire.PacketHeader;
import io.ztnio.protocol.wire.Verb;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * What VL2 and the controller need of VL1: authenticated, encrypted datagrams to and from 40-bit addresses.
 *
 * <p>Sending: {@link #begin} hands out a writer at the payload of one shared buffer, {@link #send} ends it; only one
 * packet is under construction at a time. Thread: confined to the node. Times are epoch milliseconds.
 */
public interface Vl1 {
    /** Bytes before the payload of a packet, that {@link #sendInPlace} writes. */
    int HEADER_LENGTH = PacketHeader.LENGTH;

    /** Our own identity, with its secret. */
    Identity identity();

    /** Cryptographically strong. */
    RandomGenerator random();

    /** The peer with this address, if its identity is known; otherwise empty (and {@link #requestIdentity} helps). */
    Optional<Peer> peer(long address);

    /** Asks the upstream for an identity (WHOIS), rate limited; {@link VerbHandler#onIdentity} tells of its arrival. */
    void requestIdentity(long address, long nowMillis);

    /** As {@link #requestIdentity(long, long)}, because of somebody's packet: as often as that source may make us ask. */
    void requestIdentity(long address, InboundPacket cause, long nowMillis);

    /** Whether we are a root of our planet or of one of our moons. */
    boolean isUpstream();

    /** The upstreams' addresses, best first. */
    List<Long> upstreams(long nowMillis);

    /** Replaces the set of further addresses to keep in contact with (anchors and replicators of networks). */
    void keepInContact(Set<Long> addresses);

    /** Longest datagram on the way to the address that we use now; the usual one if there is none. */
    int datagramBytes(long destination, long nowMillis);

    /** Whether data for the address should wait, because the {@link SendStage} is behind with that peer's. */
    boolean isCongested(long destination);

    /** Starts a packet; the writer is at its payload, byte 28. */
    ByteWriter begin(long destination, Verb verb);

    /**
     * Sends the packet begun: by the best path, through a relay, or later when the identity is known ({@code protocol.md}
     * 8.8).
     *
     * @param compress whether to try LZ4
     * @return the on-wire packet ID, registered as one whose OK we expect; 0 if it waits in the queue or was dropped
     */
    long send(boolean compress, long nowMillis);

    /**
     * Sends a packet whose payload stands in the caller's buffer, without copying it when it can go at once. The
     * {@link #HEADER_LENGTH} bytes in front are written, and all is encrypted in place; the buffer is the caller's
     * again when this returns.
     */
    void sendInPlace(long destination, Verb verb, byte[] buffer, int payloadOffset, int payloadLength, long nowMillis);

    /** Starts OK to a request; the writer is behind the in-re fields, byte 37. End it with {@link #sendReply}. */
    ByteWriter beginOk(InboundPacket request);

    /** Starts ERROR to a request; the writer is behind the error code, byte 38. End it with {@link #sendReply}. */
    ByteWriter beginError(InboundPacket request, ErrorCode code);

    /** Sends the reply begun over the path that the request came by. */
    void sendReply(InboundPacket request, long nowMillis);

    /** Sends a reply later, to a request that is gone: as {@link #beginOk} and {@link #send}. */
    ByteWriter beginOk(long destination, Verb inReVerb, long inRePacketId);

    /** As {@link #beginOk(long, Verb, long)}; the writer is behind the error code. */
    ByteWriter beginError(long destination, Verb inReVerb, long inRePacketId, ErrorCode code);
}
