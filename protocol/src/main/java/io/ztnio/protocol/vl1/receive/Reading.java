package io.ztnio.protocol.vl1.receive;

import io.ztnio.protocol.crypto.Armor;
import io.ztnio.protocol.crypto.CipherSuite;
import io.ztnio.protocol.vl1.PacketReader;
import io.ztnio.protocol.vl1.peer.OpenKeys;
import io.ztnio.protocol.wire.PacketHeader;
import io.ztnio.protocol.wire.Verb;
import java.net.InetSocketAddress;

/**
 * Puts packets together and opens them outside of the node. What only the node can judge it leaves as it is: strangers' packets,
 * HELLO, trusted paths, what is to be relayed.
 */
public final class Reading implements PacketReader {
    private final Assembler assembler;
    private final OpenKeys keys;

    /** @param self our own address */
    public Reading(long self, OpenKeys keys) {
        this.assembler = new Assembler(self);
        this.keys = keys;
    }

    @Override
    public Packets packets() {
        return new InboundPackets();
    }

    @Override
    public void read(
            Packets into,
            int socket,
            InetSocketAddress from,
            byte[] buffer,
            int offset,
            int length,
            long ingressNanos) {
        InboundPackets packets = (InboundPackets) into;
        Inbound in = packets.add();
        if (assembler.take(in, socket, from, buffer, offset, length, ingressNanos, packets.spare())) {
            packets.spareUsed(in.buffer);
        }
    }

    @Override
    public void open(Packets packets, int opener) {
        InboundPackets batch = (InboundPackets) packets;
        for (int i = 0; i < batch.size(); i++) {
            Inbound in = batch.at(i);
            if (in.kind == Inbound.Kind.SEALED) {
                open(in, opener);
            }
        }
    }

    private void open(Inbound in, int opener) {
        CipherSuite suite = CipherSuite.of(PacketHeader.cipher(in.buffer, in.offset));
        if (suite == null
                || suite == CipherSuite.TRUSTED_PATH
                || (suite == CipherSuite.POLY1305_NONE && PacketHeader.verb(in.buffer, in.offset) == Verb.HELLO)) {
            return;
        }
        OpenKeys.Entry known = keys.get(PacketHeader.source(in.buffer, in.offset));
        if (known == null) {
            return;
        }
        in.keys = known;
        // If this throws half done, what is left is not to be taken for what came.
        in.kind = Inbound.Kind.FORGED;
        if (Armor.open(known.of(opener), in.buffer, in.offset, in.length)) {
            in.kind = Inbound.Kind.OPENED;
        }
    }
}
