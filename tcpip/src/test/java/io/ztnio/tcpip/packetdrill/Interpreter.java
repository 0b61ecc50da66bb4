package io.ztnio.tcpip.packetdrill;

import io.ztnio.tcpip.packetdrill.Outcome.Kind;
import io.ztnio.tcpip.packetdrill.SystemCall.Result;
import io.ztnio.tcpip.packetdrill.script.OutOfScope;
import io.ztnio.tcpip.packetdrill.script.PacketSpec;
import io.ztnio.tcpip.packetdrill.script.Parser;
import io.ztnio.tcpip.packetdrill.script.Script;
import io.ztnio.tcpip.packetdrill.script.Script.Call;
import io.ztnio.tcpip.packetdrill.script.Script.Event;
import io.ztnio.tcpip.packetdrill.script.Script.When;
import io.ztnio.tcpip.packetdrill.script.Value;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Runs a script, event by event, against a stack of its own on virtual time. The first thing that is not as the script
 * says ends it.
 */
final class Interpreter {
    /** How long anything may take for which a script names no time. */
    private static final long PATIENCE_MICROS = 1_000_000_000L;

    private final Settings settings;
    private final ShellCommands commands;
    private final SocketCalls sockets;
    private final Conversations conversations;
    private final Assertions assertions = new Assertions();
    private final long seed;
    private VirtualHost host;
    private int hostVersion;
    private long previousMicros;
    private Pending pending;

    /** A call that blocks. */
    private record Pending(Event event, Call call, SystemCall attempt, long expectedMicros) {}

    private Interpreter(Settings settings, long seed) {
        this.settings = settings;
        this.seed = seed;
        this.commands = new ShellCommands(settings);
        this.sockets = new SocketCalls(settings, this::host);
        this.conversations = new Conversations(settings, sockets, this::host);
    }

    /**
     * Runs the text of a script.
     *
     * @param defined the symbols for which {@code #ifdef} holds
     * @param seed of what is random in the stack
     * @throws ScriptError if it is not in the language
     */
    static Outcome run(String text, Set<String> defined, long seed) {
        Script script;
        Interpreter interpreter;
        try {
            script = Parser.parse(text, defined, Settings::of);
            interpreter = new Interpreter(Scope.check(script), seed);
        } catch (OutOfScope outside) {
            return Outcome.outOfScope(outside.getMessage());
        }
        return interpreter.run(script);
    }

    private Outcome run(Script script) {
        int line = 0;
        try {
            for (Event event : script.events()) {
                line = event.line();
                perform(event);
            }
            if (pending != null) {
                line = pending.event().line();
                finishPending();
            }
        } catch (OutOfScope outside) {
            return Outcome.outOfScope(outside.getMessage());
        } catch (Difference difference) {
            return new Outcome(Kind.DIFFERS, line, difference.getMessage(), assertions.skipped(), List.of());
        }
        return new Outcome(Kind.PASS, 0, "", assertions.skipped(), unexpected());
    }

    private List<String> unexpected() {
        List<String> out = new ArrayList<>();
        if (host != null) {
            for (Observed sent : host.sent()) {
                out.add(PacketMatcher.text(sent, conversations.of(sent)));
            }
        }
        return out;
    }

    /** The stack: a new one if what it is made from has changed while there are no sockets. */
    private VirtualHost host() {
        if (host == null || (hostVersion != settings.version() && isUnused())) {
            long now = host == null ? VirtualHost.startNanos() + previousMicros * 1000 : host.now();
            host = new VirtualHost(settings, now, seed);
            hostVersion = settings.version();
        } else if (hostVersion != settings.version()) {
            throw new OutOfScope("settings that change while there are connections");
        }
        return host;
    }

    private boolean isUnused() {
        return sockets.open().isEmpty() && host.sent().isEmpty();
    }

    private void perform(Event event) {
        When when = event.when();
        boolean outbound = event.action() instanceof Script.Packet packet && !packet.inbound();
        long base = when.base() == When.Base.START ? 0 : previousMicros;
        long from = base + when.fromMicros();
        if (when.base() == When.Base.ANY && !outbound) {
            throw new Difference("only packets that the stack sends may come at any time");
        }
        if (!outbound) {
            advanceTo(from);
            previousMicros = from;
        }
        if (event.action() instanceof Script.Packet packet) {
            if (packet.inbound()) {
                conversations.receive(packet.spec());
            } else {
                expect(packet.spec(), when, base);
            }
        } else if (event.action() instanceof Call call) {
            call(event, call, base);
        } else if (event.action() instanceof Script.Command command) {
            command(command.text());
        } else if (event.action() instanceof Script.Code code) {
            assertions.run(code.text(), conversations::field);
        }
        tryPending();
    }

    private long nowMicros() {
        return host == null ? previousMicros : (host.now() - VirtualHost.startNanos()) / 1000;
    }

