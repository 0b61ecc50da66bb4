package io.ztnio.tcpip.packetdrill;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A parsed script.
 *
 * @param options of the form name=value, or a name alone
 * @param events in the order in which they happen
 */
record Script(List<String> options, List<Event> events) {
    Script {
        options = List.copyOf(options);
        events = List.copyOf(events);
    }

    /** Something that happens, or must happen, at a time. */
    record Event(int line, When when, Action action) {}

    /** What happens. */
    sealed interface Action permits Packet, Call, Command, Code {}

    /** A packet from the peer, or one that the stack must send. */
    record Packet(boolean inbound, PacketSpec spec) implements Action {}

    /**
     * A system call and its result.
     *
     * @param ended when it returns, in microseconds counted as its beginning is; empty if it does not block
     * @param error the name of the error it ends with
     */
    record Call(OptionalLong ended, String name, List<Value> arguments, Value result, Optional<String> error)
            implements Action {
        Call {
            arguments = List.copyOf(arguments);
        }

        /** @throws OutOfScope if there is none: not a form of the call that is known here */
        Value argument(int index) {
            if (index >= arguments.size()) {
                throw new OutOfScope(name + " with " + arguments.size() + " arguments");
            }
            return arguments.get(index);
        }
    }

    /** A command of the shell. */
    record Command(String text) implements Action {}

    /** Assertions about {@code tcp_info}. */
    record Code(String text) implements Action {}

    /** When: microseconds from the start of the script or from the event before; both ends are the same mostly. */
    record When(Base base, long fromMicros, long toMicros) {
        enum Base {
            START,
            EVENT_BEFORE,
            /** Any time. */
            ANY
        }

        boolean isRange() {
            return toMicros > fromMicros;
        }
    }
}
