package io.ztnio.protocol.vl1.peer;

import io.ztnio.protocol.vl1.InboundPacket;
import io.ztnio.protocol.vl1.Vl1;
import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.wire.Verb;
import java.net.InetSocketAddress;
import java.util.Arrays;

/** The packet in hand, and whence it came. One object, reused. Thread: confined to the node. */
public final class ReceivedPacket implements InboundPacket {
    private final ByteReader reader = new ByteReader(new byte[0]);

    private RemotePeer sender;
    private long packetId;
    private Verb verb;
    private int hops;
    private int wireBytes;
    private boolean retry;
    private boolean provenPath;
    private byte[] buffer = reader.array();
    private int offset;
    private int length;
    private int socket;
    private InetSocketAddress from;
    private long ingressNanos;
    private long heldMillis;

    /** Starts with another packet. */
    public ReceivedPacket set(RemotePeer newSender, long newPacketId, Verb newVerb, int newHops, boolean isRetry) {
        sender = newSender;
        packetId = newPacketId;
        verb = newVerb;
        hops = newHops;
        retry = isRetry;
        provenPath = false;
        return this;
    }

    /** Where the packet is, header included. */
    public ReceivedPacket bytes(byte[] newBuffer, int newOffset, int newLength) {
        buffer = newBuffer;
        offset = newOffset;
        length = newLength;
        return this;
    }

    /** Whence and when it came. */
    public ReceivedPacket arrival(int newSocket, InetSocketAddress newFrom, long newIngressNanos, int newWireBytes) {
        wireBytes = newWireBytes;
        socket = newSocket;
        from = newFrom;
        ingressNanos = newIngressNanos;
        heldMillis = 0;
        return this;
    }

    /** For how long we have kept it before we looked at what is in it; 0 unless said. */
    public ReceivedPacket held(long millis) {
        heldMillis = millis;
        return this;
    }

    /** For how long we have kept it, as the HELLO of a stranger whose identity had to be checked. */
    public long heldMillis() {
        return heldMillis;
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
    public void provesPath() {
        provenPath = true;
    }

    /** Whether {@link #provesPath} was noted. */
    public boolean isPathProof() {
        return provenPath;
    }

    /** How long it was as it came, compressed as it was. */
    public int wireBytes() {
        return wireBytes;
    }

    @Override
    public int socket() {
        return socket;
    }

    @Override
    public InetSocketAddress from() {
        return from;
    }

    /** A copy of the whole packet, header included. */
    public byte[] copyBytes() {
        return Arrays.copyOfRange(buffer, offset, offset + length);
    }
}
