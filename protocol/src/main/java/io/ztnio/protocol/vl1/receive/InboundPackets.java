package io.ztnio.protocol.vl1.receive;

import io.ztnio.protocol.vl1.PacketReader;
import io.ztnio.protocol.wire.PacketHeader;
import java.util.ArrayList;
import java.util.List;

/** What became of a batch of datagrams so far. Thread: one at a time. */
final class InboundPackets implements PacketReader.Packets {
    private final List<Inbound> entries = new ArrayList<>();

    /** For packets made of pieces; what comes out of the reassembly takes their place. */
    private final List<byte[]> spares = new ArrayList<>();

    private int size;
    private int sparesUsed;

    @Override
    public int size() {
        return size;
    }

    @Override
    public void clear() {
        size = 0;
        sparesUsed = 0;
    }

    Inbound at(int index) {
        return entries.get(index);
    }

    /** One more, for the next datagram. */
    Inbound add() {
        if (size == entries.size()) {
            entries.add(new Inbound());
        }
        return entries.get(size++);
    }

    /** A buffer to give away; {@link #spareUsed} says that it was. */
    byte[] spare() {
        if (sparesUsed == spares.size()) {
            spares.add(new byte[PacketHeader.MAX_PACKET_LENGTH]);
        }
        return spares.get(sparesUsed);
    }

    /** The spare has been given away, and this buffer is ours when the batch has been handled. */
    void spareUsed(byte[] instead) {
        spares.set(sparesUsed++, instead);
    }
}
