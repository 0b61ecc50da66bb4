package io.ztnio.it.planet;

import io.ztnio.protocol.sim.SimNet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;

/** Members who have subscribed to a group, members who send to it, and what came of that. Times are the net's, in milliseconds. */
final class Multicasts {
    /** A group address of local administration. */
    static final long GROUP = 0x03_00_00_00_be_efL;

    static final int ETHER_TYPE = PlanetSimulation.ETHER_TYPE + 1;
    private static final int FRAME_LENGTH = 8;

    /** A speaker and one who is to hear him. */
    record Pair(int speaker, PlanetNode listener) {}

    private record Sent(int speaker, long atMillis, Map<PlanetNode, Long> arrivedMillis, Set<PlanetNode> listeners) {}

    private final SimNet net;
    private final List<PlanetNode> speakers;
    private final Set<PlanetNode> listeners;
    private final List<Sent> all = new ArrayList<>();
    private int copies;

    Multicasts(SimNet net, List<PlanetNode> speakers, List<PlanetNode> listeners) {
        this.net = net;
        this.speakers = List.copyOf(speakers);
        this.listeners = new LinkedHashSet<>(listeners);
        listeners.forEach(listener -> listener.subscribe(GROUP));
    }

    /** Whom a member gets to know by it. */
    int partners(PlanetNode member) {
        return speakers.contains(member) ? listeners.size() + 1 : listeners.contains(member) ? speakers.size() : 0;
    }

    /** Each speaker sends every second for a time. */
    void speak(long forMillis) {
        for (int i = 0; i < speakers.size(); i++) {
            int speaker = i;
            for (long after = 0; after < forMillis; after += 1_000) {
                net.at(net.nowMillis() + after, () -> send(speaker));
            }
        }
    }

    private void send(int speaker) {
        PlanetNode from = speakers.get(speaker);
        byte[] payload = new byte[FRAME_LENGTH];
        Conversation.put(payload, 0, all.size());
        Set<PlanetNode> addressed = new LinkedHashSet<>(listeners);
        addressed.remove(from);
        all.add(new Sent(speaker, net.nowMillis(), new HashMap<>(), addressed));
        from.send(GROUP, ETHER_TYPE, payload);
    }

    void onFrame(PlanetNode receiver, long sourceMac, byte[] buffer, int offset, int length) {
        Sent sent = all.get(Conversation.number(buffer, offset));
        if (length < FRAME_LENGTH || sourceMac != speakers.get(sent.speaker).mac()) {
            throw new AssertionError("a multicast that nobody has sent");
        }
        if (sent.arrivedMillis.putIfAbsent(receiver, net.nowMillis()) != null) {
            copies++;
        }
    }

    /** Each speaker with each who listens now. */
    List<Pair> pairs() {
        List<Pair> pairs = new ArrayList<>();
        for (int i = 0; i < speakers.size(); i++) {
            for (PlanetNode listener : listeners) {
                if (listener != speakers.get(i)) {
                    pairs.add(new Pair(i, listener));
                }
            }
        }
        return pairs;
    }

    /** How long after a moment the first frame came that was sent since; -1 if none has. */
    ToLongFunction<Pair> firstArrivalAfter(long startMillis) {
        return pair -> all.stream()
                .filter(sent -> sent.speaker == pair.speaker && sent.atMillis >= startMillis)
                .map(sent -> sent.arrivedMillis.get(pair.listener))
                .filter(arrived -> arrived != null)
                .mapToLong(arrived -> arrived - startMillis)
                .min()
                .orElse(-1);
    }

    /** Of what was sent in a time, and by how many it should have been heard, the share that was, in percent. */
    double deliveredPercent(long startMillis, long endMillis) {
        long expected = 0;
        long arrived = 0;
        for (Sent sent : all) {
            if (sent.atMillis >= startMillis && sent.atMillis < endMillis) {
                expected += sent.listeners.size();
                arrived += sent.listeners.stream()
                        .filter(sent.arrivedMillis::containsKey)
                        .count();
            }
        }
        return 100.0 * arrived / Math.max(1, expected);
    }

    /** How often somebody heard what was sent when he had not subscribed. */
    long unwanted() {
        return all.stream()
                .flatMap(sent -> sent.arrivedMillis.keySet().stream().filter(heard -> !sent.listeners.contains(heard)))
                .count();
    }

    /** How many frames came more than once. */
    int copies() {
        return copies;
    }
}
