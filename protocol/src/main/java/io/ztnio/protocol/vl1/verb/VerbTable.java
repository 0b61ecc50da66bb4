package io.ztnio.protocol.vl1.verb;

import io.ztnio.protocol.vl1.Counters;
import io.ztnio.protocol.vl1.DropReason;
import io.ztnio.protocol.vl1.VerbHandler.Outcome;
import io.ztnio.protocol.vl1.contact.Bookkeeping;
import io.ztnio.protocol.vl1.peer.ReceivedPacket;
import io.ztnio.protocol.vl1.receive.PacketSink;
import io.ztnio.protocol.wire.Verb;
import java.util.EnumMap;
import java.util.Map;

/** Gives an authentic packet to whom its verb concerns ({@code protocol.md} 4.0). Thread: confined to the node. */
public final class VerbTable implements PacketSink {
    private final Map<Verb, PacketHandler> handlers = new EnumMap<>(Verb.class);
    private final Bookkeeping bookkeeping;
    private final Counters counters;

    public VerbTable(Bookkeeping bookkeeping, Counters counters) {
        this.bookkeeping = bookkeeping;
        this.counters = counters;
    }

    /** Says who handles a verb; to be done for each, before the first packet. */
    public VerbTable register(Verb verb, PacketHandler handler) {
        handlers.put(verb, handler);
        return this;
    }

    /**
     * To be called when all are registered.
     *
     * @throws IllegalStateException if there is a verb that nobody handles
     */
    public void requireComplete() {
        for (Verb verb : Verb.values()) {
            if (!handlers.containsKey(verb)) {
                throw new IllegalStateException("register a handler for " + verb);
            }
        }
    }

    /** Who handles a verb. */
    PacketHandler handler(Verb verb) {
        return handlers.get(verb);
    }

    @Override
    public Outcome onPacket(ReceivedPacket packet, long nowMillis) {
        Outcome outcome;
        if (packet.verb() == null) {
            counters.drop(DropReason.IGNORED_VERB);
            outcome = Outcome.RECEIVED;
        } else {
            outcome = handler(packet.verb()).onPacket(packet, nowMillis);
        }
        if (outcome == Outcome.RECEIVED || outcome == Outcome.TRUSTED) {
            bookkeeping.received(packet, outcome == Outcome.TRUSTED, nowMillis);
        }
        return outcome;
    }
}
