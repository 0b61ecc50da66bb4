package io.ztnio.tcpip.packetdrill;

import io.ztnio.tcpip.endpoint.Endpoint;
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
    private final List<Value> asked;
    private final VirtualHost host;
    private final long endNanos;

    PollCall(Map<Integer, Descriptor> open, List<Value> arguments, VirtualHost host) {
        this.open = open;
        this.asked = ((Value.Items) arguments.get(0)).items();
        this.host = host;
        long millis = Numbers.of(arguments.get(2));
        this.endNanos = millis < 0 ? Long.MAX_VALUE : host.now() + millis * 1_000_000;
    }

    @Override
    public Result attempt() {
        int ready = 0;
        for (Value each : asked) {
            ready += isReady((Value.Struct) each) ? 1 : 0;
        }
        if (ready == 0 && host.now() < endNanos) {
            return null;
        }
        asked.forEach(each -> check((Value.Struct) each));
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
        List<String> wanted = BITS.keySet().stream()
                .filter(expected::has)
                .sorted()
                .toList();
        if (!there.equals(wanted)) {
            throw new Difference("expected poll to find " + wanted + ", it found " + there);
        }
    }
}
