package io.ztnio.protocol.relay;

import java.util.concurrent.atomic.LongAdder;

/** What has gone by connections to a relay, with what frames it. Thread-safe. */
final class RelayBytes {
    private final LongAdder in = new LongAdder();
    private final LongAdder out = new LongAdder();

    void received(int bytes) {
        in.add(bytes);
    }

    void sent(int bytes) {
        out.add(bytes);
    }

    long in() {
        return in.sum();
    }

    long out() {
        return out.sum();
    }
}
