package io.ztnio.protocol.vl1;

import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.wire.Verb;
import java.net.InetSocketAddress;
import java.util.Arrays;

/** The packet in hand. One object, reused. Thread: confined to the node. */
final class ReceivedPacket implements InboundPacket {
    private final ByteReader reader = new ByteReader(new byte[0]);

    private RemotePeer sender;
    private long packetId;
    private Verb verb;
    private int hops;
    private boolean retry;
    private boolean provenPath;
    private byte[] buffer = reader.array();
    private int offset;
    private int length;
    private int socket;
    private InetSocketAddress from;
    private long ingressNanos;

    /** Points at a packet whose header starts at {@code offset}. */
    ReceivedPacket set(RemotePeer newSender, long newPacketId, Verb newVerb, int newHops, boolean isRetry) {
        sender = newSender;
        packetId = newPacketId;
        verb = newVerb;
        hops = newHops;
        retry = isRetry;
        provenPath = false;
        return this;
    }

    ReceivedPacket bytes(byte[] newBuffer, int newOffset, int newLength) {
        buffer = newBuffer;
        offset = newOffset;
        length = newLength;
        return this;
    }

    ReceivedPacket arrival(int newSocket, InetSocketAddress newFrom, long newIngressNanos) {
        socket = newSocket;
        from = newFrom;
        ingressNanos = newIngressNanos;
        return this;
    }

    @Override
    public RemotePeer sender() {
        return sender;
    }

    @Override
    public long packetId() {
        return packetId;
    }

    @Override
    public Verb verb() {
        return verb;
    }

    @Override
    public int hops() {
        return hops;
    }

    @Override
    public ByteReader payload() {
        return reader.reset(buffer, offset + Vl1.HEADER_LENGTH, length - Vl1.HEADER_LENGTH);
    }

    @Override
    public long ingressNanos() {
        return ingressNanos;
    }

    @Override
    public boolean isRetry() {
        return retry;
    }

    /** Notes that this answers, from the address we had written to, and so that the address is the sender's. */
    void provesPath() {
        provenPath = true;
    }

    boolean isPathProof() {
        return provenPath;
    }

    int socket() {
        return socket;
    }

    InetSocketAddress from() {
        return from;
    }

    byte[] copyBytes() {
        return Arrays.copyOfRange(buffer, offset, offset + length);
    }
}
