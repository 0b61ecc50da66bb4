package io.ztnio.tcpip.packetdrill;

import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * One pair of socket addresses, and how the numbers of the script are those on the wire. Sequence numbers are relative to
 * the first of their side, which the script names in its SYN, 0 mostly; that of the peer is on the wire as it is there. The
 * peer's timestamps are those on the wire.
 */
final class Conversation {
    final InetSocketAddress local;
    final InetSocketAddress remote;

    private int firstSequence;
    private boolean started;

    /** What the script calls the first number of the stack; empty before a line with its SYN. */
    private OptionalLong scriptFirst = OptionalLong.empty();

    /** The timestamps of the stack by those of the script. */
    private final Map<Integer, Integer> timestamps = new HashMap<>();

    /** The first timestamp of the stack: of the script, on the wire, and when. */
    private OptionalInt firstTimestamp = OptionalInt.empty();

    private int firstWireTimestamp;
    private int peerFirst;
    private boolean peerStarted;

    Conversation(InetSocketAddress local, InetSocketAddress remote) {
        this.local = local;
        this.remote = remote;
    }

    boolean isBetween(InetSocketAddress own, InetSocketAddress peer) {
        return local.equals(own) && remote.equals(peer);
    }

    boolean isV6() {
        return local.getAddress().getAddress().length == 16;
    }

    /** The stack has sent SYN: the first, or one that begins anew, has number 0 from now on. */
    void onOwnSyn(int sequence) {
        if (!started || firstSequence != sequence) {
            started = true;
            firstSequence = sequence;
            scriptFirst = OptionalLong.empty();
            timestamps.clear();
            firstTimestamp = OptionalInt.empty();
        }
    }

    /** The peer has sent SYN. */
    void onPeerSyn(int sequence) {
        if (!peerStarted) {
            peerStarted = true;
            peerFirst = sequence;
        }
    }

    /** A number of the stack. */
    int toWire(long scriptSequence) {
        return (int) scriptSequence + firstSequence;
    }

    /** A number of the stack. */
    long toScript(int wireSequence) {
        return (wireSequence - firstSequence) & 0xffff_ffffL;
    }

    /** The number of the stack's SYN, which the first line that has it names. */
    long synToScript(int wireSequence, long named) {
        if (scriptFirst.isEmpty()) {
            scriptFirst = OptionalLong.of(named);
        }
        return (toScript(wireSequence) + scriptFirst.getAsLong()) & 0xffff_ffffL;
    }

    /** A number of the peer, in a segment without SYN. */
    int peerToWire(long scriptSequence) {
        return (int) scriptSequence + peerFirst;
    }

    /** A number of the peer, in a segment without SYN. */
    long peerToScript(int wireSequence) {
        return (wireSequence - peerFirst) & 0xffff_ffffL;
    }

    /** Where in the stack's stream a number of the script is. */
    long ownPosition(long scriptSequence) {
        return (scriptSequence - 1) & 0xffff_ffffL;
    }

    /** Where in the peer's stream a number on the wire is. */
    long peerPosition(long sequence) {
        return (sequence - peerFirst - 1) & 0xffff_ffffL;
    }

    /**
     * The stack has sent a timestamp where the script has one.
     *
     * @return by how many ticks the script's is behind the first more than the stack's
     */
    int onOwnTimestamp(int script, int wire) {
        if (firstTimestamp.isEmpty()) {
            firstTimestamp = OptionalInt.of(script);
            firstWireTimestamp = wire;
        }
        timestamps.put(script, wire);
        return (wire - firstWireTimestamp) - (script - firstTimestamp.getAsInt());
    }

    /** A timestamp of the stack, of which the script speaks in a segment of the peer. */
    int timestampToWire(int script) {
        Integer known = timestamps.get(script);
        if (known != null) {
            return known;
        }
        return firstTimestamp.isPresent() ? firstWireTimestamp + script - firstTimestamp.getAsInt() : script;
    }

    /** A timestamp of the stack as the script would have written it. */
    int timestampToScript(int wire) {
        return firstTimestamp.isPresent() ? wire - firstWireTimestamp + firstTimestamp.getAsInt() : wire;
    }
}
