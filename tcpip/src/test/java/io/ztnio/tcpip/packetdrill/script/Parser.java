package io.ztnio.tcpip.packetdrill.script;

import io.ztnio.tcpip.packetdrill.script.Script.Action;
import io.ztnio.tcpip.packetdrill.script.Script.Event;
import io.ztnio.tcpip.packetdrill.script.Script.When;
import io.ztnio.tcpip.packetdrill.script.Script.When.Base;
import io.ztnio.tcpip.packetdrill.script.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;

/** Reads a script: options, then events with their times. */
public final class Parser {
    private final TokenReader tokens;
    private final Consumer<List<String>> optionCheck;

    private Parser(TokenReader tokens, Consumer<List<String>> optionCheck) {
        this.tokens = tokens;
        this.optionCheck = optionCheck;
    }

    /**
     * The script of a text.
     *
     * @param defined the symbols for which {@code #ifdef} holds
     * @param optionCheck sees the options before the rest is read, and may throw
     * @throws ScriptError if it is not in the language
     * @throws OutOfScope if it has packets of a kind that is not ours
     */
    public static Script parse(String text, Set<String> defined, Consumer<List<String>> optionCheck) {
        return new Parser(new TokenReader(Lexer.tokens(text, defined)), optionCheck).script();
    }

    private Script script() {
        List<String> options = new ArrayList<>();
        while (tokens.peek().kind() == Kind.OPTION) {
            options.add(tokens.take().text().substring(2));
        }
        // What an option asks for may have words of its own further down.
        optionCheck.accept(options);
        List<Event> events = new ArrayList<>();
        while (tokens.peek().kind() != Kind.END) {
            events.add(event());
        }
        if (events.isEmpty()) {
            throw tokens.expected("an event");
        }
        return new Script(options, events);
    }

    private Event event() {
        int line = tokens.peek().line();
        if (tokens.peek().kind() == Kind.COMMAND) {
            // Without a time: at once.
            return new Event(
                    line,
                    new When(Base.EVENT_BEFORE, 0, 0),
                    new Script.Command(tokens.take().text()));
        }
        When when = when();
        OptionalLong end = tokens.takeIf("...") ? OptionalLong.of(end()) : OptionalLong.empty();
        return new Event(line, when, action(end));
    }

    private long end() {
        tokens.takeIf("+");
        return tokens.micros();
    }

    private When when() {
        if (tokens.takeIf("*")) {
            return new When(Base.ANY, 0, 0);
        }
        Base base = tokens.takeIf("+") ? Base.EVENT_BEFORE : Base.START;
        long from = tokens.micros();
        long to = from;
        if (tokens.takeIf("~")) {
            Token at = tokens.peek();
            to = end();
            if (to < from) {
                throw tokens.error(at, "a time range ends before it begins");
            }
        }
        return new When(base, from, to);
    }

    private Action action(OptionalLong end) {
        Token first = tokens.peek();
        if (end.isPresent() && first.kind() != Kind.WORD) {
            throw tokens.expected("a system call behind its end time");
        }
        return switch (first.kind()) {
            case COMMAND -> new Script.Command(tokens.take().text());
            case CODE -> new Script.Code(tokens.take().text());
            case WORD -> new CallParser(tokens).call(end);
            default -> {
                if (!first.is("<") && !first.is(">")) {
                    throw tokens.expected("a packet, a system call, a command or code");
                }
                tokens.take();
                yield new Script.Packet(first.is("<"), new PacketParser(tokens).packet());
            }
        };
    }
}
