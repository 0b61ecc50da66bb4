package io.ztnio.protocol.vl1.send;

import io.ztnio.protocol.message.ErrorHeader;
import io.ztnio.protocol.message.OkHeader;
import io.ztnio.protocol.packet.Compression;
import io.ztnio.protocol.vl1.Vl1;
import io.ztnio.protocol.vl1.peer.ReceivedPacket;
import io.ztnio.protocol.wire.ByteWriter;
import io.ztnio.protocol.wire.ErrorCode;
import io.ztnio.protocol.wire.PacketHeader;
import io.ztnio.protocol.wire.Verb;

/** The packets of who stands on {@link Vl1}, whose methods say what these do. Thread: confined to the node. */
public final class UserPackets {
    private final long self;
    private final Transmitter transmitter;
    private final PacketEmitter emitter;
    private final byte[] bytes = new byte[PacketHeader.MAX_PACKET_LENGTH];
    private final ByteWriter writer = new ByteWriter(bytes, 0);
    private byte[] compressionScratch = new byte[0];

    /** @param self our own address */
    public UserPackets(long self, Transmitter transmitter, PacketEmitter emitter) {
        this.self = self;
        this.transmitter = transmitter;
        this.emitter = emitter;
    }

    /** As {@link Vl1#begin}. */
    public ByteWriter begin(long destination, Verb verb) {
        PacketHeader.write(bytes, 0, 0, destination, self, verb);
        writer.position(PacketHeader.LENGTH);
        return writer;
    }

    /** As {@link Vl1#beginOk(long, Verb, long)}. */
    public ByteWriter beginOk(long destination, Verb inReVerb, long inRePacketId) {
        begin(destination, Verb.OK);
        new OkHeader(inReVerb.code(), inRePacketId).write(writer);
        return writer;
    }

    /** As {@link Vl1#beginError(long, Verb, long, ErrorCode)}. */
    public ByteWriter beginError(long destination, Verb inReVerb, long inRePacketId, ErrorCode code) {
        begin(destination, Verb.ERROR);
        new ErrorHeader(inReVerb.code(), inRePacketId, code.code()).write(writer);
        return writer;
    }

    /** As {@link Vl1#send}. */
    public long send(boolean compress, long nowMillis) {
        int length = writer.position();
        if (compress) {
            if (compressionScratch.length == 0) {
                compressionScratch = new byte[Compression.SCRATCH_LENGTH];
            }
            length = Compression.compress(bytes, 0, length, compressionScratch);
        }
        return transmitter.send(PacketHeader.destination(bytes, 0), bytes, 0, length, nowMillis);
    }

    /** As {@link Vl1#sendReply}. */
    public void reply(ReceivedPacket request, long nowMillis) {
        emitter.reply(request, bytes, 0, writer.position(), nowMillis);
    }

    /** As {@link Vl1#sendInPlace}. */
    public void sendInPlace(
            long destination, Verb verb, byte[] buffer, int payloadOffset, int payloadLength, long nowMillis) {
        int offset = payloadOffset - PacketHeader.LENGTH;
        PacketHeader.write(buffer, offset, 0, destination, self, verb);
        transmitter.send(destination, buffer, offset, PacketHeader.LENGTH + payloadLength, nowMillis);
    }
}
