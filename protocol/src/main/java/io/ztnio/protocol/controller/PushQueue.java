package io.ztnio.protocol.controller;

import io.ztnio.protocol.controller.ControlledNetwork.Entry;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Members that are owed something, first come first served, each once: a network of thousands is told of a change in steps, so
 * that the node does other things meanwhile. Thread: confined to the node.
 */
final class PushQueue {
    /** What is done in one step costs some 25 ms: three signatures or so for each member. */
    static final int STEP = 64;

    static final long PAUSE_MILLIS = 50;

    /** Does what a member is owed. */
    interface Delivery {
        void deliver(ControlledNetwork network, Entry entry, long nowMillis);
    }

    private record Owed(ControlledNetwork network, long notBeforeMillis) {}

    private final Map<Entry, Owed> owed = new LinkedHashMap<>();
    private long nextStepMillis = Long.MIN_VALUE;

    void add(ControlledNetwork network, Entry entry, long notBeforeMillis) {
        owed.putIfAbsent(entry, new Owed(network, notBeforeMillis));
    }

    /**
     * Serves those whose turn it is.
     *
     * @return when to be called next
     */
    long serve(long nowMillis, Delivery delivery) {
        if (owed.isEmpty()) {
            return Long.MAX_VALUE;
        }
        if (nowMillis < nextStepMillis) {
            return nextStepMillis;
        }
        long next = Long.MAX_VALUE;
        Map<Entry, Owed> served = new LinkedHashMap<>();
        Iterator<Map.Entry<Entry, Owed>> each = owed.entrySet().iterator();
        while (each.hasNext()) {
            Map.Entry<Entry, Owed> one = each.next();
            if (one.getValue().notBeforeMillis() > nowMillis) {
                next = Math.min(next, one.getValue().notBeforeMillis());
            } else if (served.size() < STEP) {
                served.put(one.getKey(), one.getValue());
                each.remove();
            } else {
                next = nowMillis + PAUSE_MILLIS;
                break;
            }
        }
        nextStepMillis = served.size() == STEP ? nowMillis + PAUSE_MILLIS : nowMillis;
        served.forEach((entry, debt) -> {
            if (debt.network().members.get(entry.definition.address()) == entry) {
                delivery.deliver(debt.network(), entry, nowMillis);
            }
        });
        // A delivery may owe again.
        for (Owed debt : owed.values()) {
            next = Math.min(next, Math.max(debt.notBeforeMillis(), nextStepMillis));
            if (next <= nextStepMillis) {
                break;
            }
        }
        return next;
    }
}
