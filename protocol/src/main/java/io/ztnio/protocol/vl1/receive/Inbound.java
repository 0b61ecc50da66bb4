package io.ztnio.protocol.vl1.receive;

import io.ztnio.protocol.vl1.DropReason;
import io.ztnio.protocol.vl1.peer.OpenKeys;

/** What became of a datagram so far. Reused. Thread: one at a time. */
final class Inbound {
    enum Kind {
        /** Nothing more comes of it: a piece of a packet. */
        PIECE,
        /** For nobody. */
        DROPPED,
        /** A head or whole packet for another node. */
        HEAD_TO_RELAY,
        FRAGMENT_TO_RELAY,
        /** A whole packet for us, as its sender sealed it. */
        SEALED,
        /** Authentic by {@link Inbound#keys}, and decrypted. */
        OPENED,
        /** Not authentic by {@link Inbound#keys}, and as it was. */
        FORGED
    }

    Kind kind;
    DropReason reason;
    int datagramLength;
    byte[] buffer;
    int offset;
    int length;
    OpenKeys.Entry keys;
    /** Of the datagram, but of a packet in pieces that of its head. */
    final Arrival arrival = new Arrival();

    void dropped(DropReason why) {
        kind = Kind.DROPPED;
        reason = why;
    }

    void bytes(Kind what, byte[] newBuffer, int newOffset, int newLength) {
        kind = what;
        buffer = newBuffer;
        offset = newOffset;
        length = newLength;
    }
}
