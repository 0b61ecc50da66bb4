package io.ztnio.tcpip.packetdrill.script;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A parsed script.
 *
 * @param options of the form name=value, or a name alone
 * @param events in the order in which they happen
 */
public record Script(List<String> options, List<Event> events) {
    public Script {
        options = List.copyOf(options);
        events = List.copyOf(events);
    }

    /** Something that happens, or must happen, at a time. */
    public record Event(int line, When when, Action action) {}

    /** What happens. */
    public sealed interface Action permits Packet, Call, Command, Code {}

    /** A packet from the peer, or one that the stack must send. */
    public record Packet(boolean inbound, PacketSpec spec) implements Action {}

    /**
     * A system call and its result.
     *
     * @param ended when it returns, in microseconds counted as its beginning is; empty if it does not block
     * @param error the name of the error it ends with
     */
    public record Call(OptionalLong ended, String name, List<Value> arguments, Value result, Optional<String> error)
            implements Action {
        public Call {
            arguments = List.copyOf(arguments);
        }

        /**
         * An argument.
         *
         * @throws OutOfScope if there is none: not a form of the call that is known here
         */
        public Value argument(int index) {
            if (index >= arguments.size()) {
                throw new OutOfScope(name + " with " + arguments.size() + " arguments");
            }
            return arguments.get(index);
        }
    }

    /** A command of the shell. */
    public record Command(String text) implements Action {}

    /** Assertions about {@code tcp_info}. */
    public record Code(String text) implements Action {}

    /** When: microseconds from the start of the script or from the event before; both ends are the same mostly. */
    public record When(Base base, long fromMicros, long toMicros) {
        public enum Base {
            START,
            EVENT_BEFORE,
            /** Any time. */
            ANY
        }

        public boolean isRange() {
            return toMicros > fromMicros;
        }
    }
}
