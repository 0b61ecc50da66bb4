package io.ztnio.protocol.vl1.verb;

import io.ztnio.protocol.vl1.VerbHandler.Outcome;
import io.ztnio.protocol.vl1.Vl1Listener;
import io.ztnio.protocol.vl1.peer.ReceivedPacket;
import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.wire.Bytes;
import java.util.Arrays;

/** REMOTE_TRACE ({@code protocol.md} 4.20), of which the node's owner hears. Thread: confined to the node. */
public final class RemoteTraceHandler implements PacketHandler {
    private static final int MAX_LENGTH = 10_000;
    /** In a packet; the reference sends one. */
    private static final int MAX_TRACES = 16;

    private final Vl1Listener listener;

    public RemoteTraceHandler(Vl1Listener listener) {
        this.listener = listener;
    }

    @Override
    public Outcome onPacket(ReceivedPacket packet, long nowMillis) {
        ByteReader reader = packet.payload();
        byte[] array = reader.array();
        int end = reader.position() + reader.remaining();
        int start = reader.position();
        int traces = 0;
        // What has no NUL behind it is no trace.
        for (int at = start; at < end && traces < MAX_TRACES; at++) {
            if (array[at] == 0) {
                if (at > start && at - start <= MAX_LENGTH) {
                    Bytes trace = Bytes.of(Arrays.copyOfRange(array, start, at));
                    listener.onRemoteTrace(packet.sender().address(), trace, nowMillis);
                    traces++;
                }
                start = at + 1;
            }
        }
        return Outcome.RECEIVED;
    }
}
