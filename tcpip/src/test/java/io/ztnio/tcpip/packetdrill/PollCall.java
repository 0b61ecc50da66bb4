package io.ztnio.tcpip.packetdrill;

import io.ztnio.tcpip.endpoint.Endpoint;
import io.ztnio.tcpip.packetdrill.script.OutOfScope;
import io.ztnio.tcpip.packetdrill.script.Script.Call;
import io.ztnio.tcpip.packetdrill.script.Value;
import java.util.List;
import java.util.Map;

/** {@code poll}: waits until something is ready of what is asked for, or for its time. */
final class PollCall implements SystemCall {
    private static final Map<String, Integer> BITS = Map.of(
            "POLLIN", Endpoint.READABLE | Endpoint.ACCEPTABLE,
            "POLLOUT", Endpoint.WRITABLE,
            "POLLERR", Endpoint.FAILED,
            "POLLHUP", Endpoint.HUNG_UP);

    private final Map<Integer, Descriptor> open;
    private final List<Value.Struct> asked;
    private final VirtualHost host;
    private final long endNanos;

    PollCall(Map<Integer, Descriptor> open, Call call, VirtualHost host) {
        this.open = open;
        if (!(call.argument(0) instanceof Value.Items items)) {
            throw new OutOfScope("poll without a list");
        }
        this.asked = items.items().stream().map(PollCall::struct).toList();
        this.host = host;
        long millis = Numbers.of(call.argument(2));
        this.endNanos = millis < 0 ? Long.MAX_VALUE : host.now() + millis * 1_000_000;
    }

    private static Value.Struct struct(Value value) {
        if (value instanceof Value.Struct struct
                && struct.field("fd").isPresent()
                && struct.field("events").isPresent()) {
            return struct;
        }
        throw new OutOfScope("poll of " + value);
    }

    @Override
    public Result attempt() {
        int ready = 0;
        for (Value.Struct each : asked) {
            ready += isReady(each) ? 1 : 0;
        }
        if (ready == 0 && host.now() < endNanos) {
            return null;
        }
        asked.forEach(this::check);
        return Result.of(ready);
    }

    private boolean isReady(Value.Struct each) {
        return BITS.keySet().stream().anyMatch(bit -> holds(each, bit));
    }

    /** Failures count whether they are asked for or not. */
    private boolean holds(Value.Struct each, String bit) {
        boolean asks = bit.equals("POLLERR")
                || bit.equals("POLLHUP")
                || each.field("events").orElseThrow().has(bit);
        Descriptor socket = open.get((int) Numbers.of(each.field("fd").orElseThrow()));
        return asks
                && socket != null
                && socket.endpoint() != null
                && (socket.endpoint().readiness() & BITS.get(bit)) != 0;
    }

    private void check(Value.Struct each) {
        Value expected = each.field("revents").orElse(new Value.Any());
        if (expected instanceof Value.Any) {
            return;
        }
        List<String> there =
                BITS.keySet().stream().filter(bit -> holds(each, bit)).sorted().toList();
        List<String> wanted =
                BITS.keySet().stream().filter(expected::has).sorted().toList();
        if (!there.equals(wanted)) {
            throw new Difference("expected poll to find " + wanted + ", it found " + there);
        }
    }
}
