package io.ztnio.protocol.sim;

import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.vl1.InboundPacket;
import io.ztnio.protocol.vl1.Peer;
import io.ztnio.protocol.vl1.VerbHandler;
import io.ztnio.protocol.wire.Bytes;
import io.ztnio.protocol.wire.ErrorCode;
import io.ztnio.protocol.wire.Verb;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Stands for VL2: takes FRAMEs as texts, and trusts whoever sends them. */
public class TrustingHandler implements VerbHandler {
    private final List<String> texts = new ArrayList<>();
    private final List<Identity> identities = new ArrayList<>();

    /** What came in FRAMEs. */
    public List<String> texts() {
        return texts;
    }

    /** Identities that were announced. */
    public List<Identity> identities() {
        return identities;
    }

    @Override
    public Outcome onPacket(InboundPacket packet, long nowMillis) {
        if (packet.verb() != Verb.FRAME) {
            return Outcome.RECEIVED;
        }
        texts.add(new String(Bytes.readRest(packet.payload()).toByteArray(), StandardCharsets.UTF_8));
        return Outcome.TRUSTED;
    }

    @Override
    public Outcome onOk(InboundPacket packet, Verb inReVerb, long inRePacketId, long nowMillis) {
        return Outcome.RECEIVED;
    }

    @Override
    public Outcome onError(InboundPacket packet, Verb inReVerb, long inRePacketId, ErrorCode code, long nowMillis) {
        return Outcome.RECEIVED;
    }

    @Override
    public void onIdentity(Identity identity, long nowMillis) {
        identities.add(identity);
    }

    @Override
    public void onPeerActive(Peer peer, long nowMillis) {}

    @Override
    public long poll(long nowMillis) {
        return Long.MAX_VALUE;
    }
}