    private void advanceTo(long micros) {
        if (host == null) {
            return;
        }
        long nanos = VirtualHost.startNanos() + micros * 1000;
        while (host.now() < nanos || pending != null) {
            host.advance(nanos, this::isPendingDone);
            if (!tryPending()) {
                return;
            }
        }
    }

    /** Whether the call that blocks has ended, in which case it is over with. */
    private boolean isPendingDone() {
        return pending != null && tryPending();
    }

    private boolean tryPending() {
        if (pending == null) {
            return false;
        }
        Pending trying = pending;
        Result result = attempt(trying.attempt());
        if (result == null) {
            return false;
        }
        pending = null;
        long late = nowMicros() - trying.expectedMicros();
        if (Math.abs(late) > settings.toleranceMicros) {
            throw new Difference(
                    "line " + trying.event().line() + ": " + trying.call().name() + " ended " + Math.abs(late) / 1000
                            + " ms too " + (late < 0 ? "early" : "late"));
        }
        compare(trying.call(), result);
        return true;
    }

    private void finishPending() {
        long most = VirtualHost.startNanos() + (pending.expectedMicros() + settings.toleranceMicros) * 1000;
        host.advance(most, this::isPendingDone);
        if (pending != null) {
            throw new Difference(
                    "line " + pending.event().line() + ": " + pending.call().name() + " goes on to block");
        }
    }

    private void call(Event event, Call call, long base) {
        if (pending != null) {
            finishPending();
        }
        SystemCall attempt = sockets.begin(call);
        Result result = attempt(attempt);
        if (call.ended().isPresent()) {
            pending = new Pending(
                    event,
                    call,
                    () -> result != null ? result : attempt.attempt(),
                    base + call.ended().getAsLong());
            return;
        }
        if (result == null) {
            throw new Difference(call.name() + " blocks");
        }
        compare(call, result);
    }

    private Result attempt(SystemCall call) {
        Result result;
        try {
            result = call.attempt();
        } catch (IOException reason) {
            result = Result.failure(Errors.name(reason));
        }
        if (host != null) {
            host.settle();
        }
        return result;
    }

    private static void compare(Call call, Result result) {
        if (call.result() instanceof Value.Any) {
            return;
        }
        // On Linux and FreeBSD two names of one number.
        Optional<String> name = call.error().map(word -> word.equals("EWOULDBLOCK") ? "EAGAIN" : word);
        Result expected = new Result(Numbers.of(call.result()), name);
        boolean error = expected.error().isEmpty() || expected.error().equals(result.error());
        if (expected.value() != result.value() || !error) {
            throw new Difference("expected " + call.name() + " = " + expected + ", it is " + result);
        }
    }

    private void command(String text) {
        ShellCommands.StateCount question = ShellCommands.question(text);
        if (question == null) {
            commands.take(text);
            return;
        }
        int count = conversations.count(question.state());
        if (count != question.count()) {
            throw new Difference(
                    "expected " + question.count() + " connections in " + question.state() + ", there are " + count);
        }
    }

    private void expect(PacketSpec spec, When when, long base) {
        boolean any = when.base() == When.Base.ANY;
        long from = any ? 0 : base + when.fromMicros() - settings.toleranceMicros;
        long to = any ? nowMicros() + PATIENCE_MICROS : base + when.toMicros() + settings.toleranceMicros;
        Observed sent = next(spec, to);
        long sentMicros = micros(sent);
        conversations.check(matcher(), spec, sent, settings.strictSegments, () -> next(spec, to));
        if (sentMicros < from || sentMicros > to) {
            long off = sentMicros < from ? sentMicros - from : sentMicros - to;
            long aside = (Math.abs(off) + settings.toleranceMicros + 500) / 1000;
            throw new Difference("sent " + aside + " ms too " + (sentMicros < from ? "early" : "late") + ": > "
                    + PacketMatcher.text(sent, conversations.of(sent)));
        }
        previousMicros = any || when.isRange() ? sentMicros : base + when.fromMicros();
    }

    private PacketMatcher matcher() {
        return new PacketMatcher(
                settings.timestampTickMicros,
                settings.toleranceMicros,
                settings.strictSegments || !settings.offloads,
                settings.freeBsd ? settings.segmentBytes() - 1 : 0);
    }

    private static long micros(Observed sent) {
        return (sent.nanos() - VirtualHost.startNanos()) / 1000;
    }

    /** The next packet of the stack. */
    private Observed next(PacketSpec spec, long untilMicros) {
        VirtualHost stack = host();
        long until = VirtualHost.startNanos() + untilMicros * 1000;
        while (stack.sent().isEmpty() && stack.now() < until) {
            stack.advance(until, () -> !stack.sent().isEmpty() || isPendingDone());
        }
        return Optional.ofNullable(stack.sent().poll())
                .orElseThrow(() -> new Difference("expected > " + Conversations.text(spec) + ", nothing was sent"));
    }
}
