package io.ztnio.protocol.vl1.receive;

import io.ztnio.protocol.identity.Identity;
import java.util.ArrayDeque;

/** Identities that have become known; who waits for them is told when the packet in hand is done. Thread: confined to the node. */
public final class ArrivedIdentities {
    private final ArrayDeque<Identity> arrived = new ArrayDeque<>();

    public void add(Identity identity) {
        arrived.add(identity);
    }

    /** The next one, or {@code null}. */
    Identity poll() {
        return arrived.poll();
    }

    boolean isEmpty() {
        return arrived.isEmpty();
    }
}
