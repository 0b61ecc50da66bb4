package io.ztnio.protocol.vl1;

import io.ztnio.protocol.wire.EnumCounters;
import io.ztnio.protocol.wire.ErrorCode;
import io.ztnio.protocol.wire.Verb;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;

/**
 * What a node has counted since it started; VL1 counts, others read. Thread: confined to the node; maps are copies.
 */
public final class Counters {
    private final EnumCounters<DropReason> drops = new EnumCounters<>(DropReason.class);
    private final EnumCounters<Verb> received = new EnumCounters<>(Verb.class);
    private final EnumCounters<Verb> sent = new EnumCounters<>(Verb.class);
    private final EnumCounters<ErrorCode> errorsReceived = new EnumCounters<>(ErrorCode.class);
    private final EnumCounters<ErrorCode> errorsSent = new EnumCounters<>(ErrorCode.class);
    private long datagramsIn;
    private long bytesIn;
    private long datagramsOut;
    private long bytesOut;
    private long packetsIn;
    private long packetsOut;
    private long relayed;

    /** All zero. */
    public Counters() {}

    /** Datagrams received, whatever became of them. */
    public long datagramsIn() {
        return datagramsIn;
    }

    public long bytesIn() {
        return bytesIn;
    }

    public long datagramsOut() {
        return datagramsOut;
    }

    public long bytesOut() {
        return bytesOut;
    }

    /** Packets for us that were authentic. */
    public long packetsIn() {
        return packetsIn;
    }

    /** Packets of ours that were sent. */
    public long packetsOut() {
        return packetsOut;
    }

    /** Datagrams forwarded for others. */
    public long relayed() {
        return relayed;
    }

    /** How often {@code reason} made us drop something. */
    public long dropped(DropReason reason) {
        return drops.get(reason);
    }

    /** The reasons that occurred, with their counts. */
    public Map<DropReason, Long> drops() {
        return counted(DropReason.class, drops);
    }

    /** Authentic packets for us, by their verbs. */
    public Map<Verb, Long> packetsInByVerb() {
        return counted(Verb.class, received);
    }

    /** Packets of ours, by their verbs. */
    public Map<Verb, Long> packetsOutByVerb() {
        return counted(Verb.class, sent);
    }

    /** Refusals that came, by their codes. */
    public Map<ErrorCode, Long> errorsIn() {
        return counted(ErrorCode.class, errorsReceived);
    }

    /** Refusals of ours, by their codes. */
    public Map<ErrorCode, Long> errorsOut() {
        return counted(ErrorCode.class, errorsSent);
    }

    private static <E extends Enum<E>> Map<E, Long> counted(Class<E> type, EnumCounters<E> counters) {
        Map<E, Long> result = new EnumMap<>(type);
        Arrays.stream(type.getEnumConstants())
                .filter(each -> counters.get(each) != 0)
                .forEach(each -> result.put(each, counters.get(each)));
        return result;
    }

    /** Something was dropped. */
    public void drop(DropReason reason) {
        drops.count(reason);
    }

    /** A datagram came. */
    public void received(int lengthBytes) {
        datagramsIn++;
        bytesIn += lengthBytes;
    }

    /** A datagram was handed over that will be sent. */
    public void sent(int lengthBytes) {
        datagramsOut++;
        bytesOut += lengthBytes;
    }

    /** Datagrams were handed over that will be sent, {@code lengthBytes} all together. */
    public void sent(int datagrams, int lengthBytes) {
        datagramsOut += datagrams;
        bytesOut += lengthBytes;
    }

    /** A packet for us was authentic; {@code verb} is null if nobody has assigned it. */
    public void authenticated(Verb verb) {
        packetsIn++;
        if (verb != null) {
            received.count(verb);
        }
    }

    /** A packet of ours was sent. */
    public void packetSent() {
        packetsOut++;
    }

    /** A packet of ours is about to be sealed. */
    public void writing(Verb verb) {
        sent.count(verb);
    }

    /** A refusal came. */
    public void refused(ErrorCode code) {
        errorsReceived.count(code);
    }

    /** A refusal of ours is about to be sealed. */
    public void refusing(ErrorCode code) {
        errorsSent.count(code);
    }

    /** A datagram was forwarded for others. */
    public void forwarded() {
        relayed++;
    }
}
