package io.ztnio.tcpip.packetdrill;

import io.ztnio.tcpip.packetdrill.Script.Action;
import io.ztnio.tcpip.packetdrill.Script.Event;
import io.ztnio.tcpip.packetdrill.Script.When;
import io.ztnio.tcpip.packetdrill.Script.When.Base;
import io.ztnio.tcpip.packetdrill.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/** Reads a script: options, then events with their times. */
final class Parser {
    private final TokenReader tokens;

    private Parser(TokenReader tokens) {
        this.tokens = tokens;
    }

    /**
     * The script of a text.
     *
     * @param defined the symbols for which {@code #ifdef} holds
     * @throws ScriptError if it is not in the language
     * @throws OutOfScope if it has packets of a kind that is not ours
     */
    static Script parse(String text, Set<String> defined) {
        return new Parser(new TokenReader(Lexer.tokens(text, defined))).script();
    }

    private Script script() {
        List<String> options = new ArrayList<>();
        while (tokens.peek().kind() == Kind.OPTION) {
            options.add(tokens.take().text().substring(2));
        }
        // What an option asks for may have words of its own further down.
        Settings.of(options);
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
            return new Event(line, new When(Base.EVENT_BEFORE, 0, 0), new Script.Command(tokens.take().text()));
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
