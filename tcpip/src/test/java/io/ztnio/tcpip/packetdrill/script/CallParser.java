package io.ztnio.tcpip.packetdrill.script;

import io.ztnio.tcpip.packetdrill.script.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads system calls. */
final class CallParser {
    private final TokenReader tokens;

    CallParser(TokenReader tokens) {
        this.tokens = tokens;
    }

    /** A call and what it returns. */
    Script.Call call(OptionalLong end) {
        String name = tokens.word("a system call");
        List<Value> arguments = arguments();
        tokens.expect("=");
        Value result = expression();
        Optional<String> error =
                tokens.peek().kind() == Kind.WORD ? Optional.of(tokens.take().text()) : Optional.empty();
        skipNote();
        return new Script.Call(end, name, arguments, result, error);
    }

    /** What the result means, in words for people. */
    private void skipNote() {
        if (tokens.takeIf("(")) {
            while (!tokens.takeIf(")")) {
                if (tokens.take().kind() == Kind.END) {
                    throw tokens.expected("\")\"");
                }
            }
        }
    }

    private List<Value> arguments() {
        tokens.expect("(");
        return list(")");
    }

    private List<Value> list(String close) {
        List<Value> out = new ArrayList<>();
        if (tokens.takeIf(close)) {
            return out;
        }
        do {
            out.add(expression());
        } while (tokens.takeIf(","));
        tokens.expect(close);
        return out;
    }

    private Value expression() {
        Value first = single();
        if (!tokens.peek().is("|")) {
            return first;
        }
        List<Value> parts = new ArrayList<>(List.of(first));
        while (tokens.takeIf("|")) {
            parts.add(single());
        }
        return new Value.Flags(parts);
    }

    private Value single() {
        Token next = tokens.peek();
        if (tokens.takeIf("...")) {
            return new Value.Any();
        }
        if (tokens.takeIf("[")) {
            return new Value.Items(list("]"));
        }
        if (tokens.takeIf("{")) {
            return struct();
        }
        if (next.kind() == Kind.STRING) {
            tokens.take();
            tokens.takeIf("...");
            return new Value.Text(next.text());
        }
        if (next.kind() == Kind.WORD) {
            tokens.take();
            return new Value.Name(next.text(), tokens.peek().is("(") ? arguments() : List.of());
        }
        return new Value.Int(tokens.number("an argument"));
    }

    private Value struct() {
        List<Value.Field> fields = new ArrayList<>();
        if (tokens.takeIf("}")) {
            return new Value.Struct(fields);
        }
        do {
            Value value = expression();
            if (value instanceof Value.Name name && tokens.takeIf("=")) {
                fields.add(new Value.Field(name.word(), expression()));
            } else {
                fields.add(new Value.Field("", value));
            }
        } while (tokens.takeIf(","));
        tokens.expect("}");
        return new Value.Struct(fields);
    }
}
