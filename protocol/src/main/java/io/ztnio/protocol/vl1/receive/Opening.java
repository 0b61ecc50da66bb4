package io.ztnio.protocol.vl1.receive;

import io.ztnio.protocol.crypto.Armor;
import io.ztnio.protocol.crypto.CipherSuite;
import io.ztnio.protocol.vl1.Counters;
import io.ztnio.protocol.vl1.DropReason;
import io.ztnio.protocol.vl1.PathPolicy;
import io.ztnio.protocol.vl1.peer.PeerTable;
import io.ztnio.protocol.vl1.peer.RemotePeer;
import io.ztnio.protocol.vl1.root.IdentityRequests;
import io.ztnio.protocol.wire.PacketHeader;
import io.ztnio.protocol.wire.Verb;

/** Authenticates and decrypts packets ({@code protocol.md} 3.1 and 4.0). Thread: confined to the node. */
public final class Opening {
    private final PathPolicy policy;
    private final PeerTable peers;
    private final HelloOpening hello;
    private final DeferredRing deferred;
    private final IdentityRequests requests;
    private final Counters counters;

    public Opening(
            PathPolicy policy,
            PeerTable peers,
            HelloOpening hello,
            DeferredRing deferred,
            IdentityRequests requests,
            Counters counters) {
        this.policy = policy;
        this.peers = peers;
        this.hello = hello;
        this.deferred = deferred;
        this.requests = requests;
        this.counters = counters;
    }

    /** The sender of a packet that is authentic, which is decrypted then; {@code null} if it was dropped or deferred. */
    RemotePeer authenticate(byte[] buffer, int offset, int length, Arrival arrival, long nowMillis) {
        CipherSuite suite = CipherSuite.of(PacketHeader.cipher(buffer, offset));
        if (suite == null) {
            counters.drop(DropReason.UNKNOWN_CIPHER);
            return null;
        }
        if (suite == CipherSuite.POLY1305_NONE && PacketHeader.verb(buffer, offset) == Verb.HELLO) {
            return hello.authenticate(buffer, offset, length, arrival, nowMillis);
        }
        if (suite == CipherSuite.TRUSTED_PATH) {
            long trustedId = policy.trustedPathId(arrival.from);
            if (trustedId == 0 || trustedId != PacketHeader.mac(buffer, offset)) {
                counters.drop(DropReason.UNTRUSTED_PATH);
                return null;
            }
        }
        long source = PacketHeader.source(buffer, offset);
        RemotePeer sender = peers.get(source);
        if (sender == null) {
            deferred.addSealed(buffer, offset, length, arrival, nowMillis);
            requests.requestFor(arrival.from, source, nowMillis);
            return null;
        }
        if (suite != CipherSuite.TRUSTED_PATH && !Armor.open(sender.keys(), buffer, offset, length)) {
            counters.drop(DropReason.AUTHENTICATION_FAILED);
            sender.tally().damaged();
            return null;
        }
        return sender;
    }
}
